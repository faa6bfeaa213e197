"""The running system as a service manager keeps it: web server and workers, started anew when they die; the database beside them."""

import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

from django.conf import settings

from config.postgres import Server
from config.serving import Child, ServeError

#: As in docs/deploy.md: `RestartSec=1`.
RESTART_SECONDS = 1.0
PATIENCE_SECONDS = 60
#: Gives the socket to a program as systemd does: as file number 3, said in the environment.
HAND_OVER = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
#: Which process is killed, and after how long.
CHANCE = SystemRandom()


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def below(pid: int) -> list[int]:
    """All processes below one."""
    found = children_of(pid)
    return [*found, *(deeper for each in found for deeper in below(each))]


def kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def busy() -> float:
    """How many times slower things may be than on a machine of our own: what runs, or wants to, for each core."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    deadline = time.monotonic() + seconds * busy()
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


class Machines:
    """Everything that runs; `keep` starts anew what died, as systemd would."""

    def __init__(self, smtp_port: int) -> None:
        self.database = Server(settings.VAR)
        self.environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}"}
        # The service manager holds the socket (redress-web.socket): while the web server is started anew, customers wait, and are not refused.
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self.listener.getsockname()[1])
        self.children: dict[str, Child] = {}
        self.given: dict[str, dict[str, str]] = {}
        self.ended = threading.Event()
        self.stopping: set[str] = set()
        self.restarts = 0

    def start(self, workers: int = 1) -> None:
        logs: Path = settings.VAR / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        self._child("web", self._web(), (self.listener.fileno(),))
        for number in range(workers):
            self.add_worker(f"worker{number or ''}")
        threading.Thread(target=self._keep, daemon=True).start()
        if not eventually(self.answers):
            raise ServeError(f"The web server does not answer: {(logs / 'web.log').read_text()[-600:]}")

    def _web(self) -> list[str]:
        options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60", "--graceful-timeout", "10"]
        options += ["--no-control-socket", "--log-level", "warning", "--chdir", str(settings.BASE_DIR)]
        return [
            sys.executable,
            "-c",
            HAND_OVER,
            str(self.listener.fileno()),
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi:application",
            *options,
        ]

    def add_worker(self, name: str, **environment: str) -> None:
        self.given[name] = environment
        self.stopping.discard(name)
        self._child(name, [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"])

    def _child(self, name: str, command: list[str], keeps: tuple[int, ...] = ()) -> None:
        child = Child(name, command, settings.VAR / "logs" / f"{name}.log", keeps)
        self._start(child)
        self.children[name] = child

    def _start(self, child: Child) -> None:
        child.start({**self.environment, **self.given.get(child.name, {})})

    def _keep(self) -> None:
        while not self.ended.wait(0.1):
            for name, child in list(self.children.items()):
                if name not in self.stopping and child.has_died():
                    child.end(time.monotonic())
                    time.sleep(RESTART_SECONDS)
                    self.restarts += 1
                    with suppress(OSError):  # its log may lie on a full disk: the next round tries again
                        self._start(child)

    def pid(self, name: str) -> int:
        return self.children[name].process.pid

    def crew(self) -> list[int]:
        """The processes that do jobs: each below a watchman of the worker."""
        return [pid for watchman in children_of(self.pid("worker")) for pid in children_of(watchman)]

    def deploy(self, name: str, within: float) -> float:
        """SIGTERM, then a start: what a deploy does. Seconds until the old one was gone."""
        self.stopping.add(name)
        began, child = time.monotonic(), self.children[name]
        child.ask_to_stop()
        child.end(began + within)
        took = time.monotonic() - began
        self._start(child)
        self.stopping.discard(name)
        return took

    def remove(self, name: str) -> None:
        self.stopping.add(name)
        child = self.children.pop(name)
        child.ask_to_stop()
        child.end(time.monotonic() + 30)

    @contextmanager
    def without_workers(self) -> Iterator[None]:
        """Told to end, and started again afterwards."""
        names = [name for name in self.children if name != "web"]
        for name in names:
            self.remove(name)
        yield
        for name in names:
            self.stopping.discard(name)
            self.add_worker(name)

    def answers(self, path: str = "/healthz/") -> bool:
        return self.status(path) == 200

    def status(self, path: str) -> int:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=10 * busy()) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def said(self, path: str) -> str:
        """What the server answers, whatever its status."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return str(response.read(500).decode())
        except urllib.error.HTTPError as error:
            return error.read(500).decode()
        except OSError as error:
            return type(error).__name__

    def stop(self) -> None:
        self.ended.set()
        self.stopping.update(self.children)
        for child in self.children.values():
            child.ask_to_stop()
        for child in self.children.values():
            child.end(time.monotonic() + 20)
        self.listener.close()
