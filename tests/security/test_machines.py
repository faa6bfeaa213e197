"""What slow networks and broken parts must not do: G12 keep a transaction open, K13 let anybody through."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from complaints import tasks
from complaints.models import Apology, Complaint
from intake.models import Submission
from intake.services import channels
from tests.factories.cases import Office, Walk
from tests.intake.conftest import WORDS
from tests.smtp import Sink, serving

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"


class Watch:
    """Looks, from a connection of its own, whether somebody keeps a transaction open just now."""

    def __init__(self) -> None:
        given = {
            key: value for key, value in connection.get_connection_params().items() if key in ("host", "port", "user", "password", "dbname")
        }
        self.connection = psycopg.connect(**given, autocommit=True)
        self.seen: list[int] = []

    def look(self) -> None:
        row = self.connection.execute(OPEN).fetchone()
        assert row is not None
        self.seen.append(row[0])


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.connection.close()


# --- G12 ------------------------------------------------------------------------------------------------------------
def test_g12_no_transaction_is_open_while_a_mail_server_takes_its_time(watch: Watch, now: datetime, settings: Any) -> None:
    sink = Sink()

    def slow(_address: str) -> None:
        watch.look()

    sink.refuse = slow
    server = serving(sink)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    try:
        case = Walk(Office.found(), now).case
        assert tasks.deliver_outbox() == 1
    finally:
        server.stop()
    assert watch.seen == [0]
    assert len(sink.mails) == 1
    assert case.number in sink.mails[0]["Subject"]


class Trickle(io.BytesIO):
    """A body that comes in small pieces; between them somebody looks at the database."""

    def __init__(self, content: bytes, watch: Watch) -> None:
        super().__init__(content)
        self.watch = watch

    def read(self, size: int | None = -1) -> bytes:
        self.watch.look()
        return super().read(1000 if size is None or size < 0 else min(size, 1000))


def test_g12_no_transaction_is_open_while_an_upload_trickles_in(watch: Watch) -> None:
    Office.found()
    channels.seed()
    fields = {
        "form_key": str(uuid.uuid4()),
        "story": "热水壶漏水。" * 900,
        "demands": "apology",
        "mode": "real_name",
        "name": "王芳",
        "phone": "13800138000",
    }
    edge = "edge0123456789"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    body = "".join([*parts, f"--{edge}--\r\n"]).encode()
    given: dict[str, Any] = {"wsgi.input": Trickle(body, watch), "CONTENT_LENGTH": str(len(body))}
    given["CONTENT_TYPE"] = f"multipart/form-data; boundary={edge}"

    answer = Client().generic("POST", "/complain/", b"", **given)

    assert answer.status_code == 302
    assert Complaint.objects.count() == 1
    assert len(watch.seen) > 5
    assert set(watch.seen) == {0}


# --- K13 ------------------------------------------------------------------------------------------------------------
@contextmanager
def broken(*tables: str) -> Iterator[None]:
    """Whoever asks one of these tables gets no answer."""

    def execute(run: Any, statement: str, *rest: Any) -> Any:
        if any(f'"{table}' in str(statement) for table in tables):
            raise OperationalError("canceling statement due to statement timeout")
        return run(statement, *rest)

    with connection.execute_wrapper(execute):
        yield


@pytest.mark.parametrize("table", ["staff_membership", "auth_permission", "complaints_recusal"])
def test_k13_when_rights_cannot_be_asked_nobody_gets_in(now: datetime, table: str) -> None:
    office = Office.found()
    case = Walk(office, now).case
    client = Client(raise_request_exception=False)
    client.force_login(office.agent)
    page = reverse("admin:complaints_complaint_change", args=[case.pk])
    assert client.get(page).status_code == 200

    with broken(table):
        for address in (page, reverse("admin:complaints_complaint_changelist")):
            answer = client.get(address)
            assert answer.status_code in (403, 404, 503), address
            assert case.number not in answer.content.decode()
        act = reverse("admin:complaints_complaint_act", args=[case.pk, "apologize"])
        assert client.post(act, {"seen": 1, "words": "非常抱歉"}).status_code in (403, 404, 503)
    assert not Apology.objects.exists()


def test_k13_when_time_limits_cannot_be_reckoned_the_words_are_kept_and_no_case_is_opened_without_one() -> None:
    Office.found()
    channels.seed()
    with broken("escalation_"):
        answer = Client(raise_request_exception=False).post("/complain/", {"form_key": str(uuid.uuid4()), **WORDS})

    assert answer.status_code in (202, 503)
    assert Complaint.objects.count() == 0
    assert Submission.objects.count() == (1 if answer.status_code == 202 else 0)
