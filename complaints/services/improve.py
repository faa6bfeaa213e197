"""Step 9: what is done so that it does not happen again; when done, the complainant is told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Assignment, Complaint, Improvement, Message
from complaints.permissions import Refused, require
from complaints.services import messages, selection, survey
from complaints.services.advance import Move, advancing, keep, locked
from complaints.services.errors import NotPossible
from complaints.services.inputs import ImprovementInput
from complaints.services.propose import check_owner
from complaints.services.reports import concerns
from staff.models import Department, User


def improve(
    *, complaint_id: int, by: User, at: datetime, improvements: Sequence[ImprovementInput], seen: int | None = None
) -> list[Improvement]:
    with advancing(complaint_id, "improve", by=by, at=at, seen=seen) as move:
        rows = []
        for given in improvements:
            row = Improvement(
                complaint=move.complaint, kind=given.kind, lesson=given.lesson, action=given.action, changes=given.changes,
                changes_nothing_because=given.changes_nothing_because, expectation=given.expectation, check_days=given.check_days, owner=given.owner,
                due_on=given.due_on, proposed_by=by, proposed_at=at,
            )  # fmt: skip
            check_owner(given.owner, move.complaint, "complaints.improve")
            move.save(row)
            rows.append(row)
        if not rows:
            raise NotPossible(_("Add at least one improvement with owner and date."))
        _give_out_for_follow_up(move)
    return rows


def pass_improve(*, complaint_id: int, by: User, at: datetime, reason: str, seen: int | None = None) -> Complaint:
    with advancing(complaint_id, "pass_improve", by=by, at=at, seen=seen, reason=reason) as move:
        _give_out_for_follow_up(move)
    return move.complaint


def follow_up_department(case: Complaint) -> Department:
    """A unit that makes follow-ups and did not handle the case: one outside its branch of the tree if there is any; else complaint management."""
    unit = case.handling_department or case.department
    callers = [*Department.objects.following_up().order_by("pk"), *Department.objects.active().filter(manages=True).order_by("pk")]
    others = [department for department in callers if department != unit]
    others = [department for department in others if not concerns(case, department)] or others[-1:]
    outside = [department for department in others if not (department.path.startswith(unit.path) or unit.path.startswith(department.path))]
    if not others:
        raise NotPossible(_("No department outside the handling unit makes follow-ups: a manager must name one."))
    return (outside or others)[0]


def _give_out_for_follow_up(move: Move) -> None:
    case = move.complaint
    case.department = follow_up_department(case)
    move.give_to(Assignment.Kind.FOLLOW_UP, handler=None)
    selection.draw(move)
    survey.make_link(complaint=case, at=move.at)
    messages.send(complaint=case, kind=Message.Kind.SURVEY, by=move.by, at=move.at, dedupe_key=f"survey:{case.pk}:{case.round}")


@transaction.atomic
def complete_improvement(*, improvement_id: int, by: User, at: datetime, result: str) -> Improvement:
    """The owner (or complaint management) says it is done; the complainant learns what changed."""
    improvement = Improvement.objects.select_for_update(of=("self",)).get(pk=improvement_id)
    case = locked(improvement.complaint_id, by)
    require(by, case, "complete_improvement", timezone.localdate(at))
    if improvement.owner_id != by.pk and not by.has_perm("complaints.complete_any_improvement"):
        raise Refused(_("This is for the owner of the improvement to say."), act="complete_improvement", target=case.number)
    if improvement.done_at is not None:
        raise NotPossible(_("This improvement is done already."))
    improvement.result, improvement.done_by, improvement.done_at = result, by, at
    keep(improvement, by=by, at=at, reason="complete_improvement")
    messages.send(complaint=case, kind=Message.Kind.IMPROVED, by=by, at=at, text=result, dedupe_key=f"improved:{improvement.pk}")
    return improvement
