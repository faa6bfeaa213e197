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


def end_with_parent() -> None:
    """Ask Linux to end the child when this process is killed outright and cannot do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A program of ours in a process group of its own, its output in its log."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

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
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the children in order
                preexec_fn=end_with_parent,
            )

    def has_died(self) -> bool:
        return self.process.poll() is not None

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
