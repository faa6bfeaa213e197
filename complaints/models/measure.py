"""What may follow from a finding, and how far the law lets it go."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models.amounts import money_if_any
from staff.models.history import History


class Measure(models.Model):
    """One kind of measure. A deduction from wages has a cap in percent of the month's wage, with the law it comes from."""

    code = models.SlugField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    #: Light measures first; an appeal can only make a measure lighter.
    weight = models.PositiveSmallIntegerField(_("weight"), help_text=_("Light measures have small numbers."))
    cap_percent = models.DecimalField(
        _("at most, in percent of the month's wage"), max_digits=5, decimal_places=2, null=True, blank=True,
        help_text=_("Only for a deduction from wages; empty: no money is taken."),
    )  # fmt: skip
    least_left = money_if_any(
        _("what must be left of the month's wage"),
        help_text=_("The minimum wage of the place; personnel states it with each deduction."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    appeal_days = models.PositiveSmallIntegerField(_("days to appeal"), default=10)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("measure against an employee")
        verbose_name_plural = _("measures against employees")
        default_permissions = ()
        ordering = ("weight", "code")
        constraints = [
            models.CheckConstraint(name="measure_cap_sane", condition=Q(cap_percent=None) | Q(cap_percent__gt=0, cap_percent__lte=100)),
            models.CheckConstraint(name="measure_cap_has_source", condition=Q(cap_percent=None) | ~Q(source="")),
            models.CheckConstraint(name="measure_rest_sane", condition=Q(least_left=None) | Q(least_left__gte=0)),
            models.CheckConstraint(name="measure_leaves_time_to_appeal", condition=Q(appeal_days__gte=1, appeal_days__lte=90)),
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def takes_wages(self) -> bool:
        return self.cap_percent is not None
