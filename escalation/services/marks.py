"""What lifts a case above the ordinary is seen by the system, or said by staff; it is counted against the handling that failed (M12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, FollowUp, StepChange
from complaints.services.advance import locked
from complaints.services.errors import NotPossible, Refused
from complaints.workflow import Step
from escalation.models import CaseMark, MarkRule, Rung
from escalation.models.mark import BY_HAND
from escalation.services import rungs
from staff.models import User

if TYPE_CHECKING:
    from complaints.querysets import ComplaintQuerySet

Cause = CaseMark.Cause
#: A complaint of the same customer on the same matter within so many days is a repeat.
REPEATS_WITHIN = timedelta(days=180)
#: Rules.md: 20 and more people are a major complaint.
MANY_PEOPLE = 20


@transaction.atomic(savepoint=False)  # part of the step: it fails with it
def follow(*, complaint: Complaint, change: StepChange) -> list[CaseMark]:
    """Marks that follow from an act; each once a round."""
    found: dict[str, int] = {}
    if change.transition == "classify" and complaint.category is not None and complaint.category.injury:
        found[Cause.INJURY] = 1
    if change.transition == "classify":
        found |= _seen_at_classifying(complaint)
    if change.transition == "reopen":
        found[Cause.REPEAT] = complaint.round
    if change.transition == "follow_up" and _low_and_escalated(complaint):
        found[Cause.LOW_SCORE] = 1
    return [mark for cause, times in found.items() if (mark := _mark(complaint, cause, times=times, words="", by=None, at=change.at))]


def _seen_at_classifying(case: Complaint) -> dict[str, int]:
    found: dict[str, int] = {}
    earlier = _of_same_customer(case).filter(category=case.category, received_at__gte=case.received_at - REPEATS_WITHIN).count()
    if earlier:
        found[Cause.REPEAT] = earlier + 1
    if _of_same_customer(case).open().exclude(medium=case.medium).exists():
        found[Cause.WINDOWS] = 1
    if case.others.count() + 1 >= MANY_PEOPLE:
        found[Cause.MANY] = 1
    return found


def _of_same_customer(case: Complaint) -> ComplaintQuerySet:
    """Earlier cases of the same person or contact."""
    party = case.complainant
    cases = Complaint.objects.in_figures().filter(received_at__lt=case.received_at).exclude(pk=case.pk)
    if party.customer_id is not None:
        return cases.filter(complainant__customer=party.customer_id)
    if party.contact_digest:
        return cases.filter(complainant__contact_digest=party.contact_digest)
    return cases.none()


def _low_and_escalated(case: Complaint) -> bool:
    latest = case.follow_ups.order_by("-pk").first()
    return latest is not None and latest.low_answer == FollowUp.LowAnswer.ESCALATE


@transaction.atomic
def mark(*, complaint_id: int, cause: CaseMark.Cause | str, words: str, by: User, at: datetime) -> CaseMark:
    """Staff say that it reached leaders, an authority or the media."""
    case = locked(complaint_id, by)
    if not by.has_perm("complaints.add_note"):
        raise Refused(_("Your role does not allow this."), act="mark", target=case.number)
    if cause not in BY_HAND:
        raise NotPossible(_("This mark follows from the case itself."))
    if not words.strip():
        raise NotPossible(_("Say how you know."))
    if case.step == Step.CLOSED:
        raise NotPossible(_("This case is closed: reopen it first."))
    made = _mark(case, cause, times=1, words=words.strip(), by=by, at=at)
    if made is None:
        raise NotPossible(_("This is marked already."))
    return made


def _mark(case: Complaint, cause: str, *, times: int, words: str, by: User | None, at: datetime) -> CaseMark | None:
    if CaseMark.objects.filter(complaint=case, cause=cause, round=case.round).exists():
        return None
    charged = case.handling_department or case.department
    made = CaseMark.objects.create(
        complaint=case, cause=cause, round=case.round, times=times, words=words, charged_to=charged, by=by, at=at
    )
    rule = MarkRule.objects.filter(cause=cause).first()
    if rule is not None:
        reached = ((rule.to_head, Rung.Act.HEAD), (rule.to_management, Rung.Act.MANAGEMENT), (rule.to_executives, Rung.Act.EXECUTIVES))
        rungs.tell_mark(made, [str(act) for wanted, act in reached if wanted], at=at)
    return made
