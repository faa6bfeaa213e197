"""Step 5: the concrete cause, five whys on evidence, a finding for each allegation, the statements of those named."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Cause, Complaint, Investigation, Statement, Why
from complaints.permissions import Refused, require
from complaints.services import messages
from complaints.services.advance import Move, advancing, keep, locked
from complaints.services.errors import NotPossible
from complaints.services.inputs import FindingInput, WhyInput
from complaints.services.reports import release_unseeing
from complaints.services.statements import check_tells_nobody
from complaints.workflow import Step
from staff.models import Department, User

MOST_WHYS = 5


def _current(case: Complaint) -> Investigation:
    investigation = case.investigations.order_by("-pk").first()
    if investigation is None:
        raise NotPossible(_("No investigation has been opened."))
    return investigation


def write_cause(
    move: Move, *, cause: Cause | str, cause_text: str, responsible_department: Department, responsible_persons: Sequence[User],
    whys: Sequence[WhyInput], findings: Mapping[int, FindingInput],
) -> Investigation:  # fmt: skip
    """Complete the investigation that is open."""
    investigation = _current(move.complaint)
    if investigation.completed_at is not None:
        raise NotPossible(_("The investigation is complete already."))
    if not 1 <= len(whys) <= MOST_WHYS:
        raise NotPossible(_("Answer at least one and at most five whys."))
    investigation.cause, investigation.cause_text = cause, cause_text
    investigation.responsible_department = responsible_department
    investigation.completed_by, investigation.completed_at = move.user, move.at
    move.save(investigation)
    investigation.responsible_persons.set(responsible_persons)
    release_unseeing(move)
    for number, why in enumerate(whys, start=1):
        row = Why.objects.create(investigation=investigation, number=number, answer=why.answer, basis=why.basis, evidence=why.evidence)
        move.record(row)
    for allegation in move.complaint.allegations.all():
        found = findings.get(allegation.pk)
        if found is not None:
            allegation.finding, allegation.finding_reason = found.finding, found.reason
            move.save(allegation)
    return investigation


def investigate(
    *, complaint_id: int, by: User, at: datetime, cause: Cause | str, cause_text: str, responsible_department: Department,
    whys: Sequence[WhyInput], findings: Mapping[int, FindingInput], responsible_persons: Sequence[User] = (), seen: int | None = None,
) -> Investigation:  # fmt: skip
    """Record the cause. `findings` maps the id of each allegation to its finding."""
    with advancing(complaint_id, "investigate", by=by, at=at, seen=seen) as move:
        return write_cause(
            move, cause=cause, cause_text=cause_text, responsible_department=responsible_department, whys=whys, findings=findings,
            responsible_persons=responsible_persons,
        )  # fmt: skip


def complete_investigation(
    *, complaint_id: int, by: User, at: datetime, cause: Cause | str, cause_text: str, responsible_department: Department,
    whys: Sequence[WhyInput], findings: Mapping[int, FindingInput], responsible_persons: Sequence[User] = (), seen: int | None = None,
) -> Investigation:  # fmt: skip
    """The same for a cause that was postponed; the case stays where it stands."""
    with advancing(complaint_id, "complete_investigation", by=by, at=at, seen=seen) as move:
        return write_cause(
            move, cause=cause, cause_text=cause_text, responsible_department=responsible_department, whys=whys, findings=findings,
            responsible_persons=responsible_persons,
        )  # fmt: skip


def postpone_investigation(*, complaint_id: int, by: User, at: datetime, reason: str, seen: int | None = None) -> Investigation:
    """Settle with the customer first. The cause stays due: nobody is penalised before it is known."""
    with advancing(complaint_id, "postpone_investigation", by=by, at=at, seen=seen, reason=reason) as move:
        return write_postponement(move, reason)


def write_postponement(move: Move, reason: str) -> Investigation:
    """The cause waits; it stays due."""
    investigation = _current(move.complaint)
    investigation.postponed_reason, investigation.postponed_by, investigation.postponed_at = reason, move.user, move.at
    move.save(investigation)
    return investigation


@transaction.atomic
def ask_statement(
    *, complaint_id: int, employee: User, question: str, due_on: date, by: User, at: datetime, facts: str = ""
) -> Statement:  # fmt: skip
    """Tell an employee the facts and ask for their side. They read these, never the case, and never who complained."""
    case = locked(complaint_id, by)
    require(by, case, "ask_statement", timezone.localdate(at))
    if case.step not in {Step.INVESTIGATE, Step.PROPOSE, Step.NOTIFY, Step.PENALIZE}:
        raise NotPossible(_("Statements are asked for from the investigation to the penalties."))
    investigation = _current(case)
    if investigation.statements.filter(employee=employee).exists():
        raise NotPossible(_("This employee was asked already."))
    if case.handler_id == employee.pk:
        raise NotPossible(_("%(name)s handles this case: take it over first.") % {"name": employee.name})
    check_tells_nobody(case, by, question, facts)
    statement = Statement(
        investigation=investigation, employee=employee, question=question, facts=facts, due_on=due_on, asked_by=by, asked_at=at
    )
    keep(statement, by=by, at=at, reason="ask_statement")
    # The question itself stays here: a mailbox keeps what is erased.
    text = gettext_lazy("What you are asked and told stands under “My matters”.")
    messages.notify_employee(user=employee, subject=gettext_lazy("You are asked for a statement"), text=text, by=by, at=at)
    return statement


def _answer(statement_id: int, *, by: User, at: datetime, state: Statement.State, text: str = "") -> Statement:
    statement = Statement.objects.select_for_update().get(pk=statement_id)
    if statement.state != Statement.State.ASKED:
        raise NotPossible(_("This statement has been answered already."))
    statement.state, statement.text, statement.answered_at = state, text, at
    keep(statement, by=by, at=at, reason=str(state))
    return statement


@transaction.atomic
def give_statement(*, statement_id: int, by: User, at: datetime, text: str) -> Statement:
    """The employee's own side; nobody can give it for them. Raises Statement.DoesNotExist for anybody else."""
    Statement.objects.get(pk=statement_id, employee=by)
    return _answer(statement_id, by=by, at=at, state=Statement.State.GIVEN, text=text)


@transaction.atomic
def decline_statement(*, statement_id: int, by: User, at: datetime) -> Statement:
    """The employee prefers to say nothing."""
    Statement.objects.get(pk=statement_id, employee=by)
    return _answer(statement_id, by=by, at=at, state=Statement.State.DECLINED)


@transaction.atomic
def miss_statement(*, statement_id: int, by: User, at: datetime) -> Statement:
    """The investigator notes that the time to answer has passed; not before it has."""
    statement = Statement.objects.select_related("investigation__complaint").get(pk=statement_id)
    case = locked(statement.investigation.complaint_id, by)
    require(by, case, "ask_statement", timezone.localdate(at))
    if statement.due_on >= timezone.localdate(at):
        raise NotPossible(_("The employee still has time to answer."))
    if statement.employee_id == by.pk:
        raise Refused(_("Nobody closes their own statement."), act="miss_statement", target=case.number)
    return _answer(statement_id, by=by, at=at, state=Statement.State.MISSED)
