"""`make run`: brings the database up to date and runs the web server and the worker until it is told to stop."""

import fcntl
import hashlib
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from complaints.models import Complaint
from config.bootstrap import Step
from config.places import from_environment
from config.postgres import PostgresError, Server
from config.serving import Child, ServeError, check_port, stop_all

HEALTHY_WITHIN_SECONDS = 60


class Stopped(BaseException):
    """Somebody asked us to stop."""


def _stop(number: int, _frame: FrameType | None) -> None:
    # A second signal must not break off the orderly stop.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stopped(number)


class Command(BaseCommand):
    help = "Run the whole system: private PostgreSQL, web server and worker."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(from_environment("PORT", "8000") or 8000))
        parser.add_argument(
            "--bind", default=from_environment("BIND", "127.0.0.1"), help="address to listen on (default: this machine only)"
        )

    def handle(self, *, port: int, bind: str, **_options: Any) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, _stop)
        children: list[Child] = []
        try:
            check_port(bind, port)
            with only_one_here(settings.VAR), private_server():
                prepare()
                try:
                    self.run(children, port=port, bind=bind)
                finally:
                    stop_all(children)
        except Stopped:
            self.stdout.write("Stopped.")
        except (PostgresError, ServeError) as error:
            raise CommandError(str(error)) from error

    def run(self, children: list[Child], *, port: int, bind: str) -> None:
        """Start the children, say where they are, and watch over them; returns never."""
        logs: Path = settings.VAR / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PORT": str(port)}
        with Step("Starting the web server and the worker"):
            for name, command in commands(port=port, bind=bind).items():
                child = Child(name, command, logs / f"{name}.log")
                child.start(environment)
                children.append(child)
            wait_until_healthy(port, bind, children)
        self.announce(port, bind)
        while True:
            for child in children:
                if child.has_died():
                    self.stdout.write(f"The {child.name} process ended (code {child.process.returncode}) and is started anew.")
                    self.stdout.flush()
                    child.revive(environment)
            time.sleep(0.5)

    def announce(self, port: int, bind: str) -> None:
        site = f"http://localhost:{port}"
        lines = ["", f"Redress runs.  Customers: {site}/   Staff: {site}/admin/", f"Data and logs: {settings.VAR}"]
        if bind not in {"127.0.0.1", "::1", "localhost"}:
            lines.append(f"It listens on {bind}: other machines reach it if ALLOWED_HOSTS names this one.")
        self.stdout.write("\n".join([*lines, *demo_accounts(), "Ctrl-C stops everything.", ""]))
        self.stdout.flush()


def commands(*, port: int, bind: str) -> dict[str, list[str]]:
    """The programs that make up the running system, by name."""
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    web = ["-m", "gunicorn", "config.wsgi:application", "--bind", address, "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    limits = ["--timeout", "60", "--graceful-timeout", "10", "--no-control-socket", "--log-level", "warning"]
    return {
        "web": [sys.executable, *web, *limits, "--chdir", str(settings.BASE_DIR)],
        "worker": [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"],
    }


@contextmanager
def only_one_here(var: Path) -> Iterator[None]:
    """Two systems on one folder would stop each other's database."""
    with (var / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ServeError(f"Redress already runs from {var}: stop that one, or set REDRESS_VAR to another folder.") from error
        yield


@contextmanager
def private_server() -> Iterator[None]:
    """The private PostgreSQL, unless DATABASE_URL names another; stopped at the end, also when an earlier run left it."""
    if settings.DATABASE_URL:
        yield
        return
    server = Server(settings.VAR)
    try:
        with Step("Starting PostgreSQL"):
            server.start()
        yield
    finally:
        connections.close_all()
        server.stop()


def prepare() -> None:
    """Schema, static files and, the first time, the demo organisation."""
    with Step("Bringing the database up to date"):
        call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    if from_environment("REDRESS_DEMO", "1") != "0" and "demo" in get_commands() and is_empty():
        with Step("Loading the demo organisation"):
            call_command("demo")
    connections.close_all()  # no pool of ours may stay open beside the children's


def is_empty() -> bool:
    """Whether nobody works here yet and nothing was ever filed."""
    return not get_user_model().objects.exists() and not Complaint.objects.exists()


def collect_static() -> None:
    """Collect the static files if any was added, removed or changed since the last time."""
    total = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            total.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    stamp: Path = settings.VAR / "static.stamp"
    if stamp.is_file() and stamp.read_text() == total.hexdigest() and settings.STATIC_ROOT.is_dir():
        return
    with Step("Collecting the static files"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(total.hexdigest())


def watch(children: list[Child]) -> None:
    """Raise ServeError if a child has died."""
    for child in children:
        if child.has_died():
            raise ServeError(f"The {child.name} process ended (code {child.process.returncode}); its log is {child.log}")


def wait_until_healthy(port: int, bind: str, children: list[Child]) -> None:
    """Return when web server and worker both answer; a beat is queued now, not waited for until the scheduler's next minute."""
    from django_q.tasks import async_task, result

    from config.schedules import BEAT

    beat = async_task(BEAT)
    waits: dict[str, Callable[[], bool]] = {"web": lambda: answers(port, bind), "worker": lambda: result(beat) is not None}
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while waits:
        watch(children)
        waits = {name: is_well for name, is_well in waits.items() if not is_well()}
        if waits and time.monotonic() > deadline:
            raise ServeError(
                f"Not healthy after {HEALTHY_WITHIN_SECONDS} s: {' and '.join(waits)}; the logs are in {settings.VAR / 'logs'}"
            )
        time.sleep(0.2)
    connections.close_all()


def answers(port: int, bind: str) -> bool:
    """Whether `/healthz/` answers. Asked under a name the site allows, at the address it listens on."""
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    address = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, f"[{bind}]" if ":" in bind else bind)  # noqa: S104 - compared, not bound
    request = urllib.request.Request(f"http://{address}:{port}/healthz/", headers={"Host": host})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(urllib.error.URLError, OSError), opener.open(request, timeout=5) as response:
        return bool(response.status == 200)
    return False


def demo_accounts() -> list[str]:
    """The lines that tell how to sign in to the demo organisation; none where there is no demo."""
    accounts, password = settings.VAR / "demo_accounts.txt", settings.VAR / "demo_password"
    if not accounts.is_file() or from_environment("REDRESS_DEMO", "1") == "0":
        return []
    rows = [line.split("\t") for line in accounts.read_text(encoding="utf-8").splitlines() if line.strip()]
    secret = os.environ.get("REDRESS_DEMO_PASSWORD") or (password.read_text().strip() if password.is_file() else "")
    return [
        "",
        f"Demo accounts (password of all: {secret})",
        *("  " + "  ".join(cell.ljust(12) for cell in row).rstrip() for row in rows),
        "",
    ]
