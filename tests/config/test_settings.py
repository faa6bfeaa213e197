"""Settings as in production, read by a process of their own (E9)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.places import BASE
from config.postgres import socket_directory

PRODUCTION = {
    "SITE_URL": "https://redress.example",
    "ALLOWED_HOSTS": "redress.example",
    "SECRET_KEY": "only for this check 0123456789 abcdefghijklmnopqrstuvwxyz",
    "DEBUG": "0",
}
KEEP = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}


def manage(*arguments: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = KEEP | {"REDRESS_VAR": str(var)} | environment
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def read(var: Path, *names: str, **environment: str) -> Any:
    code = f"import json; from django.conf import settings; print(json.dumps({{n: getattr(settings, n) for n in {names!r}}}))"
    done = manage("shell", "--no-imports", "-c", code, var=var, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_e9_deployment_check_finds_nothing(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_e9_cookies_and_transport_are_strict_under_https(tmp_path: Path) -> None:
    strict = ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT")
    found = read(tmp_path, *strict, "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "DEBUG", **PRODUCTION)
    assert all(found[name] for name in strict)
    assert {found["SESSION_COOKIE_SAMESITE"], found["CSRF_COOKIE_SAMESITE"]} <= {"Lax", "Strict"}
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["DEBUG"] is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/api/schema/", "/admin/doc/", "/__debug__/", "/.env", "/.git/config", "/static/../config/settings.py", "/media/"]
)
def test_e9_nothing_of_the_machine_room_is_served(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    assert answer.status_code == 404 or answer.request["PATH_INFO"] == "/admin/login/"


@pytest.mark.django_db
def test_e9_a_foreign_origin_is_not_reflected(client: Client) -> None:
    answer = client.get("/admin/login/", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert "evil.example" not in answer.content.decode()


def test_missing_key_is_one_clear_line(tmp_path: Path) -> None:
    done = manage("check", var=tmp_path)
    assert done.returncode != 0
    assert "make setup" in done.stderr.strip().splitlines()[-1]


def test_another_database_engine_is_refused(tmp_path: Path) -> None:
    done = manage("check", var=tmp_path, SECRET_KEY="x" * 60, DATABASE_URL="sqlite:///x.db")
    assert done.returncode != 0
    assert "PostgreSQL only" in done.stderr.strip().splitlines()[-1]


def test_private_server_is_the_default_database(tmp_path: Path) -> None:
    found = read(tmp_path, "DATABASES", SECRET_KEY="x" * 60)
    assert found["DATABASES"]["default"]["HOST"] == str(socket_directory(tmp_path))
