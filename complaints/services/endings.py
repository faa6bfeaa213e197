"""Ends aside from the ten steps: withdrawn, merged, not a complaint; and their undoing."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import Complaint, Message, Remedy
from complaints.services import budgets, messages
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, OtherKind, Outcome
from staff.models import User


def _end(move: Move, outcome: Outcome) -> None:
    """Close it; a solution that waits or was offered is superseded. Spam gets no answer."""
    case = move.complaint
    case.outcome, case.closed_at = outcome, move.at
    for remedy in case.remedies.filter(state__in=[Remedy.State.SUBMITTED, Remedy.State.APPROVED]):
        remedy.state = Remedy.State.SUPERSEDED
        move.save(remedy)
        budgets.release(move, remedy)


def _tell(move: Move) -> None:
    messages.send(complaint=move.complaint, kind=Message.Kind.ENDED, by=move.by, at=move.at, extra={"outcome": move.complaint.outcome})


def withdraw(*, complaint_id: int, by: User | Actor, at: datetime, reason: str, seen: int | None = None) -> Complaint:
    """The complainant takes it back, on the tracking page or by word to staff. Handling ends the same day."""
    with advancing(complaint_id, "withdraw", by=by, at=at, seen=seen, reason="" if by is Actor.COMPLAINANT else reason) as move:
        if by is Actor.COMPLAINANT and reason:  # the complainant's words belong to the conversation, not to the unchangeable record
            move.record(messages.receive(complaint_id=complaint_id, text=reason, medium="web", by=by, at=at))
        _end(move, Outcome.WITHDRAWN)
        _tell(move)
    return move.complaint


def merge(*, complaint_id: int, by: User, at: datetime, into: Complaint, reason: str, seen: int | None = None) -> Complaint:
    """The same matter goes on in `into`, which the actor must see and which must be open."""
    with advancing(complaint_id, "merge", by=by, at=at, seen=seen, reason=reason) as move:
        target = Complaint.objects.visible_to(by).open().filter(pk=into.pk).exclude(pk=complaint_id).first()
        if target is None:
            raise NotPossible(_("Name another open case."))
        move.complaint.merged_into = target
        move.record(target)
        _end(move, Outcome.MERGED)
        _tell(move)
    return move.complaint


def dismiss_as_other(
    *, complaint_id: int, by: User, at: datetime, kind: OtherKind | str, reason: str, seen: int | None = None
) -> Complaint:
    """Reception sees that it is no complaint; it is answered all the same, and stays outside all figures."""
    with advancing(complaint_id, "dismiss_as_other", by=by, at=at, seen=seen, reason=reason) as move:
        move.complaint.other_kind = OtherKind(kind)
        _end(move, Outcome.OTHER)
        if kind != OtherKind.SPAM:
            _tell(move)
    return move.complaint


def restore(*, complaint_id: int, by: User, at: datetime, reason: str, seen: int | None = None) -> Complaint:
    """Undo one of these ends; the case goes back to the step it stood at."""
    with advancing(complaint_id, "restore", by=by, at=at, seen=seen, reason=reason) as move:
        case = move.complaint
        case.outcome, case.other_kind, case.closed_at, case.merged_into = "", "", None, None
        messages.send(complaint=move.complaint, kind=Message.Kind.ENDED, by=by, at=at, extra={"outcome": "reopened"})
    return move.complaint
