"""Plays many cases: in as many processes as there are lanes, or one lane after the other inside a transaction of a test."""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.connection import Connection, wait
from typing import Any

from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from config.demo.cast import Cast
from config.demo.plan import Plan
from config.demo.player import Player
from config.serving import end_with_parent

Lane = Sequence[Plan]
#: Many short-lived rows: the collector would look through all of them again and again.
COLLECT_EVERY = 100_000
#: What children have left to their parent; collected here it would be closed.
LEFT: list[object] = []


class DemoError(Exception):
    """A process that played cases has died; its reason stands above."""


def play_all(lanes: Sequence[Lane], *, now: datetime, seed: str, each: Callable[[], None]) -> None:
    """Play all lanes; `each` is called after every case that was made."""
    if connection.in_atomic_block:
        for lane in lanes:
            play_lane(lane, now=now, seed=seed, each=each)
        return
    close_pools()  # no connection may be shared with a child
    fork = multiprocessing.get_context("fork")
    children, readers = [], []
    for lane in lanes:
        reader, writer = fork.Pipe(duplex=False)
        child = fork.Process(target=_child, args=(lane, now, seed, writer))
        child.start()
        writer.close()
        children.append(child)
        readers.append(reader)
    try:
        _listen(readers, each)
    except BaseException:
        for child in children:
            child.terminate()  # we were told to stop: nobody waits until all cases are played
        raise
    finally:
        for child in children:
            child.join()
    if any(child.exitcode for child in children):
        raise DemoError("The cases could not be made; see above.")


def close_pools() -> None:
    """Close the connections and the pools that keep them; closing a connection alone only gives it back."""
    connections.close_all()
    for each in connections.all(initialized_only=True):
        each.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's backend


def leave_connections() -> None:
    """In a child: use no connection of the parent, not even one it could not close: of another thread, or from before an event loop ran there.
    Two who speak on one connection read each other's rows."""
    there = connections.all(initialized_only=True)
    pools: dict[str, object] = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]  # the stubs know no pools
    LEFT.extend([*there, *pools.values()])
    pools.clear()
    for each in there:
        del connections[each.alias]


def _listen(readers: list[Connection], each: Callable[[], None]) -> None:
    while readers:
        ready: list[Any] = wait(readers)
        for reader in ready:
            try:
                reader.recv_bytes()
            except EOFError:
                readers.remove(reader)
            else:
                each()


def _child(lane: Lane, now: datetime, seed: str, writer: Connection) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not what our parent does when told to stop
    for name in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C reaches us too: our parent ends us
        signal.signal(name, signal.SIG_IGN)
    end_with_parent()
    leave_connections()
    gc.set_threshold(COLLECT_EVERY)
    try:
        play_lane(lane, now=now, seed=seed, each=lambda: writer.send_bytes(b"."))
    finally:
        close_pools()
        writer.close()


def play_lane(lane: Lane, *, now: datetime, seed: str, each: Callable[[], None]) -> None:
    cast = Cast.assemble()
    regulars: list[Any] = []
    for plan in lane:
        for _made in range(Player(plan, cast, now=now, seed=seed, regulars=regulars).play()):
            each()
