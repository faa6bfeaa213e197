"""A program that takes a case through all ten steps, and is killed outright after every statement of every act that leaves something.

`python -m tests.complaints.dying_acts DATABASE`. After each kill all of the act must be there, or nothing of it: it prints what was half
done, and for each act how often it was killed. Killed after a statement that only reads, an act leaves what it left after the one before.
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


def kills_of(act: Callable[[], object]) -> tuple[int, list[str]]:
    """How often an act was killed until it came to its end, and after which statements it was half done."""
    from django.db import connection

    before = rows()
    wrong: list[str] = []
    for left in range(MOST):
        connection.close()
        child = os.fork()
        if not child:
            act_and_die(act, left)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        after = rows()
        if ended == 0:
            return left, wrong if after != before else [*wrong, "it did nothing"]
        if after != before:
            # Only the kill right after the commit leaves something, and then all of it: whoever does it again is told so.
            return left + 1, wrong if _is_done(act) else [*wrong, f"half done after statement {left}"]
    return MOST, [*wrong, "it never came to its end"]


def _is_done(act: Callable[[], object]) -> bool:
    """Whether the act cannot be done again: its step is behind us."""
    from complaints.models import Complaint
    from complaints.permissions import Refused
    from complaints.services.errors import NotPossible

    try:
        act()
    except (NotPossible, Refused, Complaint.DoesNotExist):  # whoever gave a case away may not even see it any more
        return True
    return False


def main(database: str) -> int:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from tests.factories.cases import Office, Walk

    connection.settings_dict["NAME"] = database
    office = Office.found()
    walk, wrong = Walk(office, timezone.now()), []
    filed, half = kills_of(lambda: Walk(office, timezone.now()))
    print(f"file {filed}")  # noqa: T201 - its answer
    wrong += [f"file: {each}" for each in half if "half done" not in each]  # another case can always be filed
    for name in ACTS:
        kills, half = kills_of(partial(fulfil_one, walk) if name == "fulfil" else getattr(walk, name))
        print(f"{name} {kills}")  # noqa: T201 - the same
        wrong += [f"{name}: {each}" for each in half]
        walk.fresh()
        if name == "fulfil":
            walk.fulfil()
    print("\n".join(wrong))  # noqa: T201 - the same
    return 1 if wrong or walk.case.step != "closed" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
