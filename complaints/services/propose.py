"""Step 6: an answer to each demand, what will be done, and somebody else's approval."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Approval, Complaint, DemandAnswer, ItemRule, Remedy, RemedyItem
from complaints.permissions import out_of_it
from complaints.queries.approval import approvers
from complaints.queries.authorities import may_settle, sums_of
from complaints.services import amounts, budgets, sheet
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible
from complaints.services.inputs import NO_PURCHASE, AnswerInput, ItemInput, SheetInput
from complaints.services.locks import hold_giving
from complaints.workflow import Actor
from staff.models import Company, User

ItemKind = RemedyItem.Kind
#: What is money or as good as it whatever the table of kinds says.
MONEY_KINDS = {ItemKind.REFUND.value, ItemKind.COMPENSATION.value, ItemKind.GOODWILL.value, ItemKind.VOUCHER.value}


def submit_remedy(
    *, complaint_id: int, by: User, at: datetime, why_it_cures: str, answers: Mapping[int, AnswerInput], items: Sequence[ItemInput],
    own_proposal_answer: str = "", grants_proposal: bool = False, value: SheetInput = NO_PURCHASE, seen: int | None = None,
) -> Remedy:  # fmt: skip
    """Lay a solution before the approver; `answers` maps the id of each demand to the answer. A version that waits is superseded."""
    with advancing(complaint_id, "submit_remedy", by=by, at=at, seen=seen) as move:
        remedy = write_remedy(
            move, why_it_cures=why_it_cures, answers=answers, items=items, own_proposal_answer=own_proposal_answer,
            grants_proposal=grants_proposal, value=value,
        )  # fmt: skip
        remedy.laid_before.set(approvers(move.complaint, timezone.localdate(at)))
    return remedy


def write_remedy(
    move: Move, *, why_it_cures: str, answers: Mapping[int, AnswerInput], items: Sequence[ItemInput], own_proposal_answer: str,
    grants_proposal: bool, value: SheetInput,
) -> Remedy:  # fmt: skip
    """The next version with its answers, items and value sheet."""
    case = move.complaint
    supersede_waiting(move)
    if not items and any(answer.answer != DemandAnswer.Answer.REFUSED for answer in answers.values()):
        raise NotPossible(_("Say what will be done: at least one item, if only an apology or an explanation."))
    if grants_proposal and not case.own_proposal:
        raise NotPossible(_("The customer made no proposal that could be granted."))
    if case.own_proposal and not own_proposal_answer.strip() and not grants_proposal:
        raise NotPossible(_("The customer made a proposal: answer it."))
    amounts.check(*(item.amount for item in items))
    check_priced(items, MONEY_KINDS | set(ItemRule.objects.filter(cash=True).values_list("kind", flat=True)))
    sums = sums_of(items)
    amounts.check(value.price, value.kept, value.spent, sums.get(""), nothing_too=True)
    _check_alternatives(items)
    for item in items:
        check_owner(item.owner, case, "complaints.fulfil")
    may_alone = may_settle(move.person.pk, case, sums, timezone.localdate(move.at))
    remedy = Remedy(
        complaint=case, version=case.remedies.count() + 1, why_it_cures=why_it_cures, own_proposal_answer=own_proposal_answer,
        grants_proposal=grants_proposal, within_authority=may_alone, submitted_by=move.person, submitted_at=move.at,
    )  # fmt: skip
    move.save(remedy)
    for demand in case.demands.filter(pk__in=answers):
        given = answers[demand.pk]
        move.record(DemandAnswer.objects.create(remedy=remedy, demand=demand, answer=given.answer, reason=given.reason))
    _write_items(move, remedy, items)
    sheet.write(move, remedy, value)
    return remedy


def check_priced(items: Sequence[ItemInput], kinds: Container[str]) -> None:
    """What is worth something has its amount: a sum that stands in the words alone would pass every limit and budget (F3)."""
    for item in items:
        if item.amount is None and str(item.kind) in kinds:
            raise NotPossible(_("%(kind)s: give the amount, or what it is worth.") % {"kind": ItemKind(item.kind).label})


def supersede_waiting(move: Move) -> None:
    """A version nobody has decided on gives way."""
    for earlier in move.complaint.remedies.filter(state=Remedy.State.SUBMITTED):
        earlier.state = Remedy.State.SUPERSEDED
        move.save(earlier)


def _check_alternatives(items: Sequence[ItemInput]) -> None:
    options = {item.option for item in items} - {0}
    if options and (len(options) == 1 or options != set(range(1, len(options) + 1))):
        raise NotPossible(_("Alternatives are numbered 1, 2 …, and there are at least two."))


def _write_items(move: Move, remedy: Remedy, items: Sequence[ItemInput]) -> None:
    currency = Company.current().currency
    rules = {rule.kind: rule for rule in ItemRule.objects.all()}
    today = timezone.localdate(move.at)
    for item in items:
        rule = rules.get(str(item.kind))
        if rule is not None and rule.days_most is not None and item.due_on > today + timedelta(days=rule.days_most):
            text = _("%(kind)s: carried out within %(days)s days at the latest (%(source)s).")
            raise NotPossible(text % {"kind": rule.get_kind_display(), "days": rule.days_most, "source": rule.source})
        move.save(
            RemedyItem(
                remedy=remedy, kind=item.kind, description=item.description, amount=item.amount, currency=currency, option=item.option,
                cash=rule is not None and rule.cash, paid_by=item.paid_by or move.complaint.handling_department, owner=item.owner,
                due_on=item.due_on,
            )
        )  # fmt: skip


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
    """Agree to the version that was seen, as far as one's authority reaches (what others gave meanwhile counts too); its money is set aside."""
    hold = partial(let_nobody_else_give, by=by)
    with advancing(complaint_id, "approve_remedy", by=by, at=at, seen=seen, reason=reason, hold=hold) as move:
        move.complaint.forget_decision()
        remedy = _decide(move, version=version, approved=True, reason=reason)
        budgets.commit(move, remedy, approved_by=by)
        return remedy


def let_nobody_else_give(case: Complaint, *, by: User | Actor) -> None:
    """Until this is done nobody gives in this person's name or to this customer: the limits are sums over other cases too."""
    if isinstance(by, User):  # nobody else can give anything, as they are told next
        hold_giving(by.pk, case.complainant.customer_id, case.complainant.contact_digest)


def return_remedy(*, complaint_id: int, by: User, at: datetime, version: int, reason: str, seen: int | None = None) -> Remedy:
    with advancing(complaint_id, "return_remedy", by=by, at=at, seen=seen, reason=reason) as move:
        return _decide(move, version=version, approved=False, reason=reason)
