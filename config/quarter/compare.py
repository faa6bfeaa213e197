"""What happened, read from the rows, held against what should have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from config.quarter.expect import Key

#: Kind of key → every time it happened, as key and moment.
HAPPENED = {
    "deadline, promise, order": """
        SELECT split_part(key, ':', 1), split_part(key, ':', 2)::bigint, rung_id, date_trunc('second', due_at), at FROM escalation_escalation
        WHERE rung_id IS NOT NULL""",
    "matters laid before heads": """
        SELECT DISTINCT 'routed', item_id, rung, at FROM escalation_routedclimb""",
    "notices not understood": "SELECT 'notice', notice_id, reader_id, rung, at FROM staff_noticeclimb",
    "statements of a crisis": """
        SELECT 'crisis', split_part(dedupe_key, ':', 2)::bigint, to_user_id, reverse(split_part(reverse(dedupe_key), ':', 1)), at
        FROM complaints_message WHERE dedupe_key LIKE 'crisis:%%'""",
    "decisions that lapsed": """
        SELECT 'lapse', complaint_id, at, at FROM complaints_stepchange WHERE transition = 'lapse'""",
    "closed without a call": """
        SELECT 'close', complaint_id, at, at FROM complaints_stepchange WHERE transition = 'close' AND actor = 'system'""",
    "handed over to deputies": """
        SELECT 'hand over', complaint_id, at, at FROM complaints_assignment WHERE kind = 'handed_over' AND actor = 'system'""",
}
#: Rows that follow from one that happened: each as (what it follows from, the row), in equal numbers.
#: Of rungs: each person told once. Of rungs that order supervision: one order at a time.
TOLD = """
    SELECT t.user_id, e.at, c.number, count(*) FROM escalation_escalation e JOIN escalation_escalation_told t ON t.escalation_id = e.id
    JOIN complaints_complaint c ON c.id = e.complaint_id WHERE e.rung_id IS NOT NULL GROUP BY 1, 2, 3
"""
MAILS = """
    SELECT m.to_user_id, m.at, substring(m.subject from '[0-9]{6}-[0-9A-Z]+'), count(*) FROM complaints_message m
    WHERE m.to_user_id IS NOT NULL AND m.kind = 'notice' AND m.actor = 'system' AND m.subject ~ '[0-9]{6}-[0-9A-Z]+' GROUP BY 1, 2, 3
"""
#: Unless one waits for the same head already; of which department the case was then says its history.
ORDERED = """
    SELECT e.complaint_id, e.at, e.at + interval '24 hours', 1 FROM (
        SELECT DISTINCT complaint_id, at FROM escalation_escalation WHERE act = 'order' AND rung_id IS NOT NULL) e
    WHERE NOT EXISTS (
        SELECT 1 FROM escalation_supervisionorder o
        WHERE o.complaint_id = e.complaint_id AND o.by_id IS NULL AND o.at < e.at AND (o.answered_at IS NULL OR o.answered_at > e.at)
        AND o.department_id = (
            SELECT h.department_id FROM complaints_historicalcomplaint h WHERE h.id = e.complaint_id AND h.history_date <= e.at
            ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1))
"""
ORDERS = "SELECT complaint_id, at, due_at, count(*) FROM escalation_supervisionorder WHERE by_id IS NULL GROUP BY 1, 2, 3"
CLIMBED = """
    SELECT x.told_id, x.at, c.number, count(*) FROM escalation_routedclimb x JOIN escalation_routeditem i ON i.id = x.item_id
    JOIN complaints_complaint c ON c.id = i.complaint_id GROUP BY 1, 2, 3
"""
CLIMB_MAILS = """
    SELECT m.to_user_id, m.at, substring(m.text from '[0-9]{6}-[0-9A-Z]+'), count(*) FROM complaints_message m
    WHERE m.to_user_id IS NOT NULL AND m.kind = 'notice' AND m.actor = 'system' AND m.subject !~ '[0-9]{6}-[0-9A-Z]+'
    AND EXISTS (SELECT 1 FROM escalation_routedclimb x WHERE x.told_id = m.to_user_id AND x.at = m.at) GROUP BY 1, 2, 3
"""
EFFECTS = {"mails of rungs": (TOLD, MAILS), "orders by rungs": (ORDERED, ORDERS), "mails of matters": (CLIMBED, CLIMB_MAILS)}


@dataclass(frozen=True)
class Line:
    """One kind of thing: how often it should have happened, and what was otherwise."""

    name: str
    expected: int
    happened: int
    doubled: int
    missing: int
    extra: int
    not_on_time: int
    #: Some of what was otherwise, in words.
    samples: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return not (self.doubled or self.missing or self.extra or self.not_on_time)


def compare(expected: dict[Key, datetime]) -> list[Line]:
    """Line by line; nothing in a line but numbers of rows."""
    things = [_things(name, question, expected) for name, question in HAPPENED.items()]
    return things + [_effects(name, causes, effects) for name, (causes, effects) in EFFECTS.items()]


def _ask(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question.replace("%%", "%"))
        return cursor.fetchall()


def _things(name: str, question: str, wanted: dict[Key, datetime]) -> Line:
    rows = _ask(question)
    times = Counter(row[:-1] for row in rows)
    found = {row[:-1]: row[-1] for row in rows}
    kinds = set(name_of(question))
    ours = {key: moment for key, moment in wanted.items() if key[0] in kinds}
    missing = [key for key in ours if key not in found]
    extra = [key for key in found if key not in ours]
    late = [key for key, moment in ours.items() if key in found and found[key] != moment]
    doubled = [key for key, number in times.items() if number > 1]
    samples = [f"missing {key} at {ours[key]:%m-%d %H:%M}" for key in missing[:3]] + [
        f"extra {key} at {found[key]:%m-%d %H:%M:%S}" for key in extra[:3]
    ]
    samples += [f"{key} at {found[key]:%m-%d %H:%M:%S}, not {ours[key]:%m-%d %H:%M:%S}" for key in late[:3]]
    samples += [f"{times[key]} times {key}" for key in doubled[:3]]
    return Line(name, len(ours), len(rows), len(doubled), len(missing), len(extra), len(late), tuple(samples))


def name_of(question: str) -> tuple[str, ...]:
    """The first words of the keys a question is about."""
    return ("deadline", "promise", "order") if "escalation_escalation" in question else (question.split("'")[1],)


def _effects(name: str, causes: str, effects: str) -> Line:
    wanted, found = (Counter({row[:-1]: row[-1] for row in _ask(question)}) for question in (causes, effects))
    missing, more = wanted - found, found - wanted
    doubled = sum(number for row, number in more.items() if row in wanted)
    samples = [f"missing {row}" for row in list(missing)[:3]] + [f"too many {row}" for row in list(more)[:3]]
    return Line(name, wanted.total(), found.total(), doubled, missing.total(), more.total() - doubled, 0, tuple(map(str, samples)))
