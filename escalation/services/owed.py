"""What a case that is under way owes by rules that begin to count for it: other rules were chosen, or a rule was made or switched on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from complaints.workflow import Step
from escalation.models import Deadline, DeadlineChange
from escalation.obligations import STEPS, Obligation
from escalation.queries.rules import chosen, is_owed
from escalation.services.deadlines import Book, to_carry_out

State = Deadline.State
#: Owed from the day a case arrives, until it is done once.
FROM_THE_START = (Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.WHOLE_CASE, Obligation.REPORT_REPLY)
DONE = (State.MET, State.BREACHED)


def begin_owed(book: Book, matters: Iterable[str], *, why: str = "") -> None:
    """Open what these matters still owe by the rules of the case and does not run yet, from the moment it was owed since.

    With `why` each that begins has its record: who had it begin, when and why.
    """
    case, there = book.case, {row.pk for row in book.running}
    if case.step == Step.CLOSED:
        return
    sequence = case.changes.order_by("-sequence").values_list("sequence", flat=True)[0]
    done = set(Deadline.objects.filter(complaint=case, state__in=DONE).values_list("matter", flat=True))
    for matter in matters:
        since = _since(book, matter, done)
        if since is not None:
            _run_again(book, matter, since, sequence=sequence, why=why)
            book.begin({matter}, sequence=sequence, since=since, but=_ended_by(book, matter, sequence))
    for row in book.running:
        if why and row.pk not in there:
            book.note(row, row.due_at, why=why)


def _since(book: Book, matter: str, done: set[str]) -> datetime | None:
    """Since when it is owed; None where it is not. What runs by other rules says so; else an obligation runs from the arrival, a step from now."""
    case = book.case
    running = [row.opened_at for row in book.running if row.matter == matter]
    if running:
        return min(running)
    if matter in STEPS:
        return book.at if matter == case.step and not (matter == Step.NOTIFY and case.decision_sent_at) else None
    if matter == Obligation.REMEDY:
        return book.at if to_carry_out(case) else None
    answered = case.decision_sent_at and matter != Obligation.WHOLE_CASE
    return case.received_at if is_owed(matter, case.kind) and matter not in done and not answered else None


def _run_again(book: Book, matter: str, since: datetime, *, sequence: int, why: str) -> None:
    """What ended because its rule was switched off, or others were chosen, in between."""
    fitting = chosen(book.rules, matter, book.case, timezone.localdate(since))
    regimes = fitting.keys() - {row.regime_id for row in book.running if row.matter == matter}
    ended = Deadline.objects.filter(complaint=book.case, matter=matter, regime__in=regimes, state=State.DROPPED)
    ended = ended.filter(Q(closed_at__gte=since) | Q(change_opened=sequence)).select_related("policy").order_by("regime_id", "-pk")
    for row in ended.distinct("regime_id"):
        rule = fitting[row.regime_id]
        row.state, row.closed_at = State.OPEN, None
        row.policy_id, row.amount, row.unit = rule.pk, rule.amount, rule.unit
        row.save(update_fields=["state", "closed_at"])
        book.running.append(row)
        book.count_anew([row], why=why or DeadlineChange.Why.CASE)


def _ended_by(book: Book, matter: str, sequence: int) -> set[int | None]:
    """The regimes by which it began with this act already, and is done."""
    begun = Deadline.objects.filter(complaint=book.case, matter=matter, change_opened=sequence)
    return set(begun.values_list("regime", flat=True)) - {row.regime_id for row in book.running if row.matter == matter}
