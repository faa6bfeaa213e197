"""The working calendar: which days of which year are worked, and when an office is open. Rows that a manager edits."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from staff.models.history import History

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class CalendarYear(models.Model):
    """A year the company has a calendar for. One that is missing has no holidays, and everything counted in it is marked as unsure."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    country = models.CharField(_("country"), max_length=2, help_text=_("As in CN, DE, US: the days were filled in from this country's."))
    part = models.CharField(_("part of the country"), max_length=10, blank=True)
    #: Weekdays that are not worked, Monday is 0.
    weekend = models.CharField(
        _("weekend"), max_length=7, default="56", blank=True, validators=[RegexValidator(r"^[0-6]*$")],
        help_text=_("Days of the week that are not worked; 0 is Monday, 6 Sunday."),
    )  # fmt: skip
    complete = models.BooleanField(
        pgettext_lazy("of a year", "complete"),
        default=True,
        help_text=_("Not while the days worked instead of holidays have not been announced."),
    )

    history = History()

    class Meta:
        verbose_name = _("year of the calendar")
        verbose_name_plural = _("working calendar")
        default_permissions = ()
        ordering = ("-year",)
        constraints = [
            models.CheckConstraint(name="calendar_year_sane", condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR)),
            models.CheckConstraint(name="calendar_weekend_of_weekdays", condition=Q(weekend__regex=r"^[0-6]{0,6}$")),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def weekend_in_words(self) -> str:
        return gettext(", ").join(str(Weekday(int(day)).label) for day in sorted(set(self.weekend)))


class WorkDay(models.Model):
    """A day that differs from its weekday: off though no weekend, or worked though it is one (调休)."""

    day = models.DateField(_("day"), unique=True)
    working = models.BooleanField(_("is worked"), default=False)
    name = models.CharField(pgettext_lazy("of a day", "name"), max_length=120, blank=True)

    history = History()

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        default_permissions = ()
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}".strip()


class OfficeHours(models.Model):
    """When an office is open on one day of the week; a pause at noon makes two rows. A department without rows keeps the company's."""

    department = models.ForeignKey(
        "staff.Department", models.PROTECT, null=True, blank=True, related_name="office_hours", verbose_name=_("department"),
        help_text=_("Empty: everybody who has none of their own."),
    )  # fmt: skip
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    history = History()

    class Meta:
        verbose_name = _("office hours")
        verbose_name_plural = _("office hours")
        default_permissions = ()
        ordering = ("department_id", "weekday", "opens")
        constraints = [
            models.UniqueConstraint(fields=["department", "weekday", "opens"], name="office_hours_once", nulls_distinct=False),
            models.CheckConstraint(name="office_opens_before_it_closes", condition=Q(opens__lt=F("closes"))),
            models.CheckConstraint(name="office_hours_weekday_known", condition=Q(weekday__in=Weekday.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        opens: Any = self.opens  # empty while the form is not filled in
        if opens is None or self.closes is None:
            return
        others = OfficeHours.objects.filter(department=self.department, weekday=self.weekday).exclude(pk=self.pk)
        if others.filter(opens__lt=self.closes, closes__gt=self.opens).exists():
            raise ValidationError(_("At this time the office is open already."))
