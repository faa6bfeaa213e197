"""`make run` as a whole: it becomes healthy, says where it is, and leaves nothing behind however it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.bootstrap import keep_secret_key
from config.places import BASE
from config.postgres import Server
from config.serving import MANY_DEATHS

HEALTHY_WITHIN = 240


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole module: only the first start migrates."""
    folder = tmp_path_factory.mktemp("var")
    keep_secret_key(folder)
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def serving(var: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE"}}
    environment |= {"REDRESS_VAR": str(var), "PORT": str(port), "REDRESS_DEMO": "0", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=BASE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)
        if process.stdout:
            process.stdout.close()
        Server(var).stop()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout
    seen, deadline = "", time.monotonic() + HEALTHY_WITHIN
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
        assert time.monotonic() < deadline, seen
    raise AssertionError(seen)


def processes_of(var: Path) -> list[int]:
    """Every process that has our var folder in its environment or command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            known = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(var) in known and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def test_run_becomes_healthy_and_leaves_nothing_behind(var: Path) -> None:
    port = free_port()
    with serving(var, port) as process:
        shown = read_until(process, "Ctrl-C")
        assert f"http://localhost:{port}/" in shown
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz/") as answer:
            assert set(json.load(answer).values()) == {"ok"}

        refused = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=BASE,
            env=os.environ | {"REDRESS_VAR": str(var), "PORT": str(free_port())},
            capture_output=True,
            text=True,
            check=False,
        )
        assert re.search(r"already runs from", refused.stderr)

        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert processes_of(var) == []


def test_k4_a_worker_that_dies_is_started_anew_and_one_that_dies_again_and_again_stops_all(var: Path) -> None:
    def worker() -> int:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = [pid for pid in processes_of(var) if b"manage.py\0worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
            if found:
                return min(found)
            time.sleep(0.2)
        raise AssertionError("no worker")

    with serving(var, free_port()) as process:
        read_until(process, "Ctrl-C")
        for _death in range(MANY_DEATHS):
            os.kill(worker(), signal.SIGKILL)
            read_until(process, "started anew")
        os.kill(worker(), signal.SIGKILL)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode != 0
        assert str(var / "logs" / "worker.log") in rest
    assert processes_of(var) == []
