"""A6, H14: a busy source waits, or proves work; nobody else is asked for anything."""

import html
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import altcha
import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint
from intake.services import work_proof
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def two_an_hour(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITS = {**settings.LIMITS, "file": (2, 3600)}
    settings.LIMIT_FILE_PROVED_TIMES = 2
    monkeypatch.setattr(work_proof, "COST", 10)  # the arithmetic is the same, the machine of the tests is not asked for much


def solved(challenge: str) -> str:
    """What the page's script sends."""
    made = altcha.Challenge.from_dict(json.loads(challenge))
    solution = altcha.solve_challenge(made)
    assert solution is not None
    return altcha.Payload(made, solution).to_base64()


def challenge_on(page: Any) -> str:
    found = re.search(r'data-challenge="([^"]+)"', page.content.decode())
    return html.unescape(found[1]) if found else ""


def test_a_customer_of_a_quiet_network_is_asked_for_nothing(customer: Client, office: Office, send: Send) -> None:
    assert challenge_on(customer.get("/complain/")) == ""
    send()
    assert challenge_on(customer.get("/complain/")) == ""


def test_a_busy_source_waits_or_proves_work(customer: Client, office: Office, send: Send) -> None:
    send(), send()

    refused = send(story="第三个")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "第三个" in refused.content.decode()

    page = customer.get("/complain/")
    found = re.search(r'name="form_key" value="([^"]+)"', page.content.decode())
    assert found
    assert send(form_key=found[1], proof=solved(challenge_on(page)), story="第三个").status_code == 302
    assert Complaint.objects.count() == 3


def test_work_proved_for_one_form_files_no_other_and_has_an_end(customer: Client, office: Office, send: Send) -> None:
    send(), send()
    key = str(uuid.uuid4())
    proof = solved(work_proof.challenge(form_key=key, at=timezone.now()))

    assert send(proof=proof).status_code == 429  # another form
    assert send(form_key=key, proof=proof).status_code == 302
    more = [str(uuid.uuid4()) for _number in range(2)]
    answers = [send(form_key=each, proof=solved(work_proof.challenge(form_key=each, at=timezone.now()))).status_code for each in more]
    assert answers == [302, 429]  # four in all: twice as many, and no more


@pytest.mark.parametrize("proof", ["", "x", "e30=", "bnVsbA==", "W10=", "eyJjaGFsbGVuZ2UiOiAxfQ==", "é" * 100])
def test_h6_no_proof_is_proof(office: Office, proof: str) -> None:
    assert not work_proof.is_proved(proof, form_key=uuid.uuid4())


def test_an_old_challenge_and_one_of_somebody_elses_making_prove_nothing(office: Office) -> None:
    key = str(uuid.uuid4())
    old = work_proof.challenge(form_key=key, at=timezone.now() - timedelta(hours=3))
    forged = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=1, data={"form": key}, hmac_secret="guessed", hmac_key_secret="guessed")

    assert not work_proof.is_proved(solved(old), form_key=key)
    assert not work_proof.is_proved(solved(json.dumps(forged.to_dict())), form_key=key)
