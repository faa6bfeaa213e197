from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.compiled import Compiled
from staff.models.history import History


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("This is not a time zone. Use a name such as Asia/Shanghai."))


class Company(models.Model):
    """The firm this installation belongs to: one row, shown on the public pages."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=200)
    hotline = models.CharField(_("hotline"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai", validators=[validate_time_zone])
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    #: Printed with every decision; a decision nobody answers by then lapses.
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer a decision"), default=15, help_text=_("Decisions already sent keep the date they promised.")
    )
    identity_minutes = models.PositiveSmallIntegerField(
        _("minutes a protected identity stays open"), default=60, help_text=_("After a second person has consented.")
    )
    years_kept = models.PositiveSmallIntegerField(
        _("years closed cases keep personal data"),
        default=3,
        help_text=_("Then words and names are erased; the skeleton of the case stays."),
    )
    watch_months = models.PositiveSmallIntegerField(_("months in which the job of an employee who reported is watched"), default=24)
    representatives_most = models.PositiveSmallIntegerField(_("most people who speak for a group"), default=5)
    #: Scores run from 1 to 5; this and below is low and must be answered.
    low_score = models.PositiveSmallIntegerField(
        _("a score is low from here down"), default=2, help_text=_("Of 5. A low score asks for an answer: reopen, escalate, or not wanted.")
    )
    follow_up_attempts = models.PositiveSmallIntegerField(
        _("days on which a customer is tried before giving up"), default=3, help_text=_("Attempts on one day count as one.")
    )
    survey_days = models.PositiveSmallIntegerField(_("days a survey link works"), default=30)
    survey_wait_days = models.PositiveSmallIntegerField(
        _("days a case not drawn for a call waits for the survey"), default=3, help_text=_("Then it is closed without a call.")
    )
    privacy_contact = models.CharField(_("data-protection contact"), max_length=200, blank=True)
    privacy_notice = models.TextField(_("privacy notice"), max_length=20_000, blank=True)
    service_promise = models.TextField(_("service promise"), max_length=20_000, blank=True)

    history = History()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("company")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="company_one_row"),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="company_currency_code"),
            models.CheckConstraint(condition=~models.Q(name=""), name="company_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(identity_minutes__gte=5, identity_minutes__lte=1440), name="company_identity_minutes_sane"
            ),
            models.CheckConstraint(condition=models.Q(years_kept__gte=1), name="company_keeps_at_least_a_year"),
            models.CheckConstraint(condition=models.Q(answer_days__gte=1, answer_days__lte=365), name="company_answer_days_sane"),
            models.CheckConstraint(condition=models.Q(low_score__gte=1, low_score__lte=4), name="company_low_score_sane"),
            models.CheckConstraint(condition=models.Q(follow_up_attempts__gte=1, follow_up_attempts__lte=10), name="company_attempts_sane"),
            models.CheckConstraint(condition=models.Q(survey_days__gte=1, survey_days__lte=365), name="company_survey_days_sane"),
            models.CheckConstraint(condition=models.Q(survey_wait_days__lte=90), name="company_survey_wait_sane"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Company":
        """The company; before set-up an unsaved one without a name, so that pages can be shown."""
        return COMPANY.first() or cls()

    @property
    def is_set_up(self) -> bool:
        return not self._state.adding


COMPANY = Compiled(lambda: Company._default_manager.filter(pk=1))
