"""Deadlines follow the acts and the words on a case, inside their transaction."""

from __future__ import annotations

from django.db import transaction

from complaints.models import Complaint, Message, StepChange
from complaints.workflow import Actor, Step
from escalation.models import Deadline
from escalation.obligations import BEGINS, FULFILS, GIVES_UP, Obligation, PauseReason
from escalation.queries.rules import is_owed
from escalation.services.deadlines import Book, to_carry_out
from escalation.services.owed import begin_owed

State = Deadline.State
#: After these a case may be judged by other rows than before.
JUDGES = frozenset({"classify", "propose_unfounded", "confirm_unfounded", "change_kind"})
#: The decision is with the customer until one of these.
ANSWERS = frozenset({"accept", "lapse", "object_to_findings", "object_to_remedy", *GIVES_UP})
#: Acts that touch deadlines also where they leave the step as it is.
CONCERNS = frozenset({*BEGINS, *FULFILS, *JUDGES, *ANSWERS})


# --- by acts ------------------------------------------------------------------------------------------------------------------
@transaction.atomic(savepoint=False)  # part of the step: it fails with it
def follow(*, complaint: Complaint, change: StepChange) -> None:
    """Close what the act ended or fulfilled, open what it made owed, hold what runs against the rules where it was judged."""
    if not change.moved and change.transition not in CONCERNS:
        return
    book = Book(complaint, change.at, [], change.by) if not change.from_step else Book.of(complaint, change.at, by=change.by)
    if change.transition in ANSWERS and book.running:
        book.end_pauses([PauseReason.ANSWER])
    book.end(_ended(book, change), given_up=change.transition in GIVES_UP or change.transition == "change_kind")
    if change.transition in JUDGES and change.to_step != Step.CLOSED:
        book.judge_anew()
    if change.transition == "change_kind":  # the customer has waited since it arrived, whatever it was taken for
        begin_owed(book, _begun(book, change))
    elif change.to_step != Step.CLOSED:
        book.begin(_begun(book, change), sequence=change.sequence)
    held = book.to_hold(PauseReason.ANSWER) if change.transition == "send_decision" else []
    if held:
        book.pause(PauseReason.ANSWER, held)
    book.keep()


def _ended(book: Book, change: StepChange) -> list[Deadline]:
    if change.moved and change.to_step == Step.CLOSED:
        return list(book.running)
    done = set(FULFILS.get(change.transition, ()))
    if change.moved:
        done.add(change.from_step)
    elif change.transition == "send_decision":
        done.add(Step.NOTIFY)  # our part of it
    ended = [row for row in book.running if row.matter in done]
    if change.transition == "fulfil" and ended and to_carry_out(book.case):
        return []
    return ended


def _begun(book: Book, change: StepChange) -> set[str]:
    begun = {str(change.to_step)} if change.moved else set()
    owed = {matter for matter in BEGINS.get(change.transition, ()) if is_owed(matter, book.case.kind)}
    if Obligation.REMEDY in owed and not to_carry_out(book.case):
        owed.discard(Obligation.REMEDY)
    return begun | owed


# --- by words -----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def heard(message: Message) -> None:
    """A reply by staff is the first answer; the customer's word ends the waiting for it. In the transaction of the message."""
    if message.complaint_id is None or message.kind != Message.Kind.REPLY:
        return
    from_customer = message.direction == Message.Direction.IN
    by_staff = message.direction == Message.Direction.OUT and message.actor == Actor.STAFF
    touched = Deadline.objects.running().filter(complaint=message.complaint_id)
    touched = touched.filter(matter=Obligation.FIRST_ANSWER) if by_staff else touched.filter(state=State.PAUSED)
    if not (from_customer or by_staff) or not touched.exists():
        return
    case = Complaint.objects.locked(message.complaint_id, "department")
    book = Book.of(case, message.at, by=message.by)
    if by_staff:
        book.end([row for row in book.running if row.matter == Obligation.FIRST_ANSWER])
    else:
        book.end_pauses([PauseReason.CUSTOMER])
    book.keep()
