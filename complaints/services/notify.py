"""Step 7: the decision goes out, the customer answers, what was accepted is carried out."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.models import Answer, Assignment, Complaint, LetterKind, Message, Remedy, RemedyItem
from complaints.permissions import Refused, of_the_unit, scope_of
from complaints.services import budgets, messages, payouts
from complaints.services.advance import Move, advancing, keep
from complaints.services.assign import open_investigation
from complaints.services.errors import ChooseOne, NotPossible
from complaints.services.letters import keep_letter
from complaints.services.recusals import keep_judges_out
from complaints.services.reports import concerns
from complaints.workflow import Actor, Medium
from staff.models import Company, User


def send_decision(*, complaint_id: int, by: User, at: datetime, letter: str, seen: int | None = None) -> Message:
    """Send the decision; from now on the customer's window for an answer runs."""
    with advancing(complaint_id, "send_decision", by=by, at=at, seen=seen) as move:
        case = move.complaint
        case.decision_sent_at, case.answer_until = at, at + timedelta(days=Company.current().answer_days)
        message = messages.send(complaint=case, kind=Message.Kind.DECISION, by=by, at=at, text=letter)
        move.record(message)
        kind = LetterKind.REFUSAL if case.unfounded else LetterKind.DECISION
        keep_letter(complaint=case, kind=kind, subject=message.subject, body=letter, message=message, by=by, at=at)
    return message


def _write_answer(
    move: Move, kind: Answer.Kind, *, words: str, medium: Medium | str, remedy_state: Remedy.State, option: int | None = None
) -> None:
    remedy = _decide_solution(move, remedy_state, option)
    answer = Answer.objects.create(
        complaint=move.complaint, remedy=remedy, kind=kind, words=words, medium=medium, actor=move.actor, by=move.user, at=move.at
    )
    move.record(answer)


def _decide_solution(move: Move, state: Remedy.State, option: int | None) -> Remedy | None:
    """What the answer makes of the solution: its state, and its money, which is given back or ordered. None where there was none to answer."""
    case = move.complaint
    remedy = None if case.unfounded else case.remedies.filter(state=Remedy.State.APPROVED).order_by("-version").first()
    if remedy is not None:
        remedy.state = state
        taken = _take(remedy, option) if state == Remedy.State.ACCEPTED else []
        move.save(remedy)
        budgets.release(move, remedy, keep_items=taken)
        payouts.order(move, taken)
    return remedy


def _take(remedy: Remedy, option: int | None) -> list[RemedyItem]:
    """The items the customer takes, one alternative where there are any."""
    items = list(remedy.items.all())
    options = {item.option for item in items} - {0}
    if options and option not in options:
        raise ChooseOne(_("Choose one of the alternatives."))
    remedy.chosen_option = option if options else None
    return [item for item in items if item.goes_with(remedy.chosen_option)]


def _to_the_unit(move: Move) -> None:
    """What was settled on the spot goes to the unit that answers for it, once the customer has answered; from an agent of that very unit to its
    investigators, for the cause and the items are theirs."""
    case = move.complaint
    if case.handling_department is None:
        return
    goes_on = case.handler is None or case.handler.has_perm("complaints.fulfil")
    if case.department != case.handling_department or not goes_on:
        case.department = case.handling_department
        move.give_to(Assignment.Kind.ASSIGNED, handler=None)


def accept(
    *, complaint_id: int, by: User | Actor, at: datetime, words: str = "", medium: Medium | str = Medium.WEB, option: int | None = None,
    seen: int | None = None,
) -> Complaint:  # fmt: skip
    """The customer takes the solution (of alternatives the one with the number `option`), or understands why there is none."""
    with advancing(complaint_id, "accept", by=by, at=at, seen=seen) as move:
        kind = Answer.Kind.UNDERSTOOD if move.complaint.unfounded else Answer.Kind.ACCEPTED
        _write_answer(move, kind, words=words, medium=medium, remedy_state=Remedy.State.ACCEPTED, option=option)
        _to_the_unit(move)
    return move.complaint


def object_to_remedy(
    *, complaint_id: int, by: User | Actor, at: datetime, words: str, medium: Medium | str = Medium.WEB, seen: int | None = None
) -> Complaint:
    """The solution is not enough: another is proposed."""
    with advancing(complaint_id, "object_to_remedy", by=by, at=at, seen=seen) as move:
        _write_answer(move, Answer.Kind.OBJECTED_REMEDY, words=words, medium=medium, remedy_state=Remedy.State.REFUSED)
        _to_the_unit(move)
    return move.complaint


def object_to_findings(
    *, complaint_id: int, by: User | Actor, at: datetime, words: str, medium: Medium | str = Medium.WEB, seen: int | None = None
) -> Complaint:
    """The facts are wrong: looked into again. After an unfounded finding somebody else does it."""
    with advancing(complaint_id, "object_to_findings", by=by, at=at, seen=seen) as move:
        case = move.complaint
        kind = Answer.Kind.NOT_UNDERSTOOD if case.unfounded else Answer.Kind.OBJECTED_FACTS
        _write_answer(move, kind, words=words, medium=medium, remedy_state=Remedy.State.REFUSED)
        if case.unfounded:
            _give_to_somebody_else(move)
        else:
            _to_the_unit(move)
        open_investigation(move)
    return case


def _give_to_somebody_else(move: Move) -> None:
    """The department of the table looks into it, without those who called it unfounded."""
    case = move.complaint
    keep_judges_out(move)
    case.unfounded = False
    if case.category is not None and not concerns(case, case.category.department):
        case.department = case.handling_department = case.category.department
    move.give_to(Assignment.Kind.ASSIGNED, handler=None)


def lapse(*, complaint_id: int, at: datetime) -> Complaint:
    """The window has passed without an answer. Nothing was accepted, and nobody is counted as satisfied."""
    with advancing(complaint_id, "lapse", by=Actor.SYSTEM, at=at) as move:
        _write_answer(move, Answer.Kind.LAPSED, words="", medium="", remedy_state=Remedy.State.LAPSED)
        _to_the_unit(move)
    return move.complaint


def fulfil(
    *, complaint_id: int, by: User, at: datetime, item_id: int, fulfilled_on: date, proof: str, seen: int | None = None
) -> RemedyItem:
    """An accepted item was carried out; the customer is told."""
    with advancing(complaint_id, "fulfil", by=by, at=at, seen=seen) as move:
        item = (
            RemedyItem.objects.agreed()
            .select_for_update(of=("self",))
            .select_related("remedy", "paid_by")
            .filter(remedy__complaint=move.complaint, pk=item_id)
            .first()
        )
        if item is None or item.fulfilled_at is not None:
            raise NotPossible(_("This item is not open: it was carried out already, or never accepted."))
        if item.owner_id != by.pk and not of_the_unit(by, move.complaint, scope_of(by), timezone.localdate(at)):
            raise Refused(_("This item was given to somebody else."), act="fulfil", target=move.complaint.number)
        if not timezone.localdate(item.remedy.submitted_at) <= fulfilled_on <= timezone.localdate(at):
            raise NotPossible(_("The day lies before the solution was proposed, or in the future."))
        payouts.check_handed_over(item)
        item.fulfilled_on, item.fulfilled_by, item.fulfilled_at, item.proof = fulfilled_on, by, at, proof
        keep(item, by=by, at=at, reason="fulfil")
        move.record(item)
        budgets.enter_paid(move, item)
        with override(move.complaint.complainant.language):
            done = _("%(kind)s: %(what)s") % {"kind": item.get_kind_display(), "what": f"{item.description} {item.money}".strip()}
        messages.send(complaint=move.complaint, kind=Message.Kind.FULFILLED, by=by, at=at, text=done, extra={"fulfilled_on": fulfilled_on})
    return item
