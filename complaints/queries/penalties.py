"""Who may decide on a finding, asked anew at every act; how many findings stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from complaints.models import Accountability, AppealRuling, Complaint, Measure, Penalty, PenaltyDecision
from complaints.permissions import is_complainant, out_of_it
from staff import queries as organisation
from staff.models import Department, User

Kind, State = PenaltyDecision.Kind, Penalty.State
#: Acts on a finding, each with the state it is done in.
DECIDED_AT = {"approve_penalty": State.PROPOSED, "consent_penalty": State.PROPOSED, "decide_appeal": State.APPEALED}


def refusal(user: User, penalty: Penalty, act: str, on: date) -> str | None:
    """Why this person may not do the act on this finding today; None when they may. Neither whether it is time for it nor whether they see the finding
    is asked: what somebody may not see is not there for them, and is nobody's to refuse."""
    case: Complaint = penalty.accountability.complaint
    if not user.is_active or not user.has_perm(f"complaints.{act}"):
        return _("Your role does not allow this.")
    if organisation.is_absent(user, on) or is_complainant(user, case):
        return _("You are recused from this case, or away today.")
    if user.pk in barred_from(penalty) or user.pk in out_of_it(case) or _is_below(user, {penalty.employee_id}):
        return _("You have a part in this, or answer to the person it is about.")
    if act == "approve_penalty" and user.pk not in superiors_for(penalty, on):
        return _("This is for the superior of the department's head to say.")
    if act == "decide_appeal" and (user.pk in _had_a_part(case) or _is_below(user, barred_from(penalty))):
        return _("An appeal is decided by somebody who had no part in it.")
    return None


def is_kept_out(user: User, penalty: Penalty, on: date) -> bool:
    """Whether this person has no say in it whatever the act: away, named or asked in the case, who complained, or below who is meant."""
    case: Complaint = penalty.accountability.complaint
    away = organisation.is_absent(user, on)
    return away or is_complainant(user, case) or user.pk in out_of_it(case) or _is_below(user, {penalty.employee_id})


def is_waiting_for(penalty: Penalty, act: str) -> bool:
    """Whether the finding is at the point where this is decided."""
    if penalty.state != DECIDED_AT[act]:
        return False
    wanted = {"approve_penalty": Kind.APPROVAL, "consent_penalty": Kind.CONSENT}.get(act)
    return wanted is None or not penalty.decisions.filter(kind=wanted).exists()


def barred_from(penalty: Penalty) -> set[int]:
    """Ids of those who said their word already, and of who is meant."""
    decided = set(penalty.decisions.values_list("by", flat=True))
    return decided | {penalty.employee_id, penalty.accountability.by_id}


def _had_a_part(case: Complaint) -> set[int]:
    """Who looked into it, asked for a statement or had the case in hand."""
    asked = case.investigations.values_list("opened_by", "completed_by", "statements__asked_by")
    handled = case.assignments.exclude(handler=None).values_list("handler", flat=True)
    return {person for row in asked for person in row if person} | set(handled)


def _is_below(user: User, bosses: Iterable[int]) -> bool:
    return bool(organisation.lines_of(user) & set(bosses))


def superiors_for(penalty: Penalty, on: date) -> set[int]:
    """Ids of those who may approve: the nearest fit above the head of the employee's department, at last the executives.

    Fit is who neither proposed it, nor is meant, named or asked in the case, nor answers to who is meant, and is there that day.
    """
    case: Complaint = penalty.accountability.complaint
    barred = barred_from(penalty) | out_of_it(case)
    heads = organisation.heads_above(department_of(penalty))
    for level in [*heads[1:], list(organisation.executives())]:
        present = {organisation.present(person, on) for person in level if person.pk not in barred}
        fit = {user.pk for user in present if user and user.pk not in barred and _is_fit(user, penalty, case)}
        if fit:
            return fit
    return set()


def _is_fit(user: User, penalty: Penalty, case: Complaint) -> bool:
    sees = user.has_perm("complaints.approve_penalty") and Penalty.objects.visible_to(user).filter(pk=penalty.pk).exists()
    return sees and not _is_below(user, {penalty.employee_id})


def department_of(penalty: Penalty) -> Department:
    """Where the employee works; of somebody who left, the unit that answered for the case."""
    place = penalty.employee.memberships.filter(to_on=None).select_related("department").order_by("from_on", "pk").first()
    case = penalty.accountability.complaint
    found: Department = place.department if place else case.handling_department or case.department
    return found


def waiting_for(user: User, act: str, on: date, most: int) -> list[Penalty]:
    """Findings on which this person has to say a word, the oldest first."""
    if not user.has_perm(f"complaints.{act}"):
        return []
    waiting = Penalty.objects.visible_to(user).filter(state=DECIDED_AT[act])
    ways = ("handling_department", "department", "complainant")
    related = waiting.select_related(*(f"accountability__complaint__{way}" for way in ways), "employee")
    found = (each for each in related.order_by("pk")[:most] if is_waiting_for(each, act))
    return [each for each in found if refusal(user, each, act, on) is None]


# --- what it comes to --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Measured:
    """The measure as it stands after consent and appeal."""

    measure: Measure
    amount: Decimal | None


def measured(penalty: Penalty) -> Measured:
    """What the employee has to bear. Of a revoked finding this is what was lifted."""
    ruling = AppealRuling.objects.filter(penalty=penalty, outcome="reduced").select_related("measure").first()
    if ruling is not None and ruling.measure is not None:
        return Measured(ruling.measure, ruling.amount)
    granted = penalty.decisions.filter(kind=Kind.CONSENT, agreed=True).values_list("amount", flat=True).first()
    return Measured(penalty.measure, granted if granted is not None else penalty.amount)


def deducted_in(month: date, employee: User) -> Decimal:
    """What is taken from this month's wage already, by findings that stand or are suspended, and by those that personnel has consented to and the superior has yet to approve."""
    counted = PenaltyDecision.objects.filter(
        penalty__employee=employee, month=month, penalty__state__in=[*Penalty.STANDING, State.APPEALED], agreed=True
    )
    whole = counted.exclude(penalty__state=State.REDUCED).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    reduced = counted.filter(penalty__state=State.REDUCED).aggregate(sum=Sum("penalty__ruling__amount"))["sum"] or Decimal(0)
    waiting = PenaltyDecision.objects.filter(penalty__employee=employee, month=month, agreed=True, penalty__state=State.PROPOSED)
    return whole + reduced + (waiting.aggregate(sum=Sum("amount"))["sum"] or Decimal(0))


# --- figures -----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class UnitFigures:
    unit: str
    direct: int
    heads: int
    handling: int
    nobody: int

    @property
    def standing(self) -> int:
        return self.direct + self.heads + self.handling


def figures(user: User) -> list[UnitFigures]:
    """Standing findings and reasoned “nobody” by the unit that answered for the case, of the files this person may read. No names."""
    unit = "accountability__complaint__handling_department__name"
    counts = {
        "direct": Count("pk", filter=Q(responsible_as="direct")),
        "heads": Count("pk", filter=Q(responsible_as="head")),
        "handling": Count("pk", filter=Q(responsible_as__in=["handling", "over_it"])),
    }
    found: QuerySet[Any, Any] = Penalty.objects.visible_to(user).standing().order_by().values(unit).annotate(**counts)
    standing = {row[unit] or "": row for row in found}
    reasons = Accountability.objects.exclude(nobody_reason="").filter(complaint__in=Complaint.objects.visible_to(user).values("pk"))
    names = "complaint__handling_department__name"
    nobody = {row[names] or "": row["count"] for row in reasons.order_by().values(names).annotate(count=Count("pk"))}
    empty = {"direct": 0, "heads": 0, "handling": 0}
    return [
        UnitFigures(name, **{key: standing.get(name, empty)[key] for key in empty}, nobody=nobody.get(name, 0))
        for name in sorted({*standing, *nobody})
    ]
