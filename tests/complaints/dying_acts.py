"""A program that takes a case through all ten steps, and is killed outright after every statement of every act that leaves something.

`python -m tests.complaints.dying_acts DATABASE`. After each kill all of the act must be there (each table it changes when nothing disturbs it),
or nothing of it: it prints what was half done, and for each act how often it was killed. Killed after a statement that only reads, an act leaves what it left after the one before.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import django

#: Every table an act may write.
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND (tablename ~ '^(complaints|escalation|staff)_' OR tablename = 'django_q_ormq')"
ACTS = ("apologize", "record", "classify", "assign", "investigate", "submit", "approve", "send", "accept", "fulfil", "pass_penalize", "improve",
        "ask", "close")  # fmt: skip
WRITES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "SELECT pg_advisory")
MOST = 400


class Fate:
    """Kills the process after the n-th statement; a commit counts twice: before it, and after."""

    def __init__(self, left: int) -> None:
        self.left = left

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def executed(self, execute: Any, *statement: Any) -> Any:
        done = execute(*statement)
        if str(statement[0]).startswith(WRITES):
            self.step()
        return done


def rows() -> dict[str, int]:
    """How many rows each table has, and how often any was changed: updates too leave a mark."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = sorted(name for (name,) in cursor.fetchall())
        # A row that was changed has another xmin; a rolled-back one is not seen.
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}', count(*), COALESCE(sum(xmin::text::bigint), 0)::text FROM {name}" for name in names)
        )
        return {name: hash((count, marks)) for name, count, marks in cursor.fetchall()}


def fulfil_one(walk: Any) -> None:
    """The first item that was promised; once it is carried out nobody can carry it out again."""
    from django.utils import timezone

    from complaints.models import RemedyItem
    from complaints.services import notify

    item = RemedyItem.objects.filter(remedy__complaint=walk.case).order_by("pk")[0]
    at = walk.at + timedelta(minutes=10)
    notify.fulfil(
        complaint_id=walk.case.pk, item_id=item.pk, by=walk.office.investigator, at=at, proof="签收单", fulfilled_on=timezone.localdate(at)
    )


def act_and_die(act: Callable[[], object], left: int) -> None:
    """In a process of its own."""
    from django.db import connection

    fate, commit = Fate(left), connection._commit  # type: ignore[attr-defined]  # private: here the process is to die

    def committed() -> None:
        fate.step()
        commit()
        fate.step()

    connection._commit = committed  # type: ignore[attr-defined]  # the same
    with connection.execute_wrapper(fate.executed):
        act()


def in_a_child(do: Callable[[], object]) -> tuple[int, str]:
    """How a process of its own ended, and what it said."""
    from django.db import connection

    connection.close()
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        os.write(mouth, str(do()).encode())
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear) as heard:
        said = heard.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def whole(act: Callable[[], object], before: dict[str, int]) -> str:
    """The tables an act changes when nothing disturbs it, by doing it without a commit."""
    from django.db import transaction

    with transaction.atomic():
        act()
        changed = changes(before)
        transaction.set_rollback(True)
    return changed


def changes(before: dict[str, int]) -> str:
    """The tables that are not as they were; without the queue, where a nudge that was not laid is made good by the clock."""
    return " ".join(name for name, held in sorted(rows().items()) if held != before[name] and name != "django_q_ormq")


def kills_of(act: Callable[[], object]) -> tuple[int, list[str]]:
    """How often an act was killed until it stayed done, and what was wrong with what it left."""
    before = rows()
    ended, everything = in_a_child(partial(whole, act, before))
    if ended != 0 or not everything:
        return 0, ["it cannot be done, or does nothing"]
    for left in range(MOST):
        ended, _said = in_a_child(partial(act_and_die, act, left))
        after = changes(before)
        if ended == -signal.SIGKILL and not after:
            continue
        if ended == -signal.SIGKILL:  # right after the commit; then all of it is there
            return left + 1, [] if after == everything else [f"half done after statement {left}: {after} of {everything}"]
        return left, [f"it ended with {ended} before it was killed"]
    return MOST, ["it never came to its end"]


def main(database: str) -> int:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from tests.factories.cases import Office, Walk

    connection.settings_dict["NAME"] = database
    office = Office.found()
    walk = Walk(office, timezone.now())
    kills, wrong = kills_of(lambda: Walk(office, timezone.now()))
    sys.stdout.write(f"file {kills}\n")
    for name in ACTS:
        kills, amiss = kills_of(partial(fulfil_one, walk) if name == "fulfil" else getattr(walk, name))
        sys.stdout.write(f"{name} {kills}\n")
        wrong += [f"{name}: {each}" for each in amiss]
        walk.at += timedelta(minutes=10)
        walk.fresh()
        if name == "fulfil":
            walk.fulfil()
    sys.stdout.write("\n".join(wrong) + "\n")
    return 1 if wrong or walk.case.step != "closed" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
