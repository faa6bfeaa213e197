"""Where it is measured: a folder, a database and servers of its own, beside those of `make run`."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from config.management.commands.serve import HEALTHY_WITHIN_SECONDS
from config.serving import Child, ServeError, stop_all

#: Tells the command that it runs inside already.
INSIDE = "REDRESS_BENCH"
WORKERS, THREADS = 2, 4
#: No limit that a measurement could reach.
RAISED = {"LIMIT_FILE": "1000000000", "LIMIT_OF_ALL_FILINGS": "1000000000", "LIMIT_TRACK": "1000000000"}


def environment() -> dict[str, str]:
    """Like ours, but another folder and database, and nothing leads out."""
    folder: Path = settings.VAR / "bench"
    folder.mkdir(mode=0o700, exist_ok=True)
    key = folder / "secret_key"
    if not key.exists():
        key.write_text(secrets.token_hex(32))
        key.chmod(0o600)
    return os.environ | {
        INSIDE: "1", "DJANGO_SETTINGS_MODULE": "config.settings", "REDRESS_VAR": str(folder), "SECRET_KEY": key.read_text().strip(),
        "DATABASE_URL": "", "REDRESS_DEMO": "1", "REDRESS_DEMO_PASSWORD": secrets.token_hex(8), "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1", "EMAIL_URL": "", "SMS_URL": "", "DEBUG": "0", "TRUSTED_PROXIES": "1", "LOG_LEVEL": "ERROR", **RAISED,
    }  # fmt: skip


def run_inside(arguments: list[str]) -> int:
    """This command once more, in that environment."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", *arguments]
    return subprocess.run(command, env=environment(), check=False).returncode


@dataclass(frozen=True)
class Sites:
    """The ports of the servers, and the processes that answer there."""

    bare: int
    ours: int
    limited: int
    #: Process ids of the workers of `ours`.
    workers: tuple[int, ...]


@contextmanager
def sites() -> Iterator[Sites]:
    """The bare pages, ours with limits raised, and ours as delivered."""
    children: list[Child] = []
    with ExitStack() as stack:
        stack.callback(stop_all, children)
        bare = _start(children, "bare", {"DJANGO_SETTINGS_MODULE": "config.bench.settings"}, "/bare/")
        ours = _start(children, "ours", {}, "/healthz/")
        limited = _start(children, "limited", dict.fromkeys(RAISED, ""), "/healthz/")
        yield Sites(bare, ours, limited, _children_of(children[1].process.pid))


def _start(children: list[Child], name: str, more: dict[str, str], path: str) -> int:
    port = _free_port()
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--workers", str(WORKERS), "--threads", str(THREADS), "--timeout", "60", "--keep-alive", "30", "--no-control-socket",
        "--log-level", "warning", "--chdir", str(settings.BASE_DIR),
    ]  # fmt: skip
    logs: Path = settings.VAR / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    child = Child(f"bench {name}", command, logs / f"bench-{name}.log")
    child.start({name: value for name, value in (os.environ | more).items() if value or name not in RAISED})
    children.append(child)
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while not _answers(port, path):
        if child.has_died() or time.monotonic() > deadline:
            raise ServeError(f"The server did not start: {child.log.read_text()[-600:]}")
        time.sleep(0.2)
    return port


def _answers(port: int, path: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(urllib.error.URLError, OSError), opener.open(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
        return bool(response.status == 200)
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _children_of(pid: int) -> tuple[int, ...]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return tuple(int(each) for each in listed.read_text().split()) if listed.is_file() else ()


# --- memory -------------------------------------------------------------------------------------------------------------------------
def forget_peaks(pids: tuple[int, ...]) -> None:
    """From now on the peak of each process counts anew."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def memory(pid: int) -> tuple[int, int]:
    """What a process holds in memory now, and the most it held, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = {
        name: int(rest.split()[0]) * 1024 for name, _colon, rest in (line.partition(":") for line in lines) if name in {"VmRSS", "VmHWM"}
    }
    return found["VmRSS"], found["VmHWM"]
