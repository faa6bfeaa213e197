"""`/healthz/` and `/readyz/`: what a load balancer and an operator ask."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from django_q.models import Success

from config import health
from config.schedules import BEAT
from config.tasks import beat


def beaten(at: datetime) -> None:
    Success.objects.create(id=f"{at.timestamp():.0f}", name="beat", func=BEAT, started=at, stopped=at, success=True)


@pytest.fixture
def calm_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "is_outbox_stuck", lambda **_: False)


def test_healthz_asks_no_database(client: Client) -> None:
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.usefixtures("calm_outbox")
def test_readyz_is_ready_when_all_is_well(client: Client) -> None:
    beaten(timezone.now())
    answer = client.get("/readyz/")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "static files": "ok", "worker": "ok", "outbox": "ok"}


@pytest.mark.django_db
@pytest.mark.usefixtures("calm_outbox")
def test_readyz_names_a_silent_worker(client: Client) -> None:
    beaten(timezone.now() - timedelta(minutes=10))
    answer = client.get("/readyz/")
    assert answer.status_code == 503
    assert "manage.py worker" in answer.json()["worker"]


@pytest.mark.django_db
def test_readyz_names_a_stuck_outbox(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "is_outbox_stuck", lambda **_: True)
    beaten(timezone.now())
    answer = client.get("/readyz/")
    assert answer.status_code == 503
    assert answer.json()["outbox"].startswith("stuck")


@pytest.mark.django_db
@pytest.mark.usefixtures("calm_outbox")
def test_readyz_names_static_files_nobody_collected(client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """As after a restore into an empty folder: the process answers, and every page of it fails."""
    settings.STATIC_ROOT = tmp_path
    beaten(timezone.now())
    monkeypatch.setattr(health, "staticfiles_storage", ManifestStaticFilesStorage())
    answer = client.get("/readyz/")
    assert answer.status_code == 503
    assert "manage.py collectstatic" in answer.json()["static files"]
    (tmp_path / "staticfiles.json").write_text('{"version": "1.1", "paths": {"redress.css": "redress.0.css"}, "hash": ""}')
    monkeypatch.setattr(health, "staticfiles_storage", ManifestStaticFilesStorage())
    assert client.get("/readyz/").json()["static files"] == "ok"


@pytest.mark.django_db
def test_readyz_names_missing_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "are_migrations_applied", lambda: False)
    answer = client.get("/readyz/")
    assert answer.status_code == 503
    assert "migrate" in answer.json()["migrations"]


@pytest.mark.django_db
def test_readyz_without_database_is_503_and_no_traceback(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()) == (503, {"database": "cannot be reached"})


@pytest.mark.django_db
def test_beat_is_scheduled_every_minute() -> None:
    from django_q.models import Schedule

    schedule = Schedule.objects.get(name="beat")
    assert (schedule.func, schedule.minutes, schedule.repeats) == (BEAT, 1, -1)
    assert beat() == "alive"
