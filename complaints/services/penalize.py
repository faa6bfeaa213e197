"""Step 8: who is held to account, or why nobody is."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import Accountability, Complaint, Measure, Penalty, Statement
from complaints.services.advance import advancing
from complaints.services.errors import NotPossible, Refused
from complaints.services.inputs import PenaltyInput
from complaints.services.reports import job_changed
from staff.models import User


def handling_in_question(case: Complaint) -> bool:
    """Whether the handling itself must be asked about: the case was late, reopened, objected to, or the customer's repeat."""
    objected = case.customer_answers.filter(kind__in=["objected_facts", "objected_remedy", "not_understood"]).exists()
    return case.late_steps > 0 or case.round > 1 or objected


def _check_handling_answer(case: Complaint, handling_answer: str) -> None:
    if handling_in_question(case) and not handling_answer.strip():
        raise NotPossible(_("This case was late, reopened or objected to: say whether it was handled badly, and by whom."))


def _measure(given: Measure | str) -> Measure:
    if isinstance(given, Measure):
        return given
    found: Measure = Measure.objects.get(pk=given)
    return found


def penalize(
    *, complaint_id: int, by: User, at: datetime, penalties: Sequence[PenaltyInput], handling_answer: str = "", seen: int | None = None
) -> Accountability:
    """Hold people to account by clauses. Nobody who was not asked for a statement, or who decides about themselves."""
    with advancing(complaint_id, "penalize", by=by, at=at, seen=seen) as move:
        case = move.complaint
        _check_handling_answer(case, handling_answer)
        heard = set(
            Statement.objects.filter(investigation__complaint=case)
            .exclude(state=Statement.State.ASKED)
            .values_list("employee_id", flat=True)
        )
        for penalty in penalties:
            if penalty.employee.pk not in heard:
                text = _("%(name)s has not been heard: ask for a statement first.")
                raise NotPossible(text % {"name": penalty.employee.name})
            if penalty.employee.pk == by.pk:
                raise Refused(_("Nobody decides about themselves."), act="penalize", target=case.number)
        accountability = Accountability.objects.create(complaint=case, handling_answer=handling_answer, by=by, at=at)
        move.record(accountability)
        for penalty in penalties:
            row = Penalty.objects.create(
                accountability=accountability, employee=penalty.employee, responsible_as=penalty.responsible_as, clause=penalty.clause,
                finding=penalty.finding, evidence=penalty.evidence, measure=_measure(penalty.measure), amount=penalty.amount,
            )  # fmt: skip
            move.record(row)
            job_changed(penalty.employee, _("A penalty"), at, by)
    return accountability


def pass_penalize(
    *,
    complaint_id: int,
    by: User,
    at: datetime,
    reason: str,
    system_cause: bool = False,
    handling_answer: str = "",
    seen: int | None = None,
) -> Accountability:
    """Nobody, and why. A system cause makes an improvement due."""
    with advancing(complaint_id, "pass_penalize", by=by, at=at, seen=seen, reason=reason) as move:
        _check_handling_answer(move.complaint, handling_answer)
        accountability = Accountability.objects.create(
            complaint=move.complaint, nobody_reason=reason, system_cause=system_cause, handling_answer=handling_answer, by=by, at=at
        )
        move.record(accountability)
    return accountability
