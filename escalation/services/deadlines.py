"""The deadlines of one case: they end, begin, move, stand still and run again.

A step costs these queries, however many deadlines it touches: what runs, the rules, the calendar (2), one UPDATE of what ends, one INSERT of what
begins, one UPDATE of the case's dates. Acts that concern no deadline cost none. Letting time stand still, run again, or counting anew costs as
little: one look at former pauses, one INSERT of the records, one UPDATE.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Value, When
from django.utils import timezone

from complaints.models import Complaint, RemedyItem
from complaints.services.deadlines import set_due
from complaints.workflow import Step
from escalation.models import Deadline, DeadlineChange, Extension, Pause
from escalation.queries.rules import Rule, chosen, rules_for
from staff import calendar
from staff.models import User
from staff.models.compiled import Compiled, Given
from staff.queries import Calendars

State, Why = Deadline.State, DeadlineChange.Why
ASKED = Extension.State.ASKED


def _running() -> Any:
    asked = Exists(Extension.objects.filter(deadline=OuterRef("pk"), state=ASKED))
    found = Deadline.objects.select_for_update(of=("self",)).running().filter(complaint=Given("case"))
    return found.select_related("policy").annotate(asked=asked).order_by("pk")


RUNNING: Compiled[Deadline] = Compiled(_running)


@dataclass
class _Pauses:
    """When a deadline stood still, and since when it does."""

    spans: list[calendar.Span] = field(default_factory=list)
    since: datetime | None = None


@dataclass
class Book:
    """The running deadlines of one case, whose row is locked, while something is done to them."""

    case: Complaint
    at: datetime
    running: list[Deadline]
    by: User | None = None
    _calendars: Calendars | None = None
    _rules: list[Rule] | None = field(default=None)

    @classmethod
    def of(cls, case: Complaint, at: datetime, *, by: User | None = None) -> Book:
        return cls(case, at, RUNNING(case=case.pk), by)

    @property
    def rules(self) -> list[Rule]:
        if self._rules is None:
            self._rules = rules_for(self.case)
        return self._rules

    def calendar_of(self, deadline: Deadline) -> calendar.Calendar:
        first = min((each.opened_at for each in self.running), default=self.at)
        self._calendars = self._calendars or Calendars(since=min(first, deadline.opened_at))
        return self._calendars.of(deadline.department)

    # --- what ends ----------------------------------------------------------------------------------------------------
    def end(self, ended: Iterable[Deadline], *, given_up: bool = False) -> None:
        """Kept, missed, or no longer needed; one UPDATE. A pause that holds nothing any more is over."""
        rows = list(ended)
        if not rows:
            return
        stood_still = any(row.state == State.PAUSED for row in rows)
        for row in rows:
            row.state, row.closed_at = self._end_of(row, given_up=given_up), self.at
        states = Case(*(When(pk=row.pk, then=Value(row.state)) for row in rows), output_field=Deadline._meta.get_field("state"))
        Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(state=states, closed_at=self.at)
        self.running = [row for row in self.running if row not in rows]
        if stood_still and not any(row.state == State.PAUSED for row in self.running):
            Pause.objects.filter(complaint=self.case, to_at=None).update(to_at=self.at)
        asked = [row.pk for row in rows if getattr(row, "asked", False)]
        if asked:
            Extension.objects.filter(deadline__in=asked, state=ASKED).update(state=Extension.State.LAPSED)

    def _end_of(self, row: Deadline, *, given_up: bool) -> str:
        """What stood still was in time: an overdue one is never paused."""
        if row.state == State.OPEN and self.at > row.due_at:
            return State.BREACHED
        return State.DROPPED if given_up else State.MET

    # --- what begins ----------------------------------------------------------------------------------------------------
    def begin(self, matters: Iterable[str], *, sequence: int, since: datetime | None = None, but: Collection[int | None] = ()) -> None:
        """Open what the rules ask for and does not run yet, but not by these regimes; one INSERT."""
        since = since or self.at
        there = {(row.regime_id, row.matter) for row in self.running}
        on = timezone.localdate(since)
        rules = [rule for matter in sorted(matters) for rule in chosen(self.rules, matter, self.case, on).values()]
        rows = [self._made(rule, sequence, since) for rule in rules if (rule.regime, rule.matter) not in there and rule.regime not in but]
        if rows:
            self.running += Deadline.objects.bulk_create(rows)

    def _made(self, rule: Rule, sequence: int, since: datetime) -> Deadline:
        row = Deadline(
            complaint=self.case, matter=rule.matter, regime_id=rule.regime, policy_id=rule.pk, department=self.case.department,
            amount=rule.amount, unit=rule.unit, opened_at=since, change_opened=sequence,
        )  # fmt: skip
        due = calendar.due(since, calendar.Limit(rule.amount, rule.unit), self.calendar_of(row))
        row.due_at, row.is_sure = due.at, due.is_sure
        return row

    # --- what moves -----------------------------------------------------------------------------------------------------
    def judge_anew(self, *, why: str = Why.CASE) -> None:
        """Hold what runs against the rules, as the case is now: another row may count, or none. What is late stays late."""
        ending, moving = [], []
        for row in self.running:
            if row.regime_id is None or row.is_late(self.at):
                continue
            rule = chosen(self.rules, row.matter, self.case, timezone.localdate(row.opened_at)).get(row.regime_id)
            if rule is None:
                ending.append(row)
            elif (rule.pk, rule.amount, rule.unit) != (row.policy_id, row.amount, row.unit):
                if rule.unit != row.unit:
                    row.extended_by = 0  # so many of another unit were granted
                row.policy_id, row.amount, row.unit = rule.pk, rule.amount, rule.unit
                moving.append(row)
        self.count_anew(moving, why=why)
        self.end(ending, given_up=True)

    def count_anew(self, rows: Sequence[Deadline], *, why: str) -> None:
        """The dates once more from the beginning, with what was granted and the pauses that are over; a move leaves a record."""
        paused, moves = self._pauses(rows), []
        for row in rows:
            if row.amount is None or row.state == State.PAUSED:  # from before there were rules; or counted when it runs again
                continue
            limit = calendar.Limit(row.amount + row.extended_by, row.unit)
            due = calendar.due(row.opened_at, limit, self.calendar_of(row), paused[row.pk].spans)
            if due.at != row.due_at:
                moves.append((row, due.at))
            row.is_sure = due.is_sure
        self._move(moves, why=why)
        if rows:
            Deadline.objects.bulk_update(rows, ["policy", "amount", "unit", "extended_by", "state", "due_at", "is_sure"])

    def with_more(self, row: Deadline, amount: int) -> datetime:
        """When it would be due with so much more time; nothing is written."""
        limit = calendar.Limit((row.amount or 0) + row.extended_by + amount, row.unit)
        return calendar.due(row.opened_at, limit, self.calendar_of(row), self._pauses([row])[row.pk].spans).at

    def note(self, row: Deadline, due_after: datetime, *, why: str) -> None:
        self._note([(row, due_after)], why=why)

    def _note(self, moves: Iterable[tuple[Deadline, datetime]], *, why: str) -> None:
        """The records of these moves; one INSERT, and before the dates are written: the database asks for it."""
        DeadlineChange.objects.bulk_create(
            [DeadlineChange(deadline=row, why=why, due_before=row.due_at, due_after=after, by=self.by, at=self.at) for row, after in moves]
        )

    def _move(self, moves: Sequence[tuple[Deadline, datetime]], *, why: str) -> None:
        """Whoever calls writes the rows afterwards."""
        self._note(moves, why=why)
        for row, after in moves:
            row.due_at = after

    def _pauses(self, rows: Collection[Deadline]) -> dict[int, _Pauses]:
        """When these stood still: their moves say so; one query."""
        found = {row.pk: _Pauses() for row in rows}
        known = DeadlineChange.objects.filter(deadline__in=found, why__in=(Why.PAUSED, Why.RESUMED)).order_by("pk") if found else []
        for move in known:
            pauses = found[move.deadline_id]
            if move.why == Why.PAUSED:
                pauses.since = move.at
            elif pauses.since is not None:
                pauses.spans.append((pauses.since, move.at))
                pauses.since = None
        return found

    # --- what stands still ------------------------------------------------------------------------------------------------
    def held_by(self, reason: str) -> list[Deadline]:
        """Those whose rule names the reason."""
        by_pk = {rule.pk: rule.pauses for rule in self.rules}
        return [row for row in self.running if reason in (row.policy.pauses if row.policy else by_pk.get(row.policy_id or 0, ()))]

    def to_hold(self, reason: str) -> list[Deadline]:
        """Those the reason holds that are not overdue."""
        return [row for row in self.held_by(reason) if row.state == State.OPEN and row.due_at >= self.at]

    def pause(self, reason: str, held: Sequence[Deadline], *, words: str = "", until: datetime | None = None) -> Pause:
        """Let no time pass for these, which are what the reason holds."""
        pause = Pause.objects.create(complaint=self.case, reason=reason, words=words, from_at=self.at, by=self.by, until=until)
        self._note([(row, row.due_at) for row in held], why=Why.PAUSED)
        for row in held:
            row.state = State.PAUSED
        Deadline.objects.filter(pk__in=[row.pk for row in held]).update(state=State.PAUSED)
        return pause

    def resume(self, pause: Pause) -> None:
        """Let time pass again, where no other pause holds."""
        pause.to_at, pause.ended_by = self.at, self.by
        pause.save(update_fields=["to_at", "ended_by"])
        others = list(Pause.objects.filter(complaint=self.case, to_at=None).values_list("reason", flat=True))
        still = {row.pk for reason in others for row in self.held_by(reason)}
        self._run_again([row for row in self.running if row.state == State.PAUSED and row.pk not in still])

    def _run_again(self, rows: Sequence[Deadline]) -> None:
        """What was paused since is part of what is counted."""
        paused, moves = self._pauses(rows), []
        for row in rows:
            stood = paused[row.pk]
            limit = calendar.Limit((row.amount or 0) + row.extended_by, row.unit)
            now = [(stood.since, self.at)] if stood.since is not None else []
            due = calendar.due(row.opened_at, limit, self.calendar_of(row), [*stood.spans, *now])
            moves.append((row, due.at))
            row.state, row.is_sure = State.OPEN, due.is_sure
        self._move(moves, why=Why.RESUMED)
        if rows:
            Deadline.objects.bulk_update(rows, ["state", "due_at", "is_sure"])

    def end_pauses(self, reasons: Iterable[str] | None = None) -> None:
        """End the pauses there are; all, or those for these reasons."""
        if not any(row.state == State.PAUSED for row in self.running) and reasons is not None:
            return
        found = Pause.objects.filter(complaint=self.case, to_at=None)
        for pause in found.filter(reason__in=list(reasons)) if reasons is not None else found:
            self.resume(pause)

    # --- the case's own dates ----------------------------------------------------------------------------------------------
    def keep(self) -> None:
        """Write the nearest date to the case: of all its limits, and of the step's own. With nothing running it is due when the customer's window ends."""
        open_ones = [row for row in self.running if row.state == State.OPEN]
        of_step = [row.due_at for row in open_ones if row.matter == self.case.step]
        due = min((row.due_at for row in open_ones), default=self.case.answer_until if self.case.step == Step.NOTIFY else None)
        told = max((row.due_at for row in open_ones if row.extended_by), default=None)
        set_due(complaint=self.case, due_at=due, step_due_at=min(of_step, default=None), told_due_at=told)


def to_carry_out(case: Complaint) -> bool:
    return RemedyItem.objects.open().filter(remedy__complaint=case).exists()
