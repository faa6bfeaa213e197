from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only


class DuplicateHint(models.Model):
    """Two open cases seem to be about the same: for staff, who decide, and for the contact both belong to. Nobody else is told."""

    class Why(models.TextChoices):
        WORDS = "words", _("Same contact, similar words")
        ORDER = "order", _("Same contact, same order number")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="duplicate_hints", verbose_name=_("complaint"))
    other = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="+", verbose_name=_("earlier complaint"))
    why = models.CharField(_("why"), max_length=8, choices=Why.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("sign of a duplicate")
        verbose_name_plural = _("signs of duplicates")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["complaint", "other"], name="duplicate_hinted_once"),
            models.CheckConstraint(name="duplicate_of_another", condition=~Q(complaint=F("other"))),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.complaint_id} ~ {self.other_id}"
