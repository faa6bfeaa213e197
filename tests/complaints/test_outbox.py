"""The outbox against a real SMTP server: once for the recipient whatever happens, one bad address hurts nobody else."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from complaints import outbox, signing, tasks
from complaints.models import Complaint, Message
from complaints.services import messages
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Medium
from staff.roles import Role
from staff.services import users
from tests.factories.cases import Office, Walk
from tests.factories.staff import UserFactory, person
from tests.smtp import DROP, Sink

pytestmark = pytest.mark.django_db


def case_of(office: Office, at: datetime, email: str = "wang@example.com", **who: Any) -> Complaint:
    return Walk(office, at, complainant=replace(PartyInput(name="王芳", email=email, language="en"), **who)).case


def send_one(at: datetime) -> Message:
    """Claim and deliver what waits longest; the row afterwards."""
    (claimed,) = outbox.claim(at, 1)
    outbox.deliver(claimed, at)
    return Message.objects.get(pk=claimed.pk)


def test_a_receipt_reaches_exactly_its_recipient(office: Office, now: datetime, sink: Sink) -> None:
    case = case_of(office, now)

    row = send_one(now)

    assert (row.state, row.delivered_at, row.attempts) == (Message.State.SENT, now, 1)
    assert sink.recipients == [["wang@example.com"]]
    mail = sink.mails[0]
    assert mail["To"] == "wang@example.com"
    assert case.number in mail["Subject"]
    assert mail["Message-ID"] == row.message_id
    assert row.message_id.endswith("@localhost>")
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_d3_our_mail_says_that_a_machine_wrote_it(office: Office, now: datetime, sink: Sink) -> None:
    case = case_of(office, now)
    send_one(now)
    messages.send(complaint=case, kind=Message.Kind.SURVEY, by=Actor.SYSTEM, at=now)
    send_one(now)

    assert [mail["Auto-Submitted"] for mail in sink.mails] == ["auto-replied", "auto-generated"]
    assert {mail["X-Auto-Response-Suppress"] for mail in sink.mails} == {"All"}


def test_a2_the_code_is_in_the_mail_and_in_no_row(office: Office, now: datetime, sink: Sink) -> None:
    case = case_of(office, now)
    code = signing.code_for(case.code_key)

    row = send_one(now)

    assert code in sink.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # both bodies are there
    assert code in sink.mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]  # both bodies are there
    assert outbox.CODE_MARK in row.text
    assert outbox.CODE_MARK in row.html
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s', [f"%{code}%", f"%{code.replace('-', '')}%"]
            )
            assert cursor.fetchone() == (0,), table


def test_the_mark_is_replaced_in_receipts_and_codes_alone(office: Office, now: datetime, sink: Sink) -> None:
    case = case_of(office, now)
    send_one(now)
    messages.write(complaint_id=case.pk, by=office.agent, at=now, text=f"code? {outbox.CODE_MARK}")

    send_one(now)

    assert signing.code_for(case.code_key) not in str(sink.mails[1])


def test_e5_the_link_to_a_new_password_is_made_at_delivery(now: datetime, sink: Sink, client: Any) -> None:
    user = UserFactory.create(email="zhou@example.com", language="en")
    messages.send_password_reset(user=user, at=now)

    row = send_one(now)

    text = sink.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # both bodies are there
    link = next(line for line in text.splitlines() if line.startswith("http://localhost:8000/admin/reset/"))
    assert sink.recipients == [["zhou@example.com"]]
    assert "/reset/" not in row.text + row.html
    assert client.get(link.removeprefix("http://localhost:8000")).url.endswith("/set-password/")


def test_e5_who_loses_an_address_is_told_at_that_address(now: datetime, sink: Sink) -> None:
    user, manager = UserFactory.create(email="old@example.com", language="en"), person(Role.MANAGER)
    users.update(user=user, name=user.name, email="new@example.com", phone="", language="en", by=manager, at=now)

    send_one(now)
    send_one(now)

    assert sorted(sink.recipients) == [["new@example.com"], ["old@example.com"]]
    assert "old@example.com" not in "".join(row.text + row.html for row in Message.objects.all())


# --- D13: what a server can do to us --------------------------------------------------------------------------------
def test_d13_a_refused_address_fails_where_staff_see_it(office: Office, now: datetime, sink: Sink) -> None:
    case_of(office, now)
    sink.rcpt = ["550 no such mailbox"]

    row = send_one(now)

    assert row.state == Message.State.FAILED
    assert "550" in row.last_error
    assert outbox.claim(now + timedelta(days=30), 1) == []


def test_d13_a_busy_server_gets_the_same_message_later(office: Office, now: datetime, sink: Sink) -> None:
    case_of(office, now)
    sink.rcpt = ["421 try later"]

    row = send_one(now)
    assert row.state == Message.State.QUEUED
    assert row.next_attempt_at is not None
    assert timedelta(seconds=45) < row.next_attempt_at - now < timedelta(seconds=75)
    assert outbox.claim(now, 1) == []

    later = send_one(row.next_attempt_at)
    assert (later.state, later.attempts) == (Message.State.SENT, 2)
    assert [mail["Message-ID"] for mail in sink.mails] == [row.message_id]


def test_d13_a_connection_lost_after_the_data_sends_again_under_the_same_id(office: Office, now: datetime, sink: Sink) -> None:
    case_of(office, now)
    sink.data = [DROP]

    row = send_one(now)
    assert row.state == Message.State.QUEUED
    assert row.next_attempt_at is not None
    send_one(row.next_attempt_at)

    assert [mail["Message-ID"] for mail in sink.mails] == [row.message_id, row.message_id]


def test_d13_no_server_is_not_the_message_s_fault(office: Office, now: datetime, settings: Any, sink: Sink) -> None:
    case_of(office, now)
    settings.EMAIL_PORT = 1

    assert send_one(now).state == Message.State.QUEUED


def test_d13_content_that_is_refused_fails(office: Office, now: datetime, sink: Sink) -> None:
    case_of(office, now)
    sink.data = ["554 looks like spam"]

    assert send_one(now).state == Message.State.FAILED


def test_d13_giving_up_after_eight_attempts_is_visible(office: Office, now: datetime, sink: Sink) -> None:
    case_of(office, now)
    sink.rcpt = ["451 busy"] * 9
    at, waits = now, []
    row = send_one(at)
    while row.state == Message.State.QUEUED:
        assert row.next_attempt_at is not None
        waits.append(row.next_attempt_at - at)
        at = row.next_attempt_at
        row = send_one(at)

    assert (row.state, row.attempts) == (Message.State.FAILED, outbox.MAX_ATTEMPTS)
    assert waits == sorted(waits)
    assert timedelta(hours=12) < sum(waits, timedelta()) < timedelta(hours=26)


def test_d13_one_bad_address_never_holds_up_the_others(office: Office, now: datetime, sink: Sink) -> None:
    sink.refuse = lambda address: "550 unknown" if address.startswith("bad") else None
    for number in range(3):
        case_of(office, now, f"bad{number}@example.com")
        case_of(office, now, f"good{number}@example.com")

    assert tasks.deliver_outbox() == 3

    assert sink.recipients == [["good0@example.com"], ["good1@example.com"], ["good2@example.com"]]
    assert Message.objects.filter(state=Message.State.FAILED).count() == 3


def test_a_fault_of_ours_is_logged_and_holds_up_nobody(
    office: Office, now: datetime, sink: Sink, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    case_of(office, now)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "body_of", lambda _message: 1 / 0)
        row = send_one(now)

    assert (row.state, row.last_error) == (Message.State.QUEUED, "ZeroDivisionError")
    assert "could not be sent" in caplog.text


# --- D2: recipients and headers -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "a@b.example,evil@x.example",
        "a@b.example\nBcc: evil@x.example",
        '"a@b.example" <evil@x.example>',
        "a b@x.example",
        "@x.example",
        "a@",
    ],
)
def test_d2_what_is_not_one_address_is_never_sent_to(office: Office, now: datetime, sink: Sink, address: str) -> None:
    case = case_of(office, now)
    type(case.complainant).objects.filter(pk=case.complainant_id).update(email=address)

    assert send_one(now).state == Message.State.FAILED
    assert sink.recipients == []


def test_d2_no_name_or_subject_makes_a_header(office: Office, now: datetime, sink: Sink) -> None:
    case = case_of(office, now, name='"x" <evil@x.example>,')
    send_one(now)
    office_name = type(office.agent).objects.get(pk=office.agent.pk)
    messages.notify_employee(user=office_name, subject="Hello\r\nBcc: evil@x.example", text="text", at=now, by=Actor.SYSTEM)
    messages.send(complaint=case, kind=Message.Kind.SURVEY, by=Actor.SYSTEM, at=now)
    send_one(now)
    send_one(now)

    assert [len(to) for to in sink.recipients] == [1, 1, 1]
    assert not any("evil" in address for to in sink.recipients for address in to)
    assert all(mail["Bcc"] is None for mail in sink.mails)


# --- claims ---------------------------------------------------------------------------------------------------------
def test_a_claim_of_a_dead_worker_returns(office: Office, now: datetime, sink: Sink) -> None:
    case_of(office, now)
    (taken,) = outbox.claim(now, 5)
    assert outbox.claim(now + timedelta(minutes=9), 5) == []

    assert outbox.claim(now + timedelta(minutes=10), 5) == []  # back in the queue, a little later than at once
    (again,) = outbox.claim(now + timedelta(minutes=12), 5)
    assert again.pk == taken.pk

    outbox.deliver(taken, now + timedelta(minutes=12))  # the dead one was only slow: its mark no longer counts
    assert Message.objects.get(pk=taken.pk).state == Message.State.SENDING


def test_a_message_that_kills_its_worker_eight_times_is_given_up(office: Office, now: datetime) -> None:
    case_of(office, now)
    at = now
    for _time in range(outbox.MAX_ATTEMPTS):
        assert len(outbox.claim(at, 1)) == 1
        at += timedelta(days=1)
        outbox.claim(at, 1)
        at += timedelta(days=1)

    assert outbox.claim(at, 1) == []
    assert Message.objects.get().state == Message.State.FAILED


def test_stuck_means_due_and_untouched(office: Office, now: datetime) -> None:
    assert not outbox.is_stuck(now)
    case_of(office, now)
    assert not outbox.is_stuck(now + timedelta(minutes=4))
    assert outbox.is_stuck(now + timedelta(minutes=6))
    outbox.claim(now + timedelta(minutes=6), 1)
    assert not outbox.is_stuck(now + timedelta(minutes=7))
    assert outbox.is_stuck(now + timedelta(minutes=30))


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(now: datetime, sink: Sink) -> None:
    office = Office.found()
    for number in range(12):
        case_of(office, now, f"customer{number}@example.com")
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        try:
            tasks.deliver_outbox()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(sink.recipients) == sorted([f"customer{number}@example.com"] for number in range(12))
    assert set(Message.objects.values_list("state", "attempts")) == {(Message.State.SENT, 1)}


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_neither_message_nor_task(now: datetime) -> None:
    from django_q.models import OrmQ

    office = Office.found()
    with transaction.atomic():
        case_of(office, now)
        assert Message.objects.exists()
        transaction.set_rollback(True)

    assert not Message.objects.exists()
    assert not OrmQ.objects.exists()
    case_of(office, now)
    assert OrmQ.objects.count() == 1


# --- text messages --------------------------------------------------------------------------------------------------
class Gateway:
    """An HTTP server that answers what it is told and keeps what it was sent."""

    def __init__(self) -> None:
        from http.server import BaseHTTPRequestHandler, HTTPServer

        gateway = self
        self.answers: list[int] = []
        self.taken: list[tuple[str | None, bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.taken.append((self.headers["Authorization"], content))
                status = gateway.answers.pop(0) if gateway.answers else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")  # type: ignore[attr-defined]  # of an HTTP server
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/send"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def gateway(settings: Any) -> Any:
    gateway = Gateway()
    settings.SMS_URL, settings.SMS_TOKEN = gateway.url, "secret"
    yield gateway
    gateway.stop()


def test_who_has_only_a_phone_gets_a_text_message(office: Office, now: datetime, gateway: Gateway) -> None:
    case = case_of(office, now, email="", phone="13800138000")

    row = send_one(now)

    assert (row.medium, row.state) == (Medium.SMS, Message.State.SENT)
    authorization, content = gateway.taken[0]
    assert authorization == "Bearer secret"
    assert b'"to": "13800138000"' in content
    assert reverse("admin:index") not in content.decode()
    assert case.number in content.decode()


@pytest.mark.parametrize(("answer", "state"), [(503, "queued"), (429, "queued"), (401, "queued"), (302, "queued"), (422, "failed")])
def test_what_the_gateway_says_decides(office: Office, now: datetime, gateway: Gateway, answer: int, state: str) -> None:
    case_of(office, now, email="", phone="13800138000")
    gateway.answers = [answer]

    assert send_one(now).state == state
    assert len(gateway.taken) == 1  # a redirect is not followed: the token stays where it belongs
