"""Limits that hold over processes and restarts, for one source and for all, and that refuse when they cannot count."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.utils import timezone

from complaints.signing import code_for
from config.places import BASE
from intake.models import Attempt, Submission
from intake.services import channels, limits
from tests.factories.cases import Office, Walk
from tests.intake.conftest import WORDS

WRONG = "ABCDEF-GHJKMN-PQRST2"
IN_ANOTHER_PROCESS = """
import django; django.setup()
from django.utils import timezone
from intake.services import limits
for _each in range(5):
    try:
        limits.count(limits.Act.TRACK, address="192.0.2.7", at=timezone.now())
    except limits.TooOften:
        print("refused")
    else:
        print("counted")
"""


def another_process() -> list[str]:
    ours = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": configured.SECRET_KEY, "REDRESS_VAR": str(configured.VAR),
        "DATABASE_URL": f"postgres://{ours['USER']}@/{ours['HOST']}/{ours['NAME']}", "LIMIT_TRACK": "9", "DATABASE_POOL": "0",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", IN_ANOTHER_PROCESS], env=environment, cwd=BASE, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.django_db(transaction=True)
def test_a6_h14_attempts_are_counted_together_over_processes_and_restarts() -> None:
    assert another_process() == ["counted"] * 5  # a process that has ended by now, as after a restart
    assert another_process() == ["counted"] * 4 + ["refused"]

    with pytest.raises(limits.TooOften) as refused:
        limits.count(limits.Act.TRACK, address="192.0.2.7", at=timezone.now())

    assert 0 < refused.value.seconds <= 601
    assert Attempt.objects.count() == 9


@pytest.mark.django_db
def test_h14_all_sources_together_have_a_limit_too(office: Office, settings: Any) -> None:
    settings.LIMIT_OF_ALL_FILINGS = (3, 3600)

    answers = [
        Client().post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS}, REMOTE_ADDR=f"198.51.100.{number}") for number in range(1, 6)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert Submission.objects.count() == 3
    assert str(WORDS["story"]) in answers[-1].content.decode()


@pytest.mark.django_db
def test_h14_other_acts_do_not_use_up_what_all_may_file(office: Office, settings: Any) -> None:
    settings.LIMIT_OF_ALL_FILINGS = (3, 3600)
    for number in range(8):
        Client().post("/track/", {"code": WRONG}, REMOTE_ADDR=f"198.51.100.{number}")

    assert Client().post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS}).status_code == 302


@pytest.mark.django_db
def test_limits_are_set_by_settings(office: Office, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "file": (1, 3600)}

    answers = [Client().post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS}).status_code for _number in range(2)]

    assert answers == [302, 429]


@pytest.fixture
def uncountable(transactional_db: None) -> Iterator[Walk]:
    """A case behind doors whose attempts cannot be counted any more."""
    office = Office.found()
    channels.seed()
    walk = Walk(office, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_attempt RENAME TO intake_attempt_away")
    yield walk
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_attempt_away RENAME TO intake_attempt")


@pytest.mark.parametrize("path", ["/complain/", "/track/", "/lost-code/"])
def test_k13_what_cannot_be_counted_is_refused_and_never_done(uncountable: Walk, path: str) -> None:
    client = Client(raise_request_exception=False)
    sent = {
        "/complain/": {"form_key": str(uuid.uuid4()), **WORDS},
        "/track/": {"code": code_for(uncountable.case.code_key)},
        "/lost-code/": {"number": uncountable.case.number, "contact": "wang.fang@example.com"},
    }
    before = uncountable.fresh().code_digest

    answer = client.post(path, sent[path])

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert not Submission.objects.exists()
    assert uncountable.fresh().code_digest == before
    assert "redress_case" not in client.cookies
