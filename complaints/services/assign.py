"""Step 4 and who has the case at any step: assigned by the table, claimed, handed over, taken over, transferred."""

import logging
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Assignment, Complaint, Investigation, Remedy
from complaints.permissions import may_handle
from complaints.queries.load import least_loaded
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible
from complaints.services.reports import concerns
from complaints.services.statements import tell_all_named
from complaints.workflow import Actor
from staff.models import Absence, Department, User
from staff.queries import deputy_of

log = logging.getLogger(__name__)


def _check_fit(case: Complaint, handler: User | None, department: Department, at: datetime) -> None:
    """A handler works in that department, reads files, is present and not recused, and the case is there for them."""
    if handler is None:
        return
    member = handler.memberships.filter(to_on=None, department=department).exists()
    fit = handler.has_perm("complaints.claim") and may_handle(handler, case, timezone.localdate(at))
    if not member or not fit or not Complaint.objects.not_about(handler).filter(pk=case.pk).exists():
        raise NotPossible(_("%(name)s cannot handle this case: not in the department, away or recused.") % {"name": handler.name})


def _check_not_named(case: Complaint, department: Department) -> None:
    """What was ever a report never reaches a unit it names."""
    if concerns(case, department):
        raise NotPossible(_("The report names this department: give it to another."))


def open_investigation(move: Move) -> None:
    """Entering step 5, the first time or again."""
    investigation = Investigation(complaint=move.complaint, opened_by=move.user, opened_at=move.at)
    move.save(investigation)
    tell_all_named(move.complaint, by=move.by, at=move.at)


def assign(
    *, complaint_id: int, by: User, at: datetime, department: Department | None = None, handler: User | None = None, reason: str = "",
    seen: int | None = None,
) -> Complaint:  # fmt: skip
    """Give it to the unit that must answer: by the table of categories, or to another one with a reason."""
    with advancing(complaint_id, "assign", by=by, at=at, seen=seen, reason=reason) as move:
        case = move.complaint
        by_table = case.category.department if case.category else None
        target = department or by_table
        if target is None:
            raise NotPossible(_("The category names no department: choose one."))
        if by_table is not None and target != by_table and not reason.strip():
            raise NotPossible(_("This is not the department the table names: give the reason."))
        _check_not_named(case, target)
        _check_fit(case, handler, target, at)
        case.department = case.handling_department = target
        move.give_to(Assignment.Kind.ASSIGNED, handler=handler, reason=reason)
        open_investigation(move)
    return case


def claim(*, complaint_id: int, by: User, at: datetime, seen: int | None = None) -> Complaint:
    """Take on an open case of one's department, where cases are not dealt out."""
    with advancing(complaint_id, "claim", by=by, at=at, seen=seen) as move:
        if move.complaint.department.deals_out and least_loaded(move.complaint, timezone.localdate(at)) not in (None, by):
            raise NotPossible(_("This department deals cases out: whoever has the fewest is next."))
        move.give_to(Assignment.Kind.CLAIMED, handler=by)
    return move.complaint


def hand_over(*, complaint_id: int, by: User | Actor, at: datetime, to: User, reason: str, seen: int | None = None) -> Complaint:
    """Give it to a colleague of the same department."""
    with advancing(complaint_id, "hand_over", by=by, at=at, seen=seen, reason=reason) as move:
        _check_fit(move.complaint, to, move.complaint.department, at)
        move.give_to(Assignment.Kind.HANDED_OVER, handler=to, reason=reason)
    return move.complaint


def take_over(*, complaint_id: int, by: User, at: datetime, reason: str, seen: int | None = None) -> Complaint:
    """The head or complaint management makes it their own."""
    with advancing(complaint_id, "take_over", by=by, at=at, seen=seen, reason=reason) as move:
        move.give_to(Assignment.Kind.TAKEN_OVER, handler=by, reason=reason)
    return move.complaint


def transfer(
    *, complaint_id: int, by: User, at: datetime, department: Department, reason: str, handler: User | None = None, seen: int | None = None
) -> Complaint:
    """Pass it on to another department, which starts at its cause. The second time only complaint management may."""
    with advancing(complaint_id, "transfer", by=by, at=at, seen=seen, reason=reason) as move:
        case = move.complaint
        if department == case.handling_department:
            raise NotPossible(_("The case is with this department already."))
        _check_not_named(case, department)
        _check_fit(case, handler, department, at)
        for waiting in case.remedies.filter(state=Remedy.State.SUBMITTED):
            waiting.state = Remedy.State.SUPERSEDED
            move.save(waiting)
        case.department = case.handling_department = department
        move.give_to(Assignment.Kind.TRANSFERRED, handler=handler, reason=reason)
        open_investigation(move)
    return case


def hand_over_absent(*, at: datetime) -> int:
    """What people who are away today have in hand goes to who stands in for them, if that person may handle it; how many cases."""
    today = timezone.localdate(at)
    away = Absence.objects.on(today).values("user")
    cases = Complaint.objects.open().filter(handler__in=away).select_related("handler").order_by("pk")
    return sum(_hand_over_to_deputy(case, today, at) for case in cases)


def _hand_over_to_deputy(case: Complaint, today: date, at: datetime) -> bool:
    """One case, in a transaction of its own; whoever comes second finds it with another handler (threat G10)."""
    handler = case.handler
    deputy = deputy_of(handler, today) if handler is not None else None
    if handler is None or deputy is None:
        return False
    reason = _("%(name)s is away") % {"name": handler.name}
    try:
        with advancing(case.pk, "hand_over", by=Actor.SYSTEM, at=at, reason=reason) as move:
            if move.complaint.handler_id != handler.pk:
                raise NotPossible(_("The case has another handler by now."))
            _check_fit(move.complaint, deputy, move.complaint.department, at)
            move.give_to(Assignment.Kind.HANDED_OVER, handler=deputy, reason=reason)
    except NotPossible as why:  # the head sees it overdue among the department's cases
        log.info("case %s stays with somebody who is away: %s", case.number, why)
        return False
    except Exception:
        log.exception("case %s could not be handed over", case.number)
        return False
    return True
