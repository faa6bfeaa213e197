"""Many cases, quickly: some played by the services, the rest made like them and streamed into the database with COPY.

While they stream, triggers are not fired (`session_replication_role`, which only a superuser may set and which ends with the session):
what they would check was checked on the originals, and `manage.py verify` checks it on all afterwards.
"""

from __future__ import annotations

import multiprocessing
import sys
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from django.core.management import call_command
from django.db import connection
from django.utils import timezone, translation

from complaints import outbox, signing
from complaints.models import Complaint, Customer
from config.bench import originals, people
from config.bench.copies import Copy, Mould
from config.bench.people import Somebody
from config.bench.words import Sentences
from config.clock import company_clock
from config.demo.plan import Plan, plans
from config.demo.play_all import close_pools, leave_connections, play_all
from config.serving import end_with_parent
from staff.models import User

ORIGINALS = 100
LANES = 2
AT_A_TIME = 1000
#: So few are made in this process: others would take longer to start.
FEW = 1_000
#: Most of what a company ever got is long closed.
OPEN_SHARE = 0.06
#: Cases that went straight through stand for so many of those that did not.
STRAIGHT = 4
YEARS = 3
#: Two cases hang together, a case is hidden from one person: no pattern for thousands. (Nor are files on the disk, so none is given.)
NOT_COPIED = {"merged", "named", "restored"}
SUFFIXES = len(signing.ALPHABET) ** 5
#: Without a common divisor with SUFFIXES, so that no two of so many get the same.
STRIDE = 7_368_787


@dataclass(frozen=True)
class Lane:
    """What one process makes: from which originals, beginning at which free numbers."""

    number: int
    picks: list[int]
    first_ids: dict[str, int]
    first_case: int
    seed: str


def generate(*, cases: int, seed: str = "redress") -> None:
    """Fill up the database to so many cases. The same seed makes the same cases, but for what the day of today decides."""
    if not User.objects.exists():
        call_command("demo", cases=0, no_cases=True, seed=seed)
    if not Complaint.objects.exists():
        _play(seed)
    there = Complaint.objects.count()
    if there >= cases:
        return
    moulds = [Mould(originals.read(case)) for case in Complaint.objects.filter(attachments=None, recusals=None).order_by("pk")[:ORIGINALS]]
    with _rare_checkpoints():
        _stream(moulds, there, cases, f"{seed} {there}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


@contextmanager
def _rare_checkpoints() -> Iterator[None]:
    """A server that may let its log grow writes much less; afterwards it is as it was."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET max_wal_size = '6GB'")
        cursor.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM RESET max_wal_size")
            cursor.execute("SELECT pg_reload_conf()")


def source(seed: str) -> Random:
    """The same choices for the same seed; nothing secret is drawn."""
    return Random(seed)  # noqa: S311 - nothing secret is drawn


def _play(seed: str) -> None:
    chosen = [_plain(plan) for plan in plans(ORIGINALS, source(seed)) if not plan.traits & NOT_COPIED]
    with translation.override("zh-hans"), outbox.replaying(), company_clock():
        play_all([chosen[first::LANES] for first in range(LANES)], now=timezone.now(), seed=seed, each=lambda: None)


def _plain(plan: Plan) -> Plan:
    return replace(plan, traits=plan.traits - {"attached"})


def _stream(moulds: Sequence[Mould], there: int, wanted: int, seed: str) -> None:
    """From as many cases as there are to as many as are wanted."""
    random, count = source(seed), wanted - there
    picks = _picks(moulds, count, random)
    first_customer = (Customer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    customers = people.invent(max(1, count // people.CASES_EACH), first_pk=first_customer, random=random)
    with connection.cursor() as cursor:
        people.copy_in(cursor.cursor, customers, first_seen=timezone.now() - timedelta(days=365 * (YEARS + 2)))
    lanes = _lanes(moulds, picks, there, seed)
    now = timezone.now()
    if count <= FEW:
        for lane in lanes:
            _make(lane, moulds, customers, now)
        _move_sequences()
        return
    close_pools()  # no connection may be shared with a child
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_fill, args=(lane, moulds, customers, now)) for lane in lanes]
    for child in children:
        child.start()
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise RuntimeError("The cases could not be made; see above.")
    _move_sequences()


def _picks(moulds: Sequence[Mould], count: int, random: Random) -> list[int]:
    """Which original each case is made like."""
    opened = [place for place, mould in enumerate(moulds) if mould.original.is_open]
    closed = [place for place, mould in enumerate(moulds) if not mould.original.is_open]
    straight = [place for place in closed if _is_straight(moulds[place])]
    many_open = round(count * OPEN_SHARE)
    picks = random.choices(opened, k=many_open) + random.choices([*closed, *straight * (STRAIGHT - 1)], k=count - many_open)
    random.shuffle(picks)
    return picks


def _is_straight(mould: Mould) -> bool:
    """Whether its case went through the ten steps without a way back."""
    return mould.original.outcome in {"accepted", "understood"} and mould.original.round == 1


def _lanes(moulds: Sequence[Mould], picks: list[int], there: int, seed: str) -> list[Lane]:
    free = _free_ids(moulds)
    lanes = []
    size = -(-len(picks) // LANES)
    for number in range(LANES):
        own = picks[number * size : (number + 1) * size]
        lanes.append(Lane(number, own, dict(free), there + number * size, seed))
        for place, times in Counter(own).items():
            for table, rows in moulds[place].counts.items():
                free[table] += rows * times
    return lanes


def _free_ids(moulds: Sequence[Mould]) -> dict[str, int]:
    free = {}
    with connection.cursor() as cursor:
        for table in sorted({table for mould in moulds for table in mould.counts}):
            cursor.execute(f'SELECT COALESCE(max("{originals.key_of(table)}"), 0) + 1 FROM "{table}"')  # noqa: S608 - names of ours
            free[table] = cursor.fetchone()[0]
    return free


def _move_sequences() -> None:
    with connection.cursor() as cursor:
        for table in originals.all_tables():
            key = originals.key_of(table)
            cursor.execute(
                f'SELECT setval(pg_get_serial_sequence(%s, %s), max("{key}")) FROM "{table}" HAVING max("{key}") IS NOT NULL',  # noqa: S608 - names of ours
                [f'"{table}"', key],
            )


# --- in a process of its own --------------------------------------------------------------------------------------------------------
def _fill(lane: Lane, moulds: Sequence[Mould], customers: Sequence[Somebody], now: datetime) -> None:
    end_with_parent()
    leave_connections()
    try:
        _make(lane, moulds, customers, now)
    except BaseException as error:
        sys.stderr.write(f"{error!r}\n")
        raise
    finally:
        close_pools()


def _make(lane: Lane, moulds: Sequence[Mould], customers: Sequence[Somebody], now: datetime) -> None:
    """The cases of one lane, sent as text past the triggers."""
    random = source(f"{lane.seed} {lane.number}")
    sentences = Sentences()
    free = lane.first_ids
    texts: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        for place, pick in enumerate(lane.picks):
            mould = moulds[pick]
            copy = _copy(mould, free, place + lane.first_case, customers, sentences, now, random)
            for table, text in mould.fill(copy):
                texts.setdefault(table, []).append(text)
            if (place + 1) % AT_A_TIME == 0:
                _send(cursor, texts)
        _send(cursor, texts)
        cursor.execute("RESET session_replication_role")
        cursor.execute("RESET synchronous_commit")


def _copy(
    mould: Mould, free: dict[str, int], place: int, customers: Sequence[Somebody], sentences: Sentences, now: datetime, random: Random
) -> Copy:  # fmt: skip
    ids = {}
    for table, rows in mould.counts.items():
        ids[table] = range(free[table], free[table] + rows)
        free[table] += rows
    original = mould.original
    latest = max(0, (now - original.last).days - 1)
    days = random.randint(-2, 0) if original.is_open else random.randint(-365 * YEARS, latest)
    moved = timedelta(days=days, seconds=-random.uniform(0, 10_000))
    received = timezone.localtime(original.began + moved)
    return Copy(
        ids=ids, days=timedelta(days=days), moved=moved, number=f"{received:%y%m%d}-{_suffix(place)}",
        form_key=uuid.UUID(int=random.getrandbits(128), version=4), person=random.choice(customers), said=sentences.draw(random),
    )  # fmt: skip


def _suffix(place: int) -> str:
    number, letters = place * STRIDE % SUFFIXES, []
    for _position in range(5):
        number, digit = divmod(number, len(signing.ALPHABET))
        letters.append(signing.ALPHABET[digit])
    return "".join(letters)


def _send(cursor: originals.Cursor, texts: dict[str, list[str]]) -> None:
    for table, lines in texts.items():
        names = ", ".join(f'"{name}"' for name in originals.columns_of(table))
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            copy.write("".join(lines))
    texts.clear()
