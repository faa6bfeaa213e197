"""Why it happened (step 5)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import paired, undeletable
from staff.models.history import History


class Cause(models.TextChoices):
    """Leaves of the taxonomy of causes (mission, step 5)."""

    STRUCTURE = "structure", _("Structure of the company")
    PROCESS = "process", _("Process")
    DEVELOPMENT = "development", _("Development")
    SUPPLY = "supply", _("Production or supply")
    SALES = "sales", _("Sales")
    SERVICE = "service", _("Service")
    PEOPLE = "people", _("People")
    POLICY = "policy", _("Policy")
    CUSTOMER_USE = "customer_use", _("The customer's use")
    MARKET = "market", _("Market environment")


class Investigation(models.Model):
    """One look into the cause; a reopened case gets another."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="investigations", verbose_name=_("complaint"))
    opened_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened at"))
    cause = models.CharField(_("kind of cause"), max_length=14, choices=Cause.choices, blank=True)
    cause_text = models.TextField(_("the concrete cause"), blank=True)
    responsible_department = models.ForeignKey(
        "staff.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible department")
    )
    responsible_persons = models.ManyToManyField("staff.User", blank=True, related_name="+", verbose_name=_("responsible persons"))
    postponed_reason = models.TextField(_("why it has to wait"), blank=True)
    postponed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("postponed by"))
    postponed_at = models.DateTimeField(_("postponed at"), null=True, blank=True)
    completed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("completed by"))
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    history = History(excluded_fields=["cause_text", "postponed_reason"])

    class Meta:
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        default_permissions = ()
        triggers = [
            *undeletable(frozen=("complaint", "opened_by", "opened_at")),
            pgtrigger.Protect(name="complete_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__completed_at__isnull=False)),
        ]
        constraints = [
            paired("postponed_by", "postponed_at"),
            paired("completed_by", "completed_at"),
            models.CheckConstraint(
                name="completed_investigation_has_cause",
                condition=Q(completed_at=None) | (~Q(cause="") & ~Q(cause_text="") & Q(responsible_department__isnull=False)),
            ),
        ]


class Why(models.Model):
    """One of the five whys; each rests on evidence or is marked as opinion."""

    class Basis(models.TextChoices):
        EVIDENCE = "evidence", _("Evidence")
        OPINION = "opinion", _("Opinion")

    investigation = models.ForeignKey(Investigation, models.PROTECT, related_name="whys", verbose_name=_("investigation"))
    number = models.PositiveSmallIntegerField(_("number"))
    answer = models.TextField(_("because"))
    basis = models.CharField(_("rests on"), max_length=10, choices=Basis.choices)
    evidence = models.TextField(_("which evidence"), blank=True)

    class Meta:
        verbose_name = _("why")
        verbose_name_plural = _("five whys")
        default_permissions = ()
        triggers = undeletable(frozen=("investigation", "number", "answer", "basis", "evidence"))
        constraints = [
            models.UniqueConstraint(fields=["investigation", "number"], name="why_numbered_once"),
            models.CheckConstraint(name="why_evidence_named", condition=~Q(basis="evidence") | ~Q(evidence="")),
            models.CheckConstraint(name="why_at_most_five", condition=Q(number__gte=1, number__lte=5)),
        ]


class Statement(models.Model):
    """What an employee named in a case was asked and answered. They see the question, never the case."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        GIVEN = "given", _("Given")
        DECLINED = "declined", _("Declined")
        MISSED = "missed", _("Not given in time")

    investigation = models.ForeignKey(Investigation, models.PROTECT, related_name="statements", verbose_name=_("investigation"))
    employee = models.ForeignKey("staff.User", models.PROTECT, related_name="statements", verbose_name=_("employee"))
    question = models.TextField(_("question"))
    facts = models.TextField(_("what it is about"), blank=True)
    due_on = models.DateField(_("answer due on"))
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    text = models.TextField(_("statement"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    history = History(excluded_fields=["text", "question", "facts"])

    class Meta:
        verbose_name = _("employee's statement")
        verbose_name_plural = _("employees' statements")
        default_permissions = ()
        triggers = [
            *undeletable(frozen=("investigation", "employee", "question", "facts", "asked_by", "asked_at")),
            pgtrigger.Protect(name="answer_stays", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state="asked")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["investigation", "employee"], name="statement_asked_once"),
            models.CheckConstraint(name="statement_given_in_words", condition=~Q(state="given") | ~Q(text="")),
            models.CheckConstraint(name="statement_answer_has_time", condition=Q(state="asked") ^ Q(answered_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.question[:60]
