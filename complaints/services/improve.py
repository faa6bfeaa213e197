"""Step 9: what is done so that it does not happen again; when done, those who complained are told, and later somebody checks whether it helped."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Assignment, Complaint, EffectivenessCheck, Improvement, ImprovementLink, Message
from complaints.permissions import Refused, out_of_it, require
from complaints.queries.improvements import check_due_on, effect_of
from complaints.services import messages, selection, survey
from complaints.services.advance import Move, advancing, keep, locked
from complaints.services.errors import NotPossible
from complaints.services.inputs import ImprovementInput
from complaints.services.reports import concerns
from staff import queries as organisation
from staff.models import Department, User

Verdict = EffectivenessCheck.Verdict


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
            _check_may_own(given.owner, move.complaint)
            move.save(row)
            rows.append(row)
        if not rows:
            raise NotPossible(_("Add at least one improvement with owner and date."))
        _give_out_for_follow_up(move)
    return rows


def _check_may_own(owner: User, case: Complaint) -> None:
    """Anybody who works here, with rights on cases or without; not who is named in this one."""
    if not owner.is_active or owner.pk in out_of_it(case):
        raise NotPossible(_("%(name)s cannot own this improvement: named in the case, or no longer here.") % {"name": owner.name})


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
def complete_improvement(*, improvement_id: int, by: User, at: datetime, result: str, proof: str) -> Improvement:
    """The owner, who need not see the case, or complaint management says it is done; whoever complained of it learns what changed."""
    improvement = _locked(improvement_id)
    case = improvement.complaint
    if improvement.owner_id == by.pk:
        _check_owner_acts(by, case, at)
    else:
        locked(case.pk, by)
        require(by, case, "complete_improvement", timezone.localdate(at))
        if not by.has_perm("complaints.complete_any_improvement"):
            raise Refused(_("This is for the owner of the improvement to say."), act="complete_improvement", target=case.number)
    if improvement.done_at is not None:
        raise NotPossible(_("This improvement is done already."))
    if not result.strip() or not proof.strip():
        raise NotPossible(_("Say what was done, and what proves it."))
    improvement.result, improvement.proof, improvement.done_by, improvement.done_at = result, proof, by, at
    keep(improvement, by=by, at=at, reason="complete_improvement")
    _tell(improvement, case, by=by, at=at, key=f"improved:{improvement.pk}")
    for link in improvement.links.select_related("complaint__complainant").order_by("pk"):
        _tell_linked(improvement, link.complaint, by=by, at=at)
    return improvement


def _locked(improvement_id: int) -> Improvement:
    rows = Improvement.objects.select_for_update(of=("self",)).select_related("complaint__complainant", "complaint__category")
    found: Improvement = rows.get(pk=improvement_id)
    return found


def _check_owner_acts(by: User, case: Complaint, at: datetime) -> None:
    """A plain employee has no right on cases; being here, no part in the matter, and that the case is still one, is enough."""
    if not by.is_active or by.pk in out_of_it(case) or organisation.is_absent(by, timezone.localdate(at)):
        raise Refused(_("You are recused from this case, or away today."), act="complete_improvement", target=case.number)
    if case.is_erased:
        raise NotPossible(_("This case has been erased: nothing more is done with it."))


def _tell(improvement: Improvement, case: Complaint, *, by: User, at: datetime, key: str) -> None:
    messages.send(complaint=case, kind=Message.Kind.IMPROVED, by=by, at=at, text=improvement.result, dedupe_key=key)


def _tell_linked(improvement: Improvement, case: Complaint, *, by: User, at: datetime) -> None:
    if not case.is_erased:
        _tell(improvement, case, by=by, at=at, key=f"improved:{improvement.pk}:{case.pk}")


@transaction.atomic
def link_improvement(*, complaint_id: int, improvement_id: int, by: User, at: datetime) -> ImprovementLink:
    """This case, too, led to an improvement that is under way or done; its complainant is told with the others."""
    case = locked(complaint_id, by)
    require(by, case, "link_improvement", timezone.localdate(at))
    improvement = _locked(improvement_id)
    locked(improvement.complaint_id, by)  # of a case one may not see, the improvement is not there either
    if improvement.complaint_id == case.pk or improvement.links.filter(complaint=case).exists():
        raise NotPossible(_("The case is linked to this improvement already."))
    link = ImprovementLink.objects.create(improvement=improvement, complaint=case, by=by, at=at)
    if improvement.done_at is not None:
        _tell_linked(improvement, case, by=by, at=at)
    return link


@transaction.atomic
def check_effect(*, improvement_id: int, verdict: Verdict | str, by: User, at: datetime, remark: str = "") -> EffectivenessCheck:
    """Somebody else than who did it says whether it helped, on the numbers the system counts. Not before the time for it has passed."""
    improvement = _locked(improvement_id)
    case = locked(improvement.complaint_id, by)
    require(by, case, "check_effect", timezone.localdate(at))
    if by.pk in (improvement.owner_id, improvement.done_by_id):
        raise Refused(_("Somebody else checks whether it helped."), act="check_effect", target=case.number)
    due = check_due_on(improvement)
    if due is None or timezone.localdate(at) < due:
        raise NotPossible(_("Its effect is checked %(days)s days after it was done.") % {"days": improvement.check_days})
    effect, remark = effect_of(improvement), remark.strip()
    if verdict != Verdict.EFFECTIVE and not remark:
        raise NotPossible(_("Say what is still missing, and what is done about it."))
    if verdict == Verdict.EFFECTIVE and not effect.fell and effect.after and not remark:
        raise NotPossible(_("The number of such complaints did not fall: say why it helped nevertheless."))
    check = EffectivenessCheck.objects.create(
        improvement=improvement, category=effect.category, product=effect.product, days=effect.days, before=effect.before,
        after=effect.after, verdict=verdict, remark=remark, by=by, at=at,
    )  # fmt: skip
    if verdict != Verdict.EFFECTIVE:
        subject = gettext_lazy("An improvement of yours did not help enough")
        text = gettext_lazy("The check of its effect stands under “My matters”.")
        messages.notify_employee(user=improvement.owner, subject=subject, text=text, by=by, at=at)
    return check
