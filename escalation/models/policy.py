from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.workflow import OPEN_STEPS
from staff.models.history import History

LONGEST_DAYS = 365


class DeadlinePolicy(models.Model):
    """How many calendar days one step may take. A row that complaint management edits; cases already at the step keep their date."""

    step = models.CharField(_("step"), max_length=12, choices=[(step.value, step.label) for step in OPEN_STEPS], unique=True)
    days = models.PositiveSmallIntegerField(
        _("calendar days"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)], help_text=_("Counted from the moment the case comes to the step.")
    )  # fmt: skip
    active = models.BooleanField(_("in force"), default=True)
    note = models.CharField(_("source or reason"), max_length=300, blank=True)

    history = History()

    class Meta:
        verbose_name = _("time limit of a step")
        verbose_name_plural = _("time limits of the steps")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="policy_step_known", condition=Q(step__in=[step.value for step in OPEN_STEPS])),
            models.CheckConstraint(name="policy_days_sane", condition=Q(days__gte=1, days__lte=LONGEST_DAYS)),
        ]

    def __str__(self) -> str:
        return str(self.get_step_display())
