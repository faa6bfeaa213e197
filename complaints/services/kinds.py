"""What arrived is something else than it was taken for; suggestions, enquiries and praise get their answer."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import Assignment, Complaint, Message, Recusal
from complaints.permissions import Refused, scope_of
from complaints.services import messages
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible
from complaints.services.recusals import keep_lines_out
from complaints.services.reports import concerns, to_supervision
from complaints.workflow import Kind, Outcome
from staff.models import Department, User
from staff.roles import Role


def change(*, complaint_id: int, by: User, at: datetime, kind: Kind | str, reason: str, seen: int | None = None) -> Complaint:
    """Handle it from now on as what it is, under the same number and tracking code. A report goes to the supervision."""
    with advancing(complaint_id, "change_kind", by=by, at=at, seen=seen, reason=reason) as move:
        case = move.complaint
        before, case.kind = case.kind, Kind(kind)
        if before == case.kind:
            raise NotPossible(_("It is of this kind already."))
        if case.kind == Kind.REPORT:
            keep_lines_out(move, [row.user for row in case.recusals.filter(kind=Recusal.Kind.NAMED).select_related("user")])
            to_supervision(move, reason=reason)
        elif before == Kind.REPORT:
            _check_may_undo(move)
            _to_reception(move, reason=reason)
    return case


def _check_may_undo(move: Move) -> None:
    """Once somebody is named, more than its handler must agree that it is no report: the handler may be a friend of who is named."""
    case = move.complaint
    names = case.named_units.exists() or case.recusals.filter(kind=Recusal.Kind.NAMED).exists()
    if names and not scope_of(move.person).roles & {Role.MANAGER, Role.EXECUTIVE}:
        text = _("The report names a unit or an employee: only complaint management or an executive can say that it is none.")
        raise Refused(text, act=move.transition, target=case.number)


def _to_reception(move: Move, *, reason: str) -> None:
    """No report after all: it goes where everything else begins, unless that is a unit it names or a part of one; then it stays."""
    case = move.complaint
    reception = next((each for each in Department.objects.receiving().order_by("path") if not concerns(case, each)), None)
    if reception is not None:
        case.department = reception
        move.give_to(Assignment.Kind.TRANSFERRED, handler=None, reason=reason)


def answer(*, complaint_id: int, by: User, at: datetime, text: str, seen: int | None = None) -> Complaint:
    """Answer a suggestion, an enquiry or praise; with that it is done."""
    with advancing(complaint_id, "answer_matter", by=by, at=at, seen=seen) as move:
        move.record(messages.send(complaint=move.complaint, kind=Message.Kind.ANSWER, by=by, at=at, text=text))
        move.complaint.outcome, move.complaint.closed_at = Outcome.ANSWERED, at
    return move.complaint
