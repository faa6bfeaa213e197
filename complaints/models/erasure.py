"""What people ask about their data, and the erasure of a case: its skeleton stays, its words and its people go (PIPL Art. 44–47)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import actor_named, append_only, paired, undeletable
from complaints.querysets import PartOfCaseQuerySet
from complaints.workflow import Actor


class DataRequest(models.Model):
    """The complainant asks to have their data erased; somebody decides, with the reason where the law keeps them."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="data_requests", verbose_name=_("complaint"))
    at = models.DateTimeField(_("at"))
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        default_permissions = ()
        constraints = [
            paired("decided_by", "decided_at"),
            models.CheckConstraint(name="data_request_decided_or_not", condition=Q(granted__isnull=True) ^ Q(decided_by__isnull=False)),
            models.CheckConstraint(name="data_request_refused_with_reason", condition=~Q(granted=False) | ~Q(answer="")),
            models.UniqueConstraint(fields=["complaint"], condition=Q(decided_at=None), name="data_request_one_open"),
        ]
        triggers = undeletable(frozen=("complaint", "at"))

    def __str__(self) -> str:
        return str(self.complaint)


class Erasure(models.Model):
    """From now on the words of this case may be emptied (`evidence.erasable`), and were."""

    complaint = models.OneToOneField("complaints.Complaint", models.PROTECT, related_name="erasure", verbose_name=_("complaint"))
    reason = models.CharField(_("reason"), max_length=300)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        default_permissions = ()
        constraints = [actor_named()]
        triggers = append_only()
