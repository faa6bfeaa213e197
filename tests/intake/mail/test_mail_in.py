"""Mails are kept first and understood afterwards; what dies in between loses nothing and doubles nothing; nothing is answered that must not be."""

from __future__ import annotations

import io
import os
import socket
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from complaints import outbox, signing
from complaints.models import Complaint, IdentityLook, Message
from complaints.services import filing, messages, recusals
from complaints.services.inputs import DemandInput, PartyInput
from complaints.workflow import Actor, Medium, Mode
from intake import tasks
from intake.models import Channel, Filing, Hold, Submission
from intake.services import mail_in
from tests.factories.cases import Office
from tests.intake.mail.conftest import CORPUS, MAILBOX, filled_in, letter

pytestmark = pytest.mark.django_db
Ingest = Callable[[bytes], Submission]


def mail_of(name: str, case: Complaint, office: Office) -> bytes:
    return filled_in((CORPUS / f"{name}.eml").read_bytes(), case, office)


def confidential_case(office: Office) -> Complaint:
    return filing.file(
        story="主管收了回扣。", demands=[DemandInput("heard")], medium=Medium.WEB, department=office.reception, by=Actor.COMPLAINANT,
        complainant=PartyInput(name="周芷", email="zhou@example.com", mode=Mode.CONFIDENTIAL), at=timezone.now(),
    )  # fmt: skip


# --- kept, then understood ------------------------------------------------------------------------------------------
def test_a_mail_becomes_a_case_with_a_receipt(ingest: Ingest) -> None:
    submission = ingest(letter("热水壶漏水，请退款。"))

    case = submission.filing.complaint
    assert case.story == "投诉\n\n热水壶漏水，请退款。"
    assert (case.medium, case.complainant.name, case.complainant.email) == ("email", "李雷", "li@example.com")
    assert case.complainant.mode == Mode.REAL_NAME
    receipt = case.messages.get()
    assert (receipt.kind, receipt.state, receipt.medium) == ("receipt", "queued", "email")


def test_the_same_mail_twice_is_one_submission_and_one_case(ingest: Ingest) -> None:
    ingest(letter())
    ingest(b"Delivered-To: complaints@shop.example\r\nReceived: by another server\r\n" + letter())

    assert (Submission.objects.count(), Complaint.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_two_mails_under_one_message_id_are_two_and_none_is_lost(ingest: Ingest) -> None:
    ingest(letter("第一封。"))
    ingest(letter("第二封。"))

    assert sorted(case.story[-4:] for case in Complaint.objects.all()) == ["第一封。", "第二封。"]


def test_a_mail_that_was_only_kept_is_understood_by_the_worker(office: Office, known_case: Complaint) -> None:
    at = timezone.now() - timedelta(minutes=5)
    new = mail_in.store(raw=letter(), at=at)
    reply = mail_in.store(raw=mail_of("reply-in-reply-to", known_case, office), at=at)
    automatic = mail_in.store(raw=mail_of("held-automatic-generated", known_case, office), at=at)

    tasks.file_waiting()
    tasks.file_waiting()

    assert Filing.objects.get(submission=new).complaint != known_case
    assert Filing.objects.get(submission=reply).complaint == known_case
    assert Hold.objects.get(submission=automatic).why == Hold.Why.AUTOMATIC
    assert Submission.objects.waiting(since_before=timezone.now()).count() == 0
    assert known_case.messages.filter(direction="in").count() == 1


def test_d8_a_mail_that_cannot_be_filed_stays_kept_and_goes_to_a_person_after_an_hour(office: Office) -> None:
    first = mail_in.store(raw=letter(), at=timezone.now() - timedelta(hours=2))
    with connection.cursor() as cursor:  # a constraint no mail can meet: filing fails, whatever is tried
        cursor.execute("ALTER TABLE complaints_complaint ADD CONSTRAINT broken CHECK (medium <> 'email') NOT VALID")
    second = mail_in.ingest(raw=letter("下一封。", message_id="<2@example.com>"), at=timezone.now())

    tasks.file_waiting()

    assert Hold.objects.get(submission=first).why == Hold.Why.FAILED
    assert not Hold.objects.filter(submission=second).exists()
    assert Submission.objects.waiting(since_before=timezone.now()).get() == second


def test_payload_holds_no_identity_and_the_claim_is_encrypted(ingest: Ingest) -> None:
    """I4: identity headers stand in no words, no history, no search; the raw form alone shows them."""
    raw = letter(
        sender="李雷 <canary-from@example.com>",
        message_id="<canary-id@example.com>",
        Reply_To="canary-reply@example.com",
        Received="from canary-host [203.0.113.77] by mx.example.com",
        X_Originating_IP="203.0.113.77",
    )
    submission = ingest(raw)

    assert submission.payload == {"subject": "投诉", "story": "热水壶漏水。"}
    assert submission.claimed == {"name": "李雷", "email": "canary-from@example.com", "reply_to": "canary-reply@example.com"}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            columns = "row(payload, claim, external_id, digest)" if table == "intake_submission" else "t"
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE ({columns})::text ~ %s', ["canary-(id|host|reply)|203\\.0\\.113"])
            assert cursor.fetchone() == (0,), table
            if table not in {"complaints_party", "complaints_customer"}:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE ({columns})::text LIKE %s', ["%canary-from%"])
                assert cursor.fetchone() == (0,), table


def test_i4_asking_for_confidence_changes_nothing_a_machine_could_promise(office: Office, known_case: Complaint, ingest: Ingest) -> None:
    """A mail bears its sender's address: it is in real name, until a person decides otherwise."""
    submission = ingest(mail_of("case-confidential-asked", known_case, office))
    assert submission.filing.complaint.complainant.mode == Mode.REAL_NAME


def test_i4_logs_hold_no_word_of_a_mail(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaints_party ADD CONSTRAINT broken CHECK (email <> 'li@example.com') NOT VALID")

    mail_in.ingest(raw=letter(), at=timezone.now())

    assert "could not be understood" in caplog.text
    assert "li@example.com" not in caplog.text
    assert "漏水" not in caplog.text


# --- who may read it ------------------------------------------------------------------------------------------------
def raw_page(client: Client, submission: Submission) -> Any:
    return client.get(f"/admin/intake/submission/{submission.pk}/raw/")


def test_i4_a_look_at_the_raw_mail_of_a_case_is_kept(office: Office, ingest: Ingest, client: Client) -> None:
    submission = ingest(letter())
    client.force_login(office.manager)

    assert raw_page(client, submission).content == letter()
    look = IdentityLook.objects.get()
    assert (look.complaint, look.by) == (submission.filing.complaint, office.manager)


def test_i4_the_raw_mail_on_a_confidential_case_stays_shut_like_the_vault(office: Office, ingest: Ingest, client: Client) -> None:
    case = confidential_case(office)
    submission = ingest(letter("补充。", In_Reply_To=f"<{signing.mail_token(case.pk)}.{'0' * 16}@redress.shop.example>"))
    assert submission.filing.complaint == case
    client.force_login(office.manager)

    answer = raw_page(client, submission)

    assert answer.status_code == 403
    assert b"li@example.com" not in answer.content


@pytest.mark.parametrize("role", ["agent", "investigator", "head", "personnel", "employee"])
def test_i4_who_does_not_look_after_messages_never_reads_a_raw_mail(role: str, office: Office, ingest: Ingest, client: Client) -> None:
    submission = ingest(letter())
    client.force_login(getattr(office, role))
    answer = raw_page(client, submission)
    assert answer.status_code in (403, 404)
    assert b"li@example.com" not in answer.content


def test_a_mail_that_came_back_shows_what_it_repeats_to_nobody_who_is_named_in_the_case(
    office: Office, known_case: Complaint, ingest: Ingest, client: Client
) -> None:
    submission = ingest(mail_of("held-bounce-report", known_case, office))
    assert submission.payload == {}
    client.force_login(office.manager)
    assert raw_page(client, submission).status_code == 200
    assert IdentityLook.objects.get().complaint == known_case

    recusals.name(complaint_id=known_case.pk, user=office.manager, by=office.reception_head, at=timezone.now())

    assert raw_page(client, submission).status_code == 404


def test_what_came_by_no_mail_has_no_raw_form(office: Office, client: Client, send: Callable[..., Any]) -> None:
    send()
    client.force_login(office.manager)
    assert raw_page(client, Submission.objects.get()).status_code == 404


# --- threads --------------------------------------------------------------------------------------------------------
def test_d6_the_token_says_nothing_and_cannot_be_made_up(office: Office, known_case: Complaint) -> None:
    token = signing.mail_token(known_case.pk)

    assert signing.case_of_mail_token(token) == known_case.pk
    assert signing.case_of_mail_token(token.upper()) == known_case.pk
    others = [signing.mail_token(pk) for pk in range(known_case.pk + 1, known_case.pk + 50)]
    assert len({each[-10:] for each in [token, *others]}) == 50  # the id is not to be read from its end either
    for at in range(32):
        altered = token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :]
        assert signing.case_of_mail_token(altered) is None
    for odd in ("", "a", token + "a", token[:-1], "1" * 32, "ü" * 32, "=" * 32):
        assert signing.case_of_mail_token(odd) is None


def test_d6_our_mails_bear_the_token_in_what_a_reply_repeats(office: Office, known_case: Complaint) -> None:
    row = known_case.messages.get()
    assert row.message_id.startswith(f"<{signing.mail_token(known_case.pk)}.")
    again = messages.send(complaint=known_case, kind=Message.Kind.SURVEY, by=Actor.SYSTEM, at=timezone.now())
    assert again.message_id != row.message_id


def test_d6_the_mail_of_an_employee_bears_none(office: Office) -> None:
    row = messages.notify_employee(user=office.agent, subject="x", text="y", at=timezone.now(), by=Actor.SYSTEM)
    assert "." not in row.message_id.split("@")[0]


@pytest.mark.parametrize("address", ["", MAILBOX])
def test_d6_a_reply_goes_to_the_mailbox_under_the_token_where_there_is_one(
    address: str, office: Office, known_case: Complaint, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.MAIL_IN_ADDRESS = address
    (row,) = outbox.claim(timezone.now(), 1)
    assert outbox.deliver(row, timezone.now())

    assert mailoutbox[0].reply_to == ([f"complaints+{signing.mail_token(known_case.pk)}@shop.example"] if address else [])


def test_d6_a_token_of_an_erased_case_opens_a_new_one(office: Office, known_case: Complaint, ingest: Ingest) -> None:
    from complaints.models import Erasure

    Erasure.objects.create(complaint=known_case, reason="asked", actor=Actor.SYSTEM, at=timezone.now())
    submission = ingest(mail_of("reply-in-reply-to", known_case, office))
    assert submission.filing.complaint != known_case
    assert known_case.messages.filter(direction="in").count() == 0


def test_d6_a_reply_to_a_confidential_case_is_kept_there_and_tells_nobody(office: Office, ingest: Ingest) -> None:
    case = confidential_case(office)
    before = Message.objects.filter(direction="out").count()

    submission = ingest(letter("补充。", sender="stranger@example.org", To=f"complaints+{signing.mail_token(case.pk)}@shop.example"))

    assert submission.filing.complaint == case
    assert Message.objects.filter(direction="out").count() == before
    assert Complaint.objects.get(pk=case.pk).complainant.email == ""


def test_i4_no_mail_is_joined_to_an_anonymous_case(office: Office, ingest: Ingest) -> None:
    case = filing.file(
        story="匿名。", demands=[DemandInput("heard")], medium=Medium.WEB, department=office.reception, by=Actor.COMPLAINANT,
        complainant=PartyInput(mode=Mode.ANONYMOUS), at=timezone.now(),
    )  # fmt: skip
    submission = ingest(letter("我是谁。", To=f"complaints+{signing.mail_token(case.pk)}@shop.example"))
    assert submission.filing.complaint != case


# --- nothing is answered that must not be ---------------------------------------------------------------------------
def test_d3_automatic_mail_gets_no_answer_and_says_which_case_it_is_about(office: Office, known_case: Complaint, ingest: Ingest) -> None:
    submission = ingest(mail_of("held-automatic-auto-submitted", known_case, office))
    assert known_case.number in submission.hold.detail
    assert known_case.messages.count() == 1


def test_d3_two_machines_that_answer_each_other_come_to_rest(office: Office, known_case: Complaint, ingest: Ingest) -> None:
    """One that hides that it is a machine: it is taken at its word, but nothing goes back."""
    before = Message.objects.filter(direction="out").count()
    for number in range(5):
        ingest(letter("Thank you, we will be in touch.", message_id=f"<{number}@m.example>",
                      In_Reply_To=known_case.messages.get(kind="receipt").message_id))  # fmt: skip
    assert Message.objects.filter(direction="out").count() == before


def test_d3_a_mail_of_ours_that_came_back_is_seen_on_the_message(office: Office, known_case: Complaint, ingest: Ingest) -> None:
    (row,) = outbox.claim(timezone.now(), 1)
    Message.objects.filter(pk=row.pk).update(state="sent", delivered_at=timezone.now(), claimed_at=None)

    submission = ingest(mail_of("held-bounce-report", known_case, office))

    receipt = known_case.messages.get()
    assert receipt.state == Message.State.FAILED
    assert "5.1.1" in receipt.last_error
    assert known_case.number in submission.hold.detail
    assert "wang@example.com" not in submission.hold.detail + receipt.last_error


@pytest.mark.parametrize("name", ["held-bounce-delayed", "held-bounce-null-return-path"])
def test_d3_what_is_only_late_counts_as_sent(name: str, office: Office, known_case: Complaint, ingest: Ingest) -> None:
    (row,) = outbox.claim(timezone.now(), 1)
    Message.objects.filter(pk=row.pk).update(state="sent", delivered_at=timezone.now(), claimed_at=None)
    ingest(mail_of(name, known_case, office))
    assert known_case.messages.get().state == Message.State.SENT


def test_d3_d5_a_flood_of_one_sender_is_held_and_others_are_heard(office: Office, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "mail": (5, 3600)}
    at = timezone.now()
    for number in range(8):
        mail_in.ingest(raw=letter(f"{number}", message_id=f"<{number}@example.com>"), at=at)
    mail_in.ingest(raw=letter(sender="other@example.com", message_id="<other@example.com>"), at=at)

    assert list(Hold.objects.values_list("why", flat=True)) == ["flood"] * 3
    assert Complaint.objects.count() == 6
    assert Message.objects.filter(complaint__complainant__email="li@example.com", kind="receipt", state="queued").count() == 3  # D5


def test_d2_a_receipt_has_exactly_the_recipient_the_sender_line_has(
    office: Office, known_case: Complaint, ingest: Ingest, mailoutbox: list[Any]
) -> None:
    for name in ("case-two-senders", "case-address-in-name", "case-header-in-name", "case-address-with-parenthesis"):
        ingest(mail_of(name, known_case, office))
    while claimed := outbox.claim(timezone.now(), 1):
        outbox.deliver(claimed[0], timezone.now())

    assert sorted(mail.recipients() for mail in mailoutbox) == [["evil@example.com"], ["li@example.com"], ["wang@example.com"]]


def test_d12_links_in_the_receipt_come_from_the_settings(office: Office, ingest: Ingest) -> None:
    case = ingest(letter(Host="evil.test", To="complaints@evil.test")).filing.complaint
    receipt = case.messages.get()
    assert "https://redress.shop.example/track/" in receipt.text
    assert "evil.test" not in receipt.text + receipt.html
    assert receipt.message_id.endswith("@redress.shop.example>")


def test_c7_a_name_like_a_template_stays_what_it_is(office: Office, known_case: Complaint, ingest: Ingest, settings: Any) -> None:
    case = ingest(mail_of("case-template-in-name", known_case, office)).filing.complaint
    name = "{{ settings.SECRET_KEY }}{% include x %}{0.__class__}%(x)s"
    assert case.complainant.name == name

    survey = messages.send(complaint=case, kind=Message.Kind.SURVEY, by=Actor.SYSTEM, at=timezone.now())

    assert settings.SECRET_KEY not in survey.text + survey.html
    assert name in survey.text


def test_c3_nothing_is_fetched_and_nothing_runs(office: Office, known_case: Complaint, ingest: Ingest, client: Client) -> None:
    hits: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        port = str(listener.getsockname()[1])

        def listen() -> None:
            try:
                hits.append(listener.accept())
            except TimeoutError:
                return

        waiting = threading.Thread(target=listen)
        waiting.start()
        raw = mail_of("case-html-tracking-pixel", known_case, office).replace(b"127.0.0.1:9/", f"127.0.0.1:{port}/".encode())
        pixel = ingest(raw).filing.complaint
        waiting.join()
    script = ingest(mail_of("case-html-nested-script", known_case, office)).filing.complaint
    client.force_login(office.manager)
    page = client.get(f"/admin/complaints/complaint/{script.pk}/change/").content.decode()

    assert hits == []
    assert pixel.story == "pixel\n\nThe kettle leaks."
    assert "alert(1)</scr" not in page
    assert "onerror=alert" not in page
    assert "<scr<script>" not in page


# --- the command ----------------------------------------------------------------------------------------------------
def test_the_mail_server_shall_try_again_while_the_database_is_away(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(letter())))

    def gone(*_args: Any, **_options: Any) -> Any:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(gone), pytest.raises(SystemExit) as ended:
        call_command("ingest_mail")

    assert ended.value.code == os.EX_TEMPFAIL
    assert Submission.objects.count() == 0
    assert "李雷" not in capsys.readouterr().err


@pytest.mark.parametrize(("channel", "code"), [("closed", os.EX_UNAVAILABLE), ("missing", os.EX_TEMPFAIL)])
def test_without_a_channel_the_mail_is_refused_or_kept_by_the_mail_server(channel: str, code: int, office: Office, ingest: Ingest) -> None:
    emails = Channel.objects.filter(code="email")
    emails.update(active=False) if channel == "closed" else emails.delete()
    with pytest.raises(SystemExit) as ended:
        ingest(letter())
    assert ended.value.code == code


def test_what_the_command_reports_as_stored_another_process_sees(transactional_db: None, ingest: Ingest) -> None:
    ingest(letter())
    given = {
        key: value for key, value in connection.get_connection_params().items() if key in {"host", "port", "user", "password", "dbname"}
    }
    with psycopg.connect(**given) as other:
        assert other.execute("SELECT count(*) FROM intake_submission").fetchall() == [(1,)]
