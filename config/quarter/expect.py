"""What must happen and when, reckoned from the stored rows by plain arithmetic of its own: nothing here is taken from the code under test.

A key names one thing that must happen once. Its moment is the first whole minute at which it is owed: of a rung, so many minutes before or after
something was due; or the minute after the thing began, where that comes later (a reminder two hours before what is owed in thirty minutes).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

Key = tuple[Any, ...]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
#: Hours after a matter laid before somebody was due; days after a notice had to be understood; before a statement of a crisis.
ROUTED, NOTICED, STATED = (0, 24, 72), (1, 3, 6), (("soon", timedelta(minutes=30)), ("late", timedelta(0)))
#: What moves a case, from these times of day on: what else falls into that minute is judged by what is left afterwards. Its key ends with its
#: moment, for it can happen to a case again.
MOVERS = {"hand over": time(7, 5), "lapse": time(7, 10), "close": time(7, 20)}

OWED = """
    SELECT 'deadline', d.id, d.matter, d.due_at, c.severity, c.kind FROM escalation_deadline d JOIN complaints_complaint c ON c.id = d.complaint_id
    WHERE d.complaint_id = %(case)s AND d.state = 'open'
    UNION ALL SELECT 'promise', id, 'promise', call_at, '', '' FROM complaints_promise WHERE complaint_id = %(case)s AND called_at IS NULL
    UNION ALL SELECT 'order', id, 'order', due_at, '', '' FROM escalation_supervisionorder WHERE complaint_id = %(case)s AND answered_at IS NULL
    UNION ALL SELECT 'routed', i.id, '', i.due_at, '', '' FROM escalation_routeditem i LEFT JOIN escalation_routeddecision x ON x.item_id = i.id
    WHERE i.complaint_id = %(case)s AND x.id IS NULL
    UNION ALL SELECT 'lapse', id, '', answer_until, '', '' FROM complaints_complaint
    WHERE id = %(case)s AND step = 'notify' AND answer_until IS NOT NULL
    UNION ALL SELECT 'close', c.id, '', c.step_entered_at + %(wait)s, '', '' FROM complaints_complaint c
    JOIN complaints_followupdraw w ON w.complaint_id = c.id AND w.round = c.round AND NOT w.selected WHERE c.id = %(case)s AND c.step = 'follow_up'
    UNION ALL SELECT 'hand over', c.id, '', %(now)s, '', '' FROM complaints_complaint c
    JOIN staff_absence a ON a.user_id = c.handler_id AND a.from_on <= %(today)s AND a.to_on >= %(today)s
    JOIN staff_membership m ON m.user_id = a.deputy_id AND m.to_on IS NULL AND m.department_id = c.department_id
    WHERE c.id = %(case)s AND c.step <> 'closed'
"""
RUNGS = "SELECT id, matter, severity, kind, minutes, act FROM escalation_rung WHERE active"
#: Open cases of somebody, at a department whose member the deputy is.
IN_HAND = """
    SELECT c.id FROM complaints_complaint c WHERE c.handler_id = %s AND c.step <> 'closed' AND EXISTS (
        SELECT 1 FROM staff_membership m WHERE m.user_id = %s AND m.to_on IS NULL AND m.department_id = c.department_id)
"""


@dataclass(frozen=True)
class Rung:
    pk: int
    matter: str
    severity: str
    kind: str
    minutes: int
    act: str

    def concerns(self, name: str, matter: str, severity: str, kind: str) -> bool:
        if name != "deadline":
            return self.matter == name
        return self.matter in ("", matter) and self.severity in ("", severity) and self.kind in ("", kind)


@dataclass(frozen=True)
class Away:
    """Somebody's absence."""

    user: int
    deputy: int
    from_on: date
    to_on: date


def beat(moment: datetime, after: datetime | None = None) -> datetime:
    """The first whole minute at or after a moment; and after another, where that is given."""
    if after is not None:
        moment = max(moment, after)
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment and moment != after else whole + MINUTE


@dataclass
class Expectation:
    """What is still to come, and what should have happened at its minute."""

    zone: ZoneInfo
    survey_wait: timedelta
    pending: dict[Key, datetime] = field(default_factory=dict)
    happened: dict[Key, datetime] = field(default_factory=dict)
    _of_case: dict[int, set[Key]] = field(default_factory=lambda: defaultdict(set))
    _case_of: dict[Key, int] = field(default_factory=dict)
    _queue: list[tuple[datetime, int, Key]] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(RUNGS)
            self.rungs = {row[0]: Rung(*row) for row in cursor.fetchall()}

    # --- from the rows of a case ----------------------------------------------------------------------------------------------
    def look_at(self, case: int, now: datetime) -> None:
        """Read once more what is owed in a case, after something was done to it at this moment."""
        owed = self._owed(case, now)
        for key in self._of_case[case] - set(owed):
            self._forget(key)
        for key, moment in owed.items():
            if key not in self.pending:
                self.await_(key, moment, case=case)

    def _owed(self, case: int, now: datetime) -> dict[Key, datetime]:
        with connection.cursor() as cursor:
            given: dict[str, Any] = {"case": case, "wait": self.survey_wait, "now": now, "today": now.astimezone(self.zone).date()}
            cursor.execute(OWED, given)
            rows = cursor.fetchall()
        found = {key: moment for row in rows for key, moment in self._keys(row, now)}
        waiting = {key[:2]: key for key in self._of_case[case] if key[0] in MOVERS}  # it waits for the moment it waited for
        return {waiting.get(key[:2], key): self.pending.get(key, moment) for key, moment in found.items() if key not in self.happened}

    def _keys(self, row: tuple[Any, ...], now: datetime) -> Iterator[tuple[Key, datetime]]:
        name, pk, matter, due, severity, kind = row
        if name in MOVERS:
            moment = self._in_the_day(beat(due, now), MOVERS[name])
            yield (name, pk, moment), moment
        elif name == "routed":
            for number, hours in enumerate(ROUTED, start=1):
                yield (name, pk, number), beat(due + timedelta(hours=hours), now)
        else:
            for rung in self.rungs.values():
                if rung.concerns(name, matter, severity, kind):
                    key = (name, pk, rung.pk, due.replace(microsecond=0))
                    yield key, beat(due + timedelta(minutes=rung.minutes), now)

    def _in_the_day(self, moment: datetime, begins: time) -> datetime:
        local = moment.astimezone(self.zone)
        opens = local.replace(hour=begins.hour, minute=begins.minute)
        return max(local, opens).astimezone(moment.tzinfo)

    # --- beside the cases -----------------------------------------------------------------------------------------------------
    def await_(self, key: Key, moment: datetime, case: int = 0) -> None:
        self.pending[key] = moment
        self._case_of[key] = case
        self._of_case[case].add(key)
        self._number += 1
        heapq.heappush(self._queue, (moment, self._number, key))

    def give_up(self, keys: Iterable[Key]) -> None:
        for key in keys:
            if key in self.pending:
                self._forget(key)

    def await_absence(self, away: Away) -> None:
        """Work in hand is handed over on the first morning; what comes later, with the act that brings it (see OWED)."""
        self.await_(("absence", away), datetime.combine(away.from_on, MOVERS["hand over"], tzinfo=self.zone))

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.zone)

    # --- as time goes on ------------------------------------------------------------------------------------------------------
    def next_moment(self) -> datetime | None:
        """When something is due next."""
        while self._queue and self.pending.get(self._queue[0][2]) != self._queue[0][0]:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def before(self, moment: datetime) -> None:
        """Whose work is handed over at this moment: asked before it is."""
        for key in [key for key, due in self._due(moment) if key[0] == "absence"]:
            away: Away = key[1]
            self._forget(key)
            with connection.cursor() as cursor:
                cursor.execute(IN_HAND, [away.user, away.deputy])
                for (case,) in cursor.fetchall():
                    if not any(known[0] == "hand over" for known in self._of_case[case]):
                        self.await_(("hand over", case, moment), moment, case=case)

    def after(self, moment: datetime) -> None:
        """All that was due has happened; what it brought about in its cases is looked at."""
        due = [key for key, _moment in self._due(moment)]
        moved = {self._case_of[key] for key in due if key[0] in MOVERS}
        cases = {self._case_of[key] for key in due} - {0}
        left = {key for case in moved for key in self._owed(case, moment)}
        for key in due:
            if self._case_of[key] not in moved or key[0] in MOVERS or key in left:
                self.happened[key] = moment
            self._forget(key)
        for case in cases:
            self.look_at(case, moment)

    def _due(self, moment: datetime) -> list[tuple[Key, datetime]]:
        found = []
        while self._queue and self._queue[0][0] <= moment:
            due, number, key = heapq.heappop(self._queue)
            if self.pending.get(key) == due:
                found.append((due, number, key))
        for each in found:
            heapq.heappush(self._queue, each)
        return list({key: due for due, _number, key in found}.items())  # given up and owed again it was noted twice

    def _forget(self, key: Key) -> None:
        del self.pending[key]
        self._of_case[self._case_of[key]].discard(key)
