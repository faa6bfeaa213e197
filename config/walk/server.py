"""A whole system of its own for one walk: fresh database, own folder, web server and worker; gone afterwards."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from psycopg import sql

from config.bootstrap import Step
from config.management.commands.serve import HEALTHY_WITHIN_SECONDS, commands, watch
from config.postgres import Server
from config.serving import Child, ServeError, stop_all

BIND = "127.0.0.1"
#: A company that has a past: improvements long done, whose effect is to be checked.
CASES_OF_BEFORE = 40


@dataclass(frozen=True)
class Site:
    """Where to walk, with what password, and the environment in which `verify` looks at its database."""

    url: str
    password: str
    environment: dict[str, str]


@contextmanager
def own_site() -> Iterator[Site]:
    """Start everything anew and take it away at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="redress-walk-")))
        stack.enter_context(postgres())
        name = stack.enter_context(_database())
        site = Site(f"http://{BIND}:{_free_port()}", secrets.token_hex(8), {})
        site.environment.update(_environment(site, folder, name))
        _prepare(site.environment)
        children: list[Child] = []
        stack.callback(stop_all, children)
        with Step("Starting the web server and the worker"):
            _start(site, folder, children)
        yield site


@contextmanager
def postgres() -> Iterator[None]:
    """The private server; left running if it ran before."""
    if settings.DATABASE_URL:
        yield
        return
    server = Server(settings.VAR)
    started = server.start()
    try:
        yield
    finally:
        if started:
            server.stop()


def _connect() -> "psycopg.Connection[tuple[object, ...]]":
    ours = settings.DATABASES["default"]
    given = {"host": ours.get("HOST"), "port": ours.get("PORT"), "user": ours.get("USER"), "password": ours.get("PASSWORD")}
    place = psycopg.conninfo.make_conninfo(dbname="postgres", **{name: str(value) for name, value in given.items() if value})
    return psycopg.connect(place, autocommit=True)


@contextmanager
def _database() -> Iterator[str]:
    name = f"redress_walk_{secrets.token_hex(4)}"
    with _connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        with _connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _environment(site: Site, folder: Path, database: str) -> dict[str, str]:
    """Like ours, but nothing of it leads out: no mail server, no gateway, another database, another folder."""
    ours = settings.DATABASES["default"]
    login = quote(str(ours.get("USER", "")), safe="") + (f":{quote(str(ours['PASSWORD']), safe='')}" if ours.get("PASSWORD") else "")
    host, port = str(ours.get("HOST") or ""), str(ours.get("PORT") or "")
    place = f"/{host}/{database}" if host.startswith("/") else f"{host}{':' + port if port else ''}/{database}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": f"postgres://{login}@{place}", "REDRESS_VAR": str(folder),
        "SECRET_KEY": secrets.token_hex(32), "REDRESS_DEMO": "1", "REDRESS_DEMO_PASSWORD": site.password, "SITE_URL": site.url,
        "PORT": site.url.rsplit(":", 1)[1], "ALLOWED_HOSTS": BIND, "EMAIL_URL": "", "SMS_URL": "", "DEBUG": "0", "TRUSTED_PROXIES": "0",
    }  # fmt: skip


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _prepare(environment: dict[str, str]) -> None:
    steps = {
        "Making a fresh database": ("migrate", "-v", "0", "--no-input"),
        "Collecting the static files": ("collectstatic", "-v", "0", "--no-input"),
        "Founding the demo company": ("demo", "--cases", str(CASES_OF_BEFORE)),
    }
    for what, arguments in steps.items():
        with Step(what):
            done = manage(environment, *arguments)
            if done.returncode:
                raise ServeError(f"{what} failed: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def _free_port() -> int:
    with socket.create_server((BIND, 0)) as probe:
        return int(probe.getsockname()[1])


def _start(site: Site, folder: Path, children: list[Child]) -> None:
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    for name, command in commands(port=int(site.environment["PORT"]), bind=BIND).items():
        child = Child(name, command, logs / f"{name}.log")
        child.start(site.environment)
        children.append(child)
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while not _answers(site.url):
        watch(children)
        if time.monotonic() > deadline:
            raise ServeError(f"Not healthy after {HEALTHY_WITHIN_SECONDS} s: {(logs / 'web.log').read_text()[-400:]}")
        time.sleep(0.2)


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(urllib.error.URLError, OSError), opener.open(f"{url}/healthz/", timeout=5) as response:
        return bool(response.status == 200)
    return False
