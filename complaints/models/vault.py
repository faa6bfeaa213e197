"""The vault: a protected identity is opened for one case, with a reason and a second person's consent, for a while; every look is kept."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import append_only, paired, undeletable
from complaints.querysets import PartOfCaseQuerySet


class IdentityRequest(models.Model):
    """Somebody asks to see who is behind a confidential case, saying why; somebody else consents or refuses."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="identity_requests", verbose_name=_("complaint"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=pgettext_lazy("identity", "asked by"))
    asked_at = models.DateTimeField(pgettext_lazy("identity", "asked at"))
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    #: Set when consent was given; empty when it was refused.
    open_until = models.DateTimeField(_("open until"), null=True, blank=True)

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to open an identity")
        verbose_name_plural = _("requests to open an identity")
        default_permissions = ()
        constraints = [
            paired("decided_by", "decided_at"),
            models.CheckConstraint(name="identity_reason_given", condition=~Q(reason="")),
            models.CheckConstraint(name="identity_opened_by_two", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by"))),
            models.CheckConstraint(name="identity_open_when_decided", condition=Q(open_until__isnull=True) | Q(decided_by__isnull=False)),
        ]
        triggers = [
            *undeletable(frozen=("complaint", "reason", "asked_by", "asked_at")),
            pgtrigger.Protect(name="decided_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__decided_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.complaint)


class IdentityLook(models.Model):
    """Somebody saw who is behind a case: out of the vault (`request`), or of a case in real name on its page."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="identity_looks", verbose_name=_("complaint"))
    request = models.ForeignKey(
        IdentityRequest, models.PROTECT, null=True, blank=True, related_name="looks", verbose_name=_("by what consent")
    )
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at an identity")
        verbose_name_plural = _("looks at identities")
        default_permissions = ()
        indexes = [models.Index(fields=["-at"], name="identity_look_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.complaint)
