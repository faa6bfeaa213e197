"""Calls of the scheduler's command, `manage.py escalate --at …`, each a process of its own, some killed, some two at once.

To start Python and Django takes a second, most of it without any work of ours, and a quarter has thousands of moments. So there is one process
that has started and waits, with no connection to the database: the template. It forks a child for each call; the child opens a connection of
its own, runs the command through `call_command` as `manage.py` does, and ends. SIGKILL ends such a child like any process, in the middle of a
transaction or between two. One call in so many (`afresh`) is made without the template, as a shell makes it.
"""

import gc
import logging
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext_lazy

from complaints import mail
from config.demo.play_all import close_pools, leave_connections
from config.serving import end_with_parent
from staff.models import User

logger = logging.getLogger(__name__)

#: Of a hundred calls so many are killed, and so many are two at once.
KILLED, PAIRED = 10, 10
#: The clock that jumps: of a hundred moments so many are followed by a call as of two hours ago.
JUMPED = 2
#: One in so many calls starts Python anew.
AFRESH = 100
#: A kill comes at a random moment of what a call usually takes, in seconds: at the template's, and afresh.
USUAL, USUAL_AFRESH = 0.2, 2.5


@dataclass
class Counts:
    """What was done to the processes."""

    processes: int = 0
    afresh: int = 0
    killed: int = 0
    pairs: int = 0
    jumps: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass
class Caller:
    """Makes the calls; `environment` is that of those started afresh."""

    random: random.Random
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    usual: float = USUAL

    def start(self, before: datetime) -> None:
        """Fork the template while nobody holds a connection. It runs the command once, as of a moment before anything is due."""
        close_pools()
        fork = multiprocessing.get_context("fork")
        self.pipe, theirs = fork.Pipe()
        self.process = fork.Process(target=_template, args=(self.pipe, theirs, self.log, before.isoformat()), daemon=True)
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        self.pipe.close()
        self.process.join()

    def call(self, at: datetime) -> None:
        """Bring a moment to its end: what was killed is called once more for the same minute, as a service manager starts it again."""
        began = time.monotonic()
        number = 2 if self._one_in_hundred(PAIRED) else 1
        self.counts.pairs += number == 2
        while not self._run(at, [self._kill_after() for _each in range(number)]):
            number = 1
        self.counts.seconds += time.monotonic() - began

    def jump_back(self, at: datetime) -> None:
        """Once as of an earlier moment, unharmed."""
        self.counts.jumps += 1
        self._run(at, [None])

    def jumps(self) -> bool:
        return self._one_in_hundred(JUMPED)

    def _one_in_hundred(self, share: int) -> bool:
        return self.random.random() * 100 < share

    def _kill_after(self) -> float | None:
        """The share of the usual time after which it is killed."""
        return self.random.random() if self._one_in_hundred(KILLED) else None

    def _run(self, at: datetime, kills: list[float | None]) -> bool:
        """Whether one of them came to its end by itself."""
        afresh = self.random.randrange(AFRESH) == 0
        self.counts.processes += len(kills)
        self.counts.afresh += len(kills) * afresh
        began = time.monotonic()
        ends = self._afresh(at, kills) if afresh else self._forked(at, kills)
        if not afresh and kills == [None]:
            self.usual = 0.9 * self.usual + 0.1 * (time.monotonic() - began)
        self.counts.killed += ends.count(-signal.SIGKILL)
        self.counts.failed += sum(end not in (0, -signal.SIGKILL) for end in ends)
        return any(end != -signal.SIGKILL for end in ends)

    def _forked(self, at: datetime, kills: list[float | None]) -> list[int]:
        self.pipe.send((at.isoformat(), [None if share is None else share * self.usual for share in kills]))
        ends: list[int] = self.pipe.recv()
        return ends

    def _afresh(self, at: datetime, kills: list[float | None]) -> list[int]:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "escalate", "--at", at.isoformat()]
        environment = os.environ | self.environment
        with self.log.open("a") as log:
            started = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for _each in kills]
        moments = [None if share is None else share * USUAL_AFRESH for share in kills]
        _kill_in_time(dict(zip([each.pid for each in started], moments, strict=True)))
        return [each.wait() for each in started]


# --- the template ----------------------------------------------------------------------------------------------------------------
def _template(of_parent: Connection, pipe: Connection, log: Path, before: str) -> None:
    of_parent.close()
    end_with_parent()
    leave_connections()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; it ends with the one who calls
    _warm_up(before)
    with suppress(EOFError):
        while True:
            at, kills = pipe.recv()
            children = {_fork(at, log): after for after in kills}
            _kill_in_time(children)
            pipe.send([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children])


def _warm_up(before: str) -> None:
    """Import, read and compile what every call needs: catalogues, templates, queries."""
    call_command("escalate", at=before, stdout=StringIO())
    for code, _name in settings.LANGUAGES:
        user = User(name="", language=code)
        with translation.override(code):
            mail.render_notice(user=user, subject=gettext_lazy("%(number)s is overdue"), text="")
    close_pools()
    gc.collect()
    gc.freeze()


def _fork(at: str, log: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    end = 1
    try:
        end_with_parent()
        with log.open("a") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
            call_command("escalate", at=at, stdout=out)
        end = 0
    except Exception:
        logger.exception("escalate as of %s failed", at)
    finally:  # whatever ended it, it must not go on as its parent
        close_pools()
        os._exit(end)


def _kill_in_time(children: dict[int, float | None]) -> None:
    """SIGKILL to each after its time; one that has ended by then is a corpse nobody has waited for, which takes no harm."""
    began = time.monotonic()
    for after, pid in sorted((after, pid) for pid, after in children.items() if after is not None):
        time.sleep(max(0.0, began + after - time.monotonic()))
        os.kill(pid, signal.SIGKILL)
