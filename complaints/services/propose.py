"""Step 6: an answer to each demand, what will be done, and somebody else's approval."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import Approval, Complaint, DemandAnswer, Remedy, RemedyItem
from complaints.permissions import out_of_it
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible
from complaints.services.inputs import AnswerInput, ItemInput
from staff.models import Company, User


def submit_remedy(
    *, complaint_id: int, by: User, at: datetime, why_it_cures: str, answers: Mapping[int, AnswerInput], items: Sequence[ItemInput],
    own_proposal_answer: str = "", seen: int | None = None,
) -> Remedy:  # fmt: skip
    """Lay a solution before the approver; `answers` maps the id of each demand to the answer. A version that waits is superseded."""
    with advancing(complaint_id, "submit_remedy", by=by, at=at, seen=seen) as move:
        case = move.complaint
        for earlier in case.remedies.filter(state=Remedy.State.SUBMITTED):
            earlier.state = Remedy.State.SUPERSEDED
            move.save(earlier)
        if not items and any(answer.answer != DemandAnswer.Answer.REFUSED for answer in answers.values()):
            raise NotPossible(_("Say what will be done: at least one item, if only an apology or an explanation."))
        if case.own_proposal and not own_proposal_answer.strip():
            raise NotPossible(_("The customer made a proposal: answer it."))
        remedy = Remedy(
            complaint=case, version=case.remedies.count() + 1, why_it_cures=why_it_cures, own_proposal_answer=own_proposal_answer,
            submitted_by=by, submitted_at=at,
        )  # fmt: skip
        move.save(remedy)
        for demand in case.demands.filter(pk__in=answers):
            given = answers[demand.pk]
            move.record(DemandAnswer.objects.create(remedy=remedy, demand=demand, answer=given.answer, reason=given.reason))
        currency = Company.current().currency
        for item in items:
            check_owner(item.owner, case, "complaints.fulfil")
            move.save(
                RemedyItem(
                    remedy=remedy,
                    kind=item.kind,
                    description=item.description,
                    amount=item.amount,
                    currency=currency,
                    owner=item.owner,
                    due_on=item.due_on,
                )
            )
    return remedy


def check_owner(owner: User, case: Complaint, right: str) -> None:
    """Whoever is to do something for a case must be able to open it and say that it is done, and not be named in it."""
    if not owner.is_active or not owner.has_perm(right) or owner.pk in out_of_it(case):
        raise NotPossible(_("%(name)s cannot work on cases: name somebody who can.") % {"name": owner.name})


def _decide(move: Move, *, version: int, approved: bool, reason: str) -> Remedy:
    """The approver's word on exactly the version they saw."""
    remedy: Remedy = move.complaint.remedies.order_by("-version")[0]
    if remedy.version != version:
        raise NotPossible(_("A newer version is waiting: look at that one."))
    remedy.state = Remedy.State.APPROVED if approved else Remedy.State.RETURNED
    move.save(remedy)
    move.record(Approval.objects.create(remedy=remedy, approved=approved, reason=reason, by=move.person, at=move.at))
    return remedy


def approve_remedy(*, complaint_id: int, by: User, at: datetime, version: int, reason: str = "", seen: int | None = None) -> Remedy:
    with advancing(complaint_id, "approve_remedy", by=by, at=at, seen=seen, reason=reason) as move:
        move.complaint.forget_decision()
        return _decide(move, version=version, approved=True, reason=reason)


def return_remedy(*, complaint_id: int, by: User, at: datetime, version: int, reason: str, seen: int | None = None) -> Remedy:
    with advancing(complaint_id, "return_remedy", by=by, at=at, seen=seen, reason=reason) as move:
        return _decide(move, version=version, approved=False, reason=reason)
