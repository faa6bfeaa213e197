"""Who is named in a complaint keeps out of it."""

from collections.abc import Iterable
from datetime import datetime

from complaints.models import Assignment, Recusal
from complaints.services.advance import Move, advancing
from complaints.services.reports import link_leads, rehome_unseen, release_unseeing
from complaints.services.statements import tell_named
from complaints.workflow import Kind
from staff.models import User
from staff.queries import lines_of


def keep_out(move: Move, user: User, *, kind: Recusal.Kind = Recusal.Kind.NAMED) -> None:
    """One row a person and kind; a handler who is kept out loses the case to the department."""
    case = move.complaint
    is_new = _write(move, user, kind)
    if kind == Recusal.Kind.NAMED:
        if is_new:
            tell_named(case, user, by=move.by, at=move.at)
        if case.kind == Kind.REPORT:
            keep_lines_out(move, [user])
        link_leads(case, at=move.at)
    if case.handler_id == user.pk:
        move.give_to(Assignment.Kind.RETURNED, handler=None)


def keep_lines_out(move: Move, named: Iterable[User]) -> None:
    """Whoever stands above these people today never sees the report, also when these are moved away from under them tomorrow.

    A plain colleague of somebody named is no superior: where they may see the report otherwise (complaint management, say), they do.
    """
    superiors = {superior for user in named for superior in lines_of(user)}
    for superior in User.objects.filter(pk__in=superiors).order_by("pk"):
        _write(move, superior, Recusal.Kind.ABOVE_NAMED)
    release_unseeing(move)
    rehome_unseen(move)


def _write(move: Move, user: User, kind: Recusal.Kind) -> bool:
    """Whether the row is new."""
    recusal, made = Recusal.objects.get_or_create(
        complaint=move.complaint, user=user, kind=kind, defaults={"actor": move.actor, "by": move.user, "at": move.at}
    )
    move.record(recusal)
    return made


def keep_judges_out(move: Move) -> None:
    """Who called a case unfounded and who confirmed it do not judge it again."""
    judgement = (
        move.complaint.classifications.filter(unfounded=True, review__confirmed=True).select_related("by", "review__by").order_by("-pk")[0]
    )
    for person in (judgement.by, judgement.review.by):
        keep_out(move, person, kind=Recusal.Kind.JUDGED_BEFORE)


def name(*, complaint_id: int, user: User, by: User, at: datetime, seen: int | None = None) -> None:
    """Note that this employee is complained about: from now on the case does not exist for them."""
    with advancing(complaint_id, "name_employee", by=by, at=at, seen=seen) as move:
        keep_out(move, user)
