"""Who is held to account, by which clause, or why nobody is (step 8); who agreed to it, and what became of it on appeal."""

from decimal import ROUND_DOWN, Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from complaints.models.amounts import money_if_any, shown
from complaints.models.evidence import append_only, append_only_but, undeletable
from complaints.models.measure import Measure
from complaints.models.remedy import AMOUNT_CAP
from complaints.money import CENT
from complaints.querysets import PartOfCaseQuerySet, PenaltyQuerySet

#: SQL for the case of a penalty's row.
CASE_OF_PENALTY = (
    "(SELECT a.complaint_id FROM complaints_accountability a JOIN complaints_penalty p ON p.accountability_id = a.id"
    " WHERE p.id = NEW.penalty_id)"
)  # fmt: skip

#: Who proposed the finding, whom it is about, and who said a word on it.
IN_IT = """SELECT a.by_id FROM complaints_accountability a JOIN complaints_penalty p ON p.accountability_id = a.id
                        WHERE p.id = NEW.penalty_id
                        UNION SELECT employee_id FROM complaints_penalty WHERE id = NEW.penalty_id
                        UNION SELECT by_id FROM complaints_penaltydecision WHERE penalty_id = NEW.penalty_id"""


def may_deduct(wage: Decimal, cap_percent: Decimal) -> Decimal:
    """The most that may be taken from a month's wage. Rounded down to the cent: never a cent more than the law allows."""
    return (wage * cap_percent / 100).quantize(CENT, rounding=ROUND_DOWN)


class Accountability(models.Model):
    """The answer to step 8: findings, or the reason why nobody. A late, reopened or repeated case also answers for its handling."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="accountabilities", verbose_name=_("complaint"))
    nobody_reason = models.TextField(_("why nobody is responsible"), blank=True)
    system_cause = models.BooleanField(_("a system cause: an improvement is due"), default=False)
    #: Of a responsible person without a finding, and of the head of the department, when it is not held to account.
    left_out = models.TextField(_("why others are not held to account"), blank=True)
    handling_answer = models.TextField(_("was it handled badly, and by whom"), blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("accountability")
        verbose_name_plural = _("accountability")
        default_permissions = ()
        triggers = append_only()


class Penalty(models.Model):
    """A finding against one person by a clause of a managed document. Never shown to the complainant.

    Proposed with step 8; it counts when the superior of the department's head approved and personnel consented. The employee may then appeal,
    which suspends it.
    """

    class For(models.TextChoices):
        DIRECT = "direct", _("Directly responsible")
        HEAD = "head", _("Head of the department")
        HANDLING = "handling", _("Handled the complaint badly")
        HANDLING_HEAD = "over_it", _("Head of who handled it badly")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for approval and consent")
        REFUSED = "refused", _("Not approved")
        IN_FORCE = "in_force", _("In force")
        APPEALED = "appealed", _("Suspended by an appeal")
        UPHELD = "upheld", _("Upheld on appeal")
        REDUCED = "reduced", _("Reduced on appeal")
        REVOKED = "revoked", _("Revoked on appeal")

    #: They count: in scorecards, in figures, in what is told.
    STANDING = (State.IN_FORCE, State.UPHELD, State.REDUCED)

    accountability = models.ForeignKey(Accountability, models.PROTECT, related_name="penalties", verbose_name=_("accountability"))
    employee = models.ForeignKey("staff.User", models.PROTECT, related_name="penalties", verbose_name=_("employee"))
    responsible_as = models.CharField(_("responsible as"), max_length=10, choices=For.choices)
    clause = models.ForeignKey("staff.Clause", models.PROTECT, related_name="+", verbose_name=_("clause"))
    finding = models.TextField(_("finding"))
    evidence = models.TextField(_("what it rests on"), blank=True)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", db_column="measure", verbose_name=_("measure"))
    #: Asked for by the proposer; personnel may grant less, never more.
    amount = money_if_any(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    #: As told to the employee. Findings from before there were appeals have none, and can be appealed at any time.
    appeal_until = models.DateField(_("appeal until"), null=True, blank=True)

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        default_permissions = ()
        triggers = [
            *undeletable(
                frozen=("accountability", "employee", "responsible_as", "clause", "finding", "evidence", "measure", "amount", "currency")
            ),
            pgtrigger.FSM(
                name="legal_state",
                field="state",
                transitions=[
                    ("proposed", "in_force"), ("proposed", "refused"), ("in_force", "appealed"), ("appealed", "upheld"),
                    ("appealed", "reduced"), ("appealed", "revoked"),
                ],
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["accountability", "employee", "responsible_as"], name="penalty_once"),
            models.CheckConstraint(name="penalty_has_finding", condition=~Q(finding="")),
            models.CheckConstraint(name="penalty_amount_sane", condition=Q(amount=None) | Q(amount__gt=0, amount__lte=AMOUNT_CAP)),
            models.CheckConstraint(
                name="penalty_in_force_has_time", condition=Q(state__in=["proposed", "refused"]) ^ Q(in_force_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(_("Finding %(number)s") % {"number": self.pk})

    @property
    def money(self) -> str:
        return shown(self.amount, self.currency)


class PenaltyDecision(models.Model):
    """The word of the superior, or of personnel, on one finding. Neither proposed it, neither is meant by it, and they are two persons.

    The month's wage stands here and nowhere else.
    """

    class Kind(models.TextChoices):
        APPROVAL = "approval", _("Approval")
        CONSENT = "consent", _("Consent of personnel")

    penalty = models.ForeignKey(Penalty, models.PROTECT, related_name="decisions", verbose_name=_("penalty"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    agreed = models.BooleanField(_("agreed"))
    reason = models.TextField(_("reason"), blank=True)
    month = models.DateField(_("month of the wage"), null=True, blank=True)
    wage = money_if_any(_("wage of the month"))
    least_left = money_if_any(_("minimum wage of the place"))
    cap_percent = models.DecimalField(_("at most, in percent"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount = money_if_any(_("amount deducted"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("decision on a penalty")
        verbose_name_plural = _("decisions on penalties")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["penalty", "kind"], name="penalty_decided_once_by_each"),
            models.CheckConstraint(name="penalty_refused_with_reason", condition=Q(agreed=True) | ~Q(reason="")),
            models.CheckConstraint(
                name="deduction_stated_whole",
                condition=Q(month=None, wage=None, least_left=None, cap_percent=None, amount=None)
                | Q(
                    kind="consent", agreed=True, month__isnull=False, wage__isnull=False, least_left__isnull=False,
                    cap_percent__isnull=False, amount__isnull=False,
                ),
            ),
            models.CheckConstraint(name="deduction_sane", condition=Q(amount=None) | Q(amount__gt=0, wage__gt=0, least_left__gte=0)),
            models.CheckConstraint(
                name="deduction_within_the_cap",
                condition=Q(amount=None) | Q(GreaterThanOrEqual(F("wage") * F("cap_percent"), F("amount") * Value(Decimal(100)))),
            ),
            models.CheckConstraint(
                name="deduction_leaves_enough", condition=Q(amount=None) | Q(GreaterThanOrEqual(F("wage") - F("amount"), F("least_left")))
            ),
        ]  # fmt: skip
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="by_a_third",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=f"""
                    IF NEW.by_id IN (
                        {IN_IT}
                    ) THEN
                        RAISE EXCEPTION 'nobody decides twice, on their own proposal or about themselves'
                        USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Appeal(models.Model):
    """The employee's word against a finding; once."""

    penalty = models.OneToOneField(Penalty, models.PROTECT, related_name="appeal", verbose_name=_("penalty"))
    words = models.TextField(_("why the finding is wrong"))
    at = models.DateTimeField(_("filed at"))

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        default_permissions = ()
        triggers = append_only_but("words", case=CASE_OF_PENALTY)
        constraints = [models.CheckConstraint(name="appeal_in_words", condition=~Q(words=""))]


class AppealRuling(models.Model):
    """What somebody who had no part in the finding says to the appeal."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld: the finding stays")
        REDUCED = "reduced", _("Reduced: a lighter measure")
        REVOKED = "revoked", _("Revoked: as if there had been no finding")

    penalty = models.OneToOneField(Penalty, models.PROTECT, related_name="ruling", verbose_name=_("penalty"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reasons = models.TextField(_("reasons"))
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("measure instead"))
    amount = money_if_any(_("amount instead"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ruling on an appeal")
        verbose_name_plural = _("rulings on appeals")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="ruling_has_reasons", condition=~Q(reasons="")),
            models.CheckConstraint(name="ruling_reduced_names_measure", condition=Q(outcome="reduced") ^ Q(measure=None)),
            models.CheckConstraint(name="ruling_amount_sane", condition=Q(amount=None) | Q(amount__gt=0, outcome="reduced")),
        ]
        triggers = [
            *append_only_but("reasons", case=CASE_OF_PENALTY),
            pgtrigger.Trigger(
                name="by_no_part_in_it",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=f"""
                    IF NOT EXISTS (SELECT 1 FROM complaints_appeal WHERE penalty_id = NEW.penalty_id) THEN
                        RAISE EXCEPTION 'there is no appeal to rule on' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF NEW.by_id IN (
                        {IN_IT}
                    ) THEN
                        RAISE EXCEPTION 'an appeal is decided by somebody who had no part in the finding'
                        USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - SQL of ours
            ),
        ]


class PenaltyNotice(models.Model):
    """A notice that told others of a finding; one revoked or reduced is corrected to the same people."""

    penalty = models.ForeignKey(Penalty, models.PROTECT, related_name="notices", verbose_name=_("penalty"))
    notice = models.OneToOneField("staff.Notice", models.PROTECT, related_name="+", verbose_name=_("notice"))
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("corrects"))

    class Meta:
        verbose_name = _("notice of a finding")
        verbose_name_plural = _("notices of findings")
        default_permissions = ()
        triggers = append_only()


class PenaltyLook(models.Model):
    """Somebody read the findings of a case: with its page (`penalty` empty) or one by itself (threats I11)."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="penalty_looks", verbose_name=_("complaint"))
    penalty = models.ForeignKey(Penalty, models.PROTECT, null=True, blank=True, related_name="looks", verbose_name=_("penalty"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at a penalty")
        verbose_name_plural = _("looks at penalties")
        default_permissions = ()
        indexes = [models.Index(fields=["-at"], name="penalty_look_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.complaint)


class MyFinding(Penalty):
    """The same row, as the employee sees it who is meant by it."""

    class Meta:
        proxy = True
        verbose_name = _("finding about me")
        verbose_name_plural = _("findings about me")
        default_permissions = ()
