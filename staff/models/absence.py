from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.history import History
from staff.querysets import AbsenceQuerySet


class Absence(models.Model):
    """Days somebody is away, and who stands in."""

    user = models.ForeignKey("staff.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="absences")
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    deputy = models.ForeignKey("staff.User", verbose_name=_("deputy"), on_delete=models.PROTECT, related_name="deputises")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    history = History()
    objects: ClassVar[Any] = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on__lte=models.F("to_on")),
                name="absence_ends_after_start",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=~models.Q(deputy=models.F("user")),
                name="absence_deputy_is_another",
                violation_error_message=_("The deputy must be somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.from_on} – {self.to_on}"
