"""Settled on the spot: the handler gives, within their own authority, what is due, in one act; every step on the way keeps its record (M2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Allegation, Assignment, Complaint, Remedy, RemedyItem, Settlement, Why
from complaints.money import NOTHING
from complaints.permissions import Refused, require, scope_of
from complaints.queries.authorities import may_settle, sums_of
from complaints.services import budgets, drafts, investigate, notify
from complaints.services.advance import advancing, locked
from complaints.services.assign import open_investigation
from complaints.services.errors import NotPossible
from complaints.services.inputs import NO_PURCHASE, AnswerInput, CauseInput, FindingInput, ItemInput, SheetInput, WhyInput
from complaints.services.propose import check_priced, let_nobody_else_give, write_remedy
from complaints.services.reports import concerns
from complaints.workflow import Medium, Step
from staff.models import User

ACT = "settle"
ItemKind = RemedyItem.Kind
#: What nobody gives alone without saying what it is worth: all but words, and what puts right the thing that was bought.
WORTH_SOMETHING = {kind.value for kind in ItemKind} - {ItemKind.APOLOGY, ItemKind.EXPLANATION, ItemKind.REPAIR, ItemKind.RETURN}


@transaction.atomic
def settle(
    *, complaint_id: int, by: User, at: datetime, why_it_cures: str, answers: Mapping[int, AnswerInput], items: Sequence[ItemInput],
    own_proposal_answer: str = "", grants_proposal: bool = False, value: SheetInput = NO_PURCHASE, cause: CauseInput | None = None,
    letter: str = "", agreed_words: str = "", agreed_medium: Medium | str = "", seen: int | None = None,
) -> Complaint:  # fmt: skip
    """From wherever the case stands between assigning and proposing to the decision sent. Without `cause` the investigation is postponed and then
    due. With `agreed_medium` the customer has agreed there and then. Raises as `advancing` does, and NotPossible where it must go up."""
    case = locked(complaint_id, by)
    require(by, case, ACT, timezone.localdate(at))
    check_priced(items, WORTH_SOMETHING)
    first_contact = case.step == Step.ASSIGN
    if case.step == Step.ASSIGN:
        _answer_for_it(complaint_id, by=by, at=at, seen=seen)
        seen = None
    if case.step in (Step.ASSIGN, Step.INVESTIGATE):
        _cause(complaint_id, cause, by=by, at=at, seen=seen)
        seen = None
    with advancing(complaint_id, "submit_remedy", part_of=ACT, by=by, at=at, seen=seen) as move:
        write_remedy(
            move, why_it_cures=why_it_cures, answers=answers, items=items, own_proposal_answer=own_proposal_answer,
            grants_proposal=grants_proposal, value=value,
        )  # fmt: skip
        _check_payers(move.complaint, items, by)
    _give(complaint_id, by=by, at=at, first_contact=first_contact)
    case = Complaint.objects.select_related("complainant").get(pk=complaint_id)
    notify.send_decision(complaint_id=complaint_id, by=by, at=at, letter=letter or drafts.draft_decision(case))
    if agreed_medium:
        return notify.accept(complaint_id=complaint_id, by=by, at=at, words=agreed_words, medium=agreed_medium)
    case.refresh_from_db()
    return case


def _check_payers(case: Complaint, items: Sequence[ItemInput], by: User) -> None:
    """Nobody gives from a budget they have nothing to do with: alone one draws on one's own and on that of who answers for the case."""
    own = scope_of(by).departments | {case.handling_department_id}
    if any(item.paid_by is not None and item.paid_by.pk not in own for item in items):
        raise Refused(_("This department does not pay for what you settle alone: propose it."), act=ACT, target=case.number)


def _answer_for_it(complaint_id: int, *, by: User, at: datetime, seen: int | None) -> None:
    """The unit that must answer for it is written down; the handler keeps the case until the customer has answered."""
    reason = _("Settled on the spot")
    with advancing(complaint_id, "assign", by=by, at=at, seen=seen, reason=reason, part_of=ACT) as move:
        case = move.complaint
        if case.category is None or concerns(case, case.category.department):
            raise NotPossible(_("Assign it first: the table names no department that may have it."))
        case.handling_department = case.category.department
        move.give_to(Assignment.Kind.ASSIGNED, handler=by, reason=reason)
        open_investigation(move)


def _cause(complaint_id: int, cause: CauseInput | None, *, by: User, at: datetime, seen: int | None) -> None:
    """Known, or postponed and then due."""
    if cause is None:
        reason = _("Settled on the spot")
        with advancing(complaint_id, "postpone_investigation", by=by, at=at, seen=seen, reason=reason, part_of=ACT) as move:
            investigate.write_postponement(move, reason)
        return
    with advancing(complaint_id, "investigate", by=by, at=at, seen=seen, part_of=ACT) as move:
        case = move.complaint
        if case.handling_department is None:
            raise NotPossible(_("Assign it first: the table names no department that may have it."))
        upheld = FindingInput(Allegation.Finding.UPHELD, cause.text)
        investigate.write_cause(
            move, cause=cause.cause, cause_text=cause.text, responsible_department=case.handling_department, responsible_persons=(),
            whys=[WhyInput(cause.text, Why.Basis.OPINION)], findings=dict.fromkeys(case.allegations.values_list("pk", flat=True), upheld),
        )  # fmt: skip


def _give(complaint_id: int, *, by: User, at: datetime, first_contact: bool) -> None:
    """Use one's authority, and the budget; what others gave meanwhile counts too."""
    with advancing(complaint_id, ACT, by=by, at=at) as move:
        case = move.complaint
        let_nobody_else_give(move.complaint, by=move.person)
        remedy: Remedy = case.remedies.select_related("sheet").order_by("-version")[0]
        sums = sums_of(remedy.items.all())
        if case.category is None or not case.category.may_be_settled:
            raise NotPossible(_("Cases of this category are not settled on the spot: propose a solution and have it approved."))
        if remedy.sheet.goes_up:
            raise NotPossible(_("This falls short of the value rule or leaves the standard: propose it, and somebody higher up decides."))
        if not may_settle(by.pk, case, sums, timezone.localdate(at)):
            raise Refused(_("This goes beyond what is left of your authority."), act=ACT, target=case.number)
        case.forget_decision()
        remedy.state = Remedy.State.APPROVED
        move.save(remedy)
        amount = sums.get("", NOTHING)
        move.record(Settlement.objects.create(remedy=remedy, amount=amount, first_contact=first_contact, by=by, at=at))
        budgets.commit(move, remedy, approved_by=by)
