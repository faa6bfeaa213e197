"""What a filing costs the database, and that nothing of it is half done."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from complaints.models import Complaint, Demand, Message, StepChange
from complaints.signing import code_for
from intake.models import Attempt, Filing, Submission
from intake.services import channels, submit
from tests.factories.cases import Office
from tests.intake.conftest import WORDS

pytestmark = pytest.mark.django_db(transaction=True)
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def company() -> Office:
    office = Office.found()
    channels.seed()
    return office


def statements(act: Any) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        act()
    return [query["sql"] for query in seen]


def test_a_filing_without_files_is_exactly_one_commit_with_all_its_rows(company: Office) -> None:
    Client().post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS, "email": "first@example.com"})  # what is loaded once is loaded

    said = statements(lambda: Client().post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS, "email": "wang@example.com"}))

    assert said.count("COMMIT") == said.count("BEGIN") == 1
    within = said[said.index("BEGIN") : said.index("COMMIT")]
    assert [each for each in said if each.startswith(WRITES) and each not in within] == []
    for model in (Submission, Filing, Complaint, Demand, StepChange, Message, OrmQ, Attempt, Complaint.history.model):
        assert any(each.startswith(f'INSERT INTO "{model._meta.db_table}"') for each in within), model
    assert (Submission.objects.count(), Complaint.objects.count(), Attempt.objects.count()) == (2, 2, 2)


def test_filing_tracking_writing_and_leaving_keep_no_session(company: Office) -> None:
    client = Client()
    client.post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS})
    client.get("/thanks/")
    client.post("/track/", {"code": code_for(Complaint.objects.get().code_key)})
    client.post("/track/case/write/", {"write-text": "请尽快联系我。"})
    page = client.get("/track/case/")
    client.post("/track/leave/")

    assert "请尽快联系我。" in page.content.decode()
    assert not Session.objects.exists()
    assert "sessionid" not in client.cookies


def test_the_tracking_page_is_read_in_a_constant_number_of_queries(company: Office) -> None:
    client = Client()
    client.post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS})
    client.post("/track/", {"code": code_for(Complaint.objects.get().code_key)})
    client.get("/track/case/")

    said = statements(lambda: client.get("/track/case/"))

    assert len(said) <= 10
    assert not [each for each in said if each.startswith(WRITES)]


def test_k1_what_breaks_after_the_submission_was_stored_rolls_back_to_it_alone(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """K1: the case is broken off half-way; the submission stands, and nothing of the case does."""
    real = StepChange.expected_hash

    def breaks(_self: StepChange) -> str:
        raise RuntimeError("broken")

    monkeypatch.setattr(StepChange, "expected_hash", breaks)
    key = str(uuid.uuid4())
    answer = Client().post("/complain/", {"form_key": key, **WORDS})

    assert answer.status_code == 202
    assert (Submission.objects.count(), Complaint.objects.count(), Message.objects.count()) == (1, 0, 0)
    monkeypatch.setattr(StepChange, "expected_hash", real)
    assert Client().post("/complain/", {"form_key": key, **WORDS})["Location"] == "/thanks/"
    assert (Submission.objects.count(), Complaint.objects.count()) == (1, 1)


def test_whatever_breaks_beside_the_filing_leaves_the_words_stored(company: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error after the case was opened undoes the case, not the submission; the worker opens it later, as of when it arrived."""

    def breaks(**_given: object) -> None:
        raise RuntimeError("broken")

    payload, key, channel = {"story": "热水器漏水。", "demands": ["repair"]}, uuid.uuid4(), channels.web()
    assert channel is not None
    with monkeypatch.context() as patch:
        patch.setattr("intake.services.questions.answer", breaks)
        sent = submit.submit(channel=channel, form_key=key, language="zh-hans", payload=payload, claim={"phone": "13800138000"}, at=now)
    assert sent.complaint is None
    submission = Submission.objects.get(form_key=key)
    assert not Complaint.objects.exists()
    later = now + timedelta(minutes=5)
    case = submit.file_stored(submission_id=submission.pk, at=later)
    assert (case.received_at, case.changes.get().at) == (now, later)
