"""What arrived is something else than it was taken for; suggestions, enquiries and praise get their answer."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import Assignment, Complaint, Message
from complaints.services import messages
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible
from complaints.services.reports import to_supervision
from complaints.workflow import Kind, Outcome
from staff.models import Department, User


def change(*, complaint_id: int, by: User, at: datetime, kind: Kind | str, reason: str, seen: int | None = None) -> Complaint:
    """Handle it from now on as what it is, under the same number and tracking code. A report goes to the supervision."""
    with advancing(complaint_id, "change_kind", by=by, at=at, seen=seen, reason=reason) as move:
        case = move.complaint
        before, case.kind = case.kind, Kind(kind)
        if before == case.kind:
            raise NotPossible(_("It is of this kind already."))
        if case.kind == Kind.REPORT:
            to_supervision(move, reason=reason)
        elif before == Kind.REPORT:
            _to_reception(move, reason=reason)
    return case


def _to_reception(move: Move, *, reason: str) -> None:
    """No report after all: it goes where everything else begins, unless that is a unit somebody named in it."""
    case = move.complaint
    named = set(case.named_units.values_list("department", flat=True))
    reception = Department.objects.receiving().exclude(pk__in=named).order_by("path").first()
    if reception is not None:
        case.department = reception
        move.give_to(Assignment.Kind.TRANSFERRED, handler=None, reason=reason)


def answer(*, complaint_id: int, by: User, at: datetime, text: str, seen: int | None = None) -> Complaint:
    """Answer a suggestion, an enquiry or praise; with that it is done."""
    with advancing(complaint_id, "answer_matter", by=by, at=at, seen=seen) as move:
        move.record(messages.send(complaint=move.complaint, kind=Message.Kind.ANSWER, by=by, at=at, text=text))
        move.complaint.outcome, move.complaint.closed_at = Outcome.ANSWERED, at
    return move.complaint
