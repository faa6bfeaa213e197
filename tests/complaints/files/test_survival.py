"""B13: whatever is killed when, no row is without its file, no file stays without its row, every hash is right."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.utils import timezone

from analytics.queries.integrity import CHECKS
from complaints.models import Attachment, Examination
from complaints.services import attachments, examinations
from complaints.workflow import Actor
from config.places import BASE
from tests.factories.cases import Office, Walk
from tests.factories.files import picture, upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def die(store: Path) -> Callable[[str, int], int]:
    """Runs the program that is killed at every step; how often it was."""

    def run(what: str, case: int) -> int:
        environment = os.environ | {
            "REDRESS_VAR": str(configured.VAR), "SECRET_KEY": configured.SECRET_KEY, "DATABASE_POOL": "0", "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        if os.environ.get("TEST_DATABASE_URL"):
            environment["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.complaints.files.dying", what, str(case), str(store), str(connection.settings_dict["NAME"])],
            cwd=BASE, env=environment, capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return int(done.stdout)

    return run


def files(store: Path) -> set[str]:
    return {path.name for path in store.rglob("*") if path.is_file()}


def whole() -> list[str]:
    return CHECKS["attachments are as they came"]().found


def test_b13_an_upload_killed_at_any_step_leaves_no_row_without_its_file(die: Callable[[str, int], int], store: Path) -> None:
    case = Walk(Office.found(), timezone.now()).case

    kills = die("upload", case.pk)

    assert kills >= 10
    assert whole() == []
    later = timezone.now() + timedelta(hours=24)
    assert examinations.sweep(at=later) > 0  # some died between the file and its row
    assert files(store) == set(Attachment.objects.values_list("key", flat=True))
    assert whole() == []


def test_b13_an_examination_killed_at_any_step_is_done_again_and_loses_nothing(die: Callable[[str, int], int], store: Path) -> None:
    case = Walk(Office.found(), timezone.now()).case

    kills = die("examine", case.pk)

    assert kills >= 15
    assert Attachment.objects.count() == kills + 1
    assert whole() == []
    for attachment in Attachment.objects.unexamined():
        examinations.examine(attachment_id=attachment.pk, at=timezone.now() + timedelta(hours=1))
    assert Examination.objects.filter(verdict="clean").count() == kills + 1
    assert whole() == []
    examinations.sweep(at=timezone.now() + timedelta(hours=24))
    assert files(store) == set(Examination.objects.values_list("key", flat=True))
    assert whole() == []


def test_b13_what_is_rolled_back_after_it_was_stored_is_swept(store: Path) -> None:
    case = Walk(Office.found(), timezone.now()).case
    for number in range(25):
        with transaction.atomic():
            attachments.attach(complaint_id=case.pk, upload=upload(f"{number}.png", picture()), by=Actor.COMPLAINANT, at=timezone.now())
            transaction.set_rollback(True)

    assert len(files(store)) == 25
    assert examinations.sweep(at=timezone.now() + timedelta(hours=24)) == 25
    assert files(store) == set()
