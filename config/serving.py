"""Runs the web server and the worker as children of one process, and leaves none of them behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: A child may finish what it is at (a request, a message half sent) before it is ended.
PATIENCE_SECONDS = 20
#: A child that died is started anew, until it has died so often within so long.
MANY_DEATHS, MANY_WITHIN_SECONDS = 4, 60
LONGEST_LOG_BYTES = 20_000_000
PR_SET_PDEATHSIG = 1


class ServeError(Exception):
    """The system cannot run; the message is one line that says why."""


def check_port(address: str, port: int) -> None:
    """Raise ServeError if nobody can listen there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise ServeError(f"Port {port} may not be used by this user: choose one above 1023, for example PORT=8000 make run.") from error
        except OSError as error:
            raise ServeError(
                f"Port {port} is in use: stop what uses it, or choose another, for example PORT={port + 1} make run."
            ) from error


def end_with_parent(by: int = signal.SIGTERM) -> None:
    """Ask Linux to end this child, by that signal, when its parent is killed outright and cannot do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)


@dataclass
class Child:
    """A program of ours in a process group of its own, its output in its log."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)
    #: Numbers of open files it inherits.
    keeps: tuple[int, ...] = ()
    #: When it died lately (monotonic).
    deaths: list[float] = field(default_factory=list)

    def start(self, environment: Mapping[str, str]) -> None:
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                pass_fds=self.keeps,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the children in order
                preexec_fn=end_with_parent,
            )

    def has_died(self) -> bool:
        return self.process.poll() is not None

    def revive(self, environment: Mapping[str, str]) -> None:
        """Start it anew after it died. Raises ServeError when it dies again and again: then something is wrong that a start does not mend."""
        now = time.monotonic()
        self.deaths = [*(at for at in self.deaths if at > now - MANY_WITHIN_SECONDS), now]
        if len(self.deaths) > MANY_DEATHS:
            raise ServeError(f"The {self.name} process ended (code {self.process.returncode}) again and again; its log is {self.log}")
        self.end(now)  # what is left of its group would hold its port
        self.start(environment)

    def ask_to_stop(self) -> None:
        if not self.has_died():
            self.process.terminate()

    def end(self, before: float) -> None:
        """Wait for it until `before` (monotonic), then end what is left of its whole group."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, before - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def stop_all(children: list[Child]) -> None:
    """Ask all to stop, then wait for all, the last started first."""
    for child in reversed(children):
        child.ask_to_stop()
    before = time.monotonic() + PATIENCE_SECONDS
    for child in reversed(children):
        child.end(before)
