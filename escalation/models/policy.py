from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import append_only_but
from complaints.workflow import Kind, Severity
from escalation.obligations import MATTERS, PauseReason, Unit
from escalation.querysets import PartOfCaseQuerySet
from staff.models.history import History

LONGEST = 5000


class Regime(models.Model):
    """A body of rules about time: the house's own, a law, a regulator's, a platform's.

    Those that apply always apply to every case. Beside them each case has one: the company's default, until somebody chooses another (`CaseRegime`).
    """

    code = models.SlugField(_("short name"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    always = models.BooleanField(_("applies to every case"), default=False)
    is_default = models.BooleanField(
        _("applies where no other was chosen"), default=False, help_text=_("Beside those that apply to every case.")
    )
    active = models.BooleanField(_("in force"), default=True)

    history = History()

    class Meta:
        verbose_name = _("rules about time")
        verbose_name_plural = _("rules about time")
        default_permissions = ()
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="regime_one_default",
                violation_error_message=_("Another one applies where no other was chosen. Take the mark away there first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class DeadlinePolicy(models.Model):
    """How long a step or an obligation may take by one regime. Rows that complaint management edits; a constant nowhere.

    Of several rows about the same matter the one counts that names the severity, then the one that names the kind, then the newest in force on the
    day the limit began. Editing a row moves the open limits that rest on it, each with a record (`services.recount`).
    """

    regime = models.ForeignKey(Regime, models.PROTECT, related_name="policies", verbose_name=_("rules"))
    matter = models.CharField(_("time limit of"), max_length=14, choices=MATTERS)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True, help_text=_("Empty: any."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, blank=True, help_text=_("Empty: any."))
    amount = models.PositiveSmallIntegerField(
        pgettext_lazy("of time", "amount"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    unit = models.CharField(_("unit"), max_length=14, choices=Unit.choices, default=Unit.CALENDAR_DAYS)
    pauses = ArrayField(
        models.CharField(max_length=10, choices=PauseReason.choices), verbose_name=_("stands still while"), default=list, blank=True,
    )  # fmt: skip
    extension_most = models.PositiveSmallIntegerField(
        _("can be extended by"), default=0, validators=[MaxValueValidator(LONGEST)], help_text=_("In all, in the same unit. 0: never.")
    )
    pause_most = models.PositiveSmallIntegerField(
        _("stands still for at most"), default=30, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
        help_text=_("In days, each time. Then it runs again by itself."),
    )  # fmt: skip
    source = models.CharField(_("source or reason"), max_length=300, blank=True)
    verified = models.BooleanField(_("the source was read"), default=False)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    history = History()

    class Meta:
        verbose_name = _("time limit by rule")
        verbose_name_plural = _("time limits by rule")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["regime", "matter", "severity", "kind", "in_force_from"], name="policy_once", nulls_distinct=False,
                violation_error_message=_("There is such a row already. Edit that one."),
            ),
            models.CheckConstraint(name="policy_matter_known", condition=Q(matter__in=[value for value, _label in MATTERS])),
            models.CheckConstraint(name="policy_unit_known", condition=Q(unit__in=Unit.values)),
            models.CheckConstraint(name="policy_amount_sane", condition=Q(amount__gte=1, amount__lte=LONGEST, extension_most__lte=LONGEST, pause_most__gte=1)),
            models.CheckConstraint(name="policy_ends_after_it_began", condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")) | Q(in_force_from=None)),
            models.CheckConstraint(
                name="policy_in_use_was_read", condition=Q(active=False) | Q(verified=True),
                violation_error_message=_("Nobody has read the source of this rule yet. Read it, and say so, before it is used."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.regime} · {self.get_matter_display()}"

    def clean(self) -> None:
        if self.in_force_from and self.in_force_to and self.in_force_to < self.in_force_from:
            raise ValidationError({"in_force_to": _("This is before it began.")})


class CaseRegime(models.Model):
    """Which rules somebody chose for a case, and why. The newest row counts; a case without one has the default."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="regimes", verbose_name=_("complaint"))
    regime = models.ForeignKey(Regime, models.PROTECT, related_name="+", verbose_name=_("rules"))
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules chosen for a case")
        verbose_name_plural = _("rules chosen for cases")
        default_permissions = ()
        triggers = append_only_but("reason")
        constraints = [models.CheckConstraint(name="case_regime_has_reason", condition=~Q(reason=""))]
