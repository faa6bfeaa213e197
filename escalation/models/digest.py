"""The sorted originals of a working day that concern a department: quotes and links, not numbers alone (mission, M3)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import append_only
from escalation.querysets import DigestQuerySet


class Digest(models.Model):
    """Which stretch of time one department's originals of a day cover; what was said is read from the cases themselves."""

    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    day = models.DateField(_("day"))
    since = models.DateTimeField(pgettext_lazy("time", "from"))
    until = models.DateTimeField(pgettext_lazy("time", "to"))
    cases = models.PositiveIntegerField(_("cases"))

    objects: ClassVar[Any] = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("originals of the day")
        verbose_name_plural = _("originals of the day")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["department", "day"], name="digest_once_a_day"),
            models.CheckConstraint(name="digest_has_a_span", condition=Q(until__gt=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.day}"
