"""What is said, by what medium, in whose words, and how often to whom has not asked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from complaints import outbox
from complaints.models import Complaint, Message
from complaints.permissions import Refused
from complaints.services import codes, messages
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Medium, Outcome
from staff.models import Company
from tests.factories.cases import Office, Walk
from tests.factories.staff import UserFactory

pytestmark = pytest.mark.django_db
State, Kind = Message.State, Message.Kind

#: To employees; and those with words of their own, tested with what sends them (letters, incidents).
OTHERS = (Kind.NOTICE, Kind.PASSWORD_RESET, Kind.LETTER, Kind.INCIDENT)
TO_CUSTOMERS = [kind for kind in Kind if kind not in OTHERS]


def case_of(office: Office, at: datetime, **who: Any) -> Complaint:
    given = replace(PartyInput(name="王芳", email="wang@example.com", language="en"), **who)
    return Walk(office, at, complainant=given).case


def receipt_of(case: Complaint) -> Message:
    return Message.objects.get(complaint=case, kind=Kind.RECEIPT)


# --- words ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "zh-hans", "tlh"])
@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_every_kind_has_words_in_every_language(office: Office, now: datetime, kind: str, language: str) -> None:
    case = case_of(office, now, email=f"{kind}@example.com", language=language)
    row = messages.send(complaint=case, kind=kind, by=office.agent, at=now, text="我们的话", extra={"outcome": Outcome.WITHDRAWN})

    assert (row.state, row.medium, row.language) == (State.QUEUED, Medium.EMAIL, language)
    assert case.number in row.subject
    assert "\n" not in row.subject
    assert case.number in row.text
    assert "http://localhost:8000/track/" in row.text
    assert "http://localhost:8000/track/" in row.html
    assert "{{" not in row.text + row.html
    assert "&#x27;" not in row.text


def test_the_apology_is_the_person_s_own_words_signed_by_name(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    row = messages.send(complaint=case, kind=Kind.APOLOGY, by=office.agent, at=now, text="I am sorry,\nit was our fault.")

    assert "I am sorry,\nit was our fault." in row.text
    assert "林小雨" in row.text
    assert "I am sorry,<br>it was our fault." in row.html
    assert (row.actor, row.by) == (Actor.STAFF, office.agent)


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_people_sign_what_they_say_themselves_and_the_company_the_rest(office: Office, now: datetime, kind: str) -> None:
    case = case_of(office, now, email=f"{kind}@example.com")
    row = messages.send(complaint=case, kind=kind, by=office.head, at=now, text="我们的话")
    signed = [office.head.name in part for part in (row.text, row.html)]

    assert signed == [kind in (Kind.APOLOGY, Kind.REPLY, Kind.REQUEST, Kind.ANSWER)] * 2
    assert office.head.name not in row.subject
    assert Company.current().name in row.text


@pytest.mark.parametrize(
    "evil", ["{{ settings.SECRET_KEY }}", "{% include 'x' %}", "{0.__class__}", "%(x)s", "<script>alert(1)</script>", '"><svg/onload=x>']
)
def test_c7_what_people_write_is_text(office: Office, now: datetime, evil: str) -> None:
    case = case_of(office, now, name=evil[:80])
    row = messages.write(complaint_id=case.pk, by=office.agent, at=now, text=f"{evil} {outbox.CODE_MARK}")

    assert row.text.count(evil) == 2
    assert "<script" not in row.html
    assert "<svg" not in row.html


def test_the_record_lists_what_is_to_be_confirmed(office: Office, now: datetime) -> None:
    walk = Walk(office, now, complainant=PartyInput(name="王芳", email="w@example.com"))
    walk.apologize()
    case = walk.record()
    row = messages.send(complaint=case, kind=Kind.RECORD, by=office.agent, at=now)

    for words in (case.facts, "热水器漏水", "两次报修无人上门", "马上来修"):
        assert words in row.text
        assert words in row.html


def test_the_end_is_said_as_it_was(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    for outcome, subject in ((Outcome.MERGED, "has ended"), ("reopened", "again")):
        row = messages.send(complaint=case, kind=Kind.ENDED, by=office.agent, at=now, extra={"outcome": outcome})
        assert subject in row.subject


def test_d12_links_come_from_the_settings(office: Office, now: datetime, settings: Any) -> None:
    settings.SITE_URL = "https://redress.example.com"
    row = receipt_of(case_of(office, now))

    assert "https://redress.example.com/track/" in row.text
    assert row.message_id.endswith("@redress.example.com>")


# --- D5: an address nobody has confirmed ----------------------------------------------------------------------------
def test_d5_a_receipt_quotes_nothing_the_sender_typed(office: Office, now: datetime) -> None:
    row = receipt_of(case_of(office, now, name="BUY CHEAP WATCHES", phone="13800138000"))

    for typed in ("WATCHES", "13800138000", "漏水", "修"):
        assert typed not in row.subject + row.text + row.html
    assert "400-000-0000" in row.text


def test_d5_three_receipts_an_hour_then_the_page_alone(office: Office, now: datetime) -> None:
    victims = ["victim@example.com", "Victim@Example.com", "victim+1@example.com", "victim@example.com", "victim+2@EXAMPLE.com"]
    rows = [receipt_of(case_of(office, now + timedelta(minutes=minute), email=email)) for minute, email in enumerate(victims)]

    assert [row.medium for row in rows] == [Medium.EMAIL] * 3 + [Medium.WEB] * 2
    assert [row.state for row in rows] == [State.QUEUED] * 3 + [State.SENT] * 2
    assert receipt_of(case_of(office, now, email="other@example.com")).medium == Medium.EMAIL
    assert receipt_of(case_of(office, now + timedelta(hours=2), email="victim@example.com")).medium == Medium.EMAIL


@pytest.mark.django_db(transaction=True)
def test_d5_a_burst_does_not_pass_the_limit(now: datetime) -> None:
    office = Office.found()
    barrier = threading.Barrier(6)

    def file_one() -> None:
        barrier.wait()
        try:
            case_of(office, now, email="victim@example.com")
        finally:
            connection.close()

    threads = [threading.Thread(target=file_one) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Message.objects.filter(kind=Kind.RECEIPT, medium=Medium.EMAIL).count() == 3
    assert Message.objects.filter(kind=Kind.RECEIPT).count() == 6


def test_d5_receipts_a_stranger_asks_for_do_not_keep_a_lost_code_from_its_owner(office: Office, now: datetime) -> None:
    case = case_of(office, now, email="victim@example.com")
    for _number in range(5):
        receipt_of(case_of(office, now, email="victim@example.com"))

    assert codes.renew(complaint=case, at=now)


def test_d5_codes_are_refused_before_the_old_one_dies(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    assert messages.may_send_code(complaint=case, at=now)
    for _time in range(3):
        assert messages.send(complaint=case, kind=Kind.CODE, by=Actor.SYSTEM, at=now)

    assert not messages.may_send_code(complaint=case, at=now)
    with pytest.raises(NotPossible):
        messages.send(complaint=case, kind=Kind.CODE, by=Actor.SYSTEM, at=now)
    assert not codes.renew(complaint=case, at=now)
    assert Complaint.objects.get(pk=case.pk).code_key == case.code_key
    assert messages.may_send_code(complaint=case, at=now + timedelta(hours=1))


def test_no_code_where_only_a_person_could_tell_it(office: Office, now: datetime) -> None:
    case = case_of(office, now, email="", phone="13800138000")

    assert not messages.may_send_code(complaint=case, at=now)


# --- by what medium -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "medium", "state"),
    [
        ({"email": "", "phone": "13800138000"}, Medium.PHONE, State.TO_TELL),
        ({"email": "", "address": "中山路 1 号"}, Medium.LETTER, State.TO_TELL),
        ({"email": ""}, Medium.WEB, State.SENT),
    ],
)
def test_without_e_mail_a_person_tells_or_the_page_does(
    office: Office, now: datetime, who: dict[str, str], medium: str, state: str
) -> None:
    case = case_of(office, now, **who)
    row = messages.write(complaint_id=case.pk, by=office.agent, at=now, text="您好")

    assert (row.medium, row.state) == (medium, state)
    assert receipt_of(case).state == State.SENT  # who filed on the page has seen number and code there


def test_what_was_said_in_person_needs_no_telling(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    row = messages.send(complaint=case, kind=Kind.APOLOGY, by=office.agent, at=now, text="对不起", extra={"said_by": Medium.PHONE})

    assert (row.medium, row.state, row.told_by, row.told_at) == (Medium.PHONE, State.TOLD, office.agent, now)


def test_told_is_marked_with_who_and_when(office: Office, now: datetime) -> None:
    case = case_of(office, now, email="", phone="13800138000")
    row = messages.write(complaint_id=case.pk, by=office.agent, at=now, text="您好")

    told = messages.mark_told(message_id=row.pk, by=office.agent, at=now + timedelta(hours=1))

    assert (told.state, told.told_by, told.told_at) == (State.TOLD, office.agent, now + timedelta(hours=1))
    with pytest.raises(NotPossible):
        messages.mark_told(message_id=row.pk, by=office.agent, at=now)


def test_the_same_event_is_one_row(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    first, second = (messages.send(complaint=case, kind=Kind.SURVEY, by=Actor.SYSTEM, at=now, dedupe_key="survey 1") for _time in range(2))

    assert first == second
    assert Message.objects.filter(kind=Kind.SURVEY).count() == 1


# --- who may --------------------------------------------------------------------------------------------------------
def test_an_auditor_sees_and_does_not_write(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    with pytest.raises(Refused):
        messages.write(complaint_id=case.pk, by=office.auditor, at=now, text="x")


def test_who_may_not_see_the_case_finds_no_message(office: Office, now: datetime) -> None:
    case = case_of(office, now, email="", phone="13800138000")
    row = messages.write(complaint_id=case.pk, by=office.agent, at=now, text="您好")

    with pytest.raises(Complaint.DoesNotExist):
        messages.write(complaint_id=case.pk, by=office.investigator, at=now, text="x")
    with pytest.raises(Message.DoesNotExist):
        messages.mark_told(message_id=row.pk, by=office.investigator, at=now)


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 20_001])
def test_nothing_and_books_are_refused(office: Office, now: datetime, text: str) -> None:
    case = case_of(office, now)
    with pytest.raises(ValidationError):
        messages.write(complaint_id=case.pk, by=office.agent, at=now, text=text)
    with pytest.raises(ValidationError):
        messages.receive(complaint_id=case.pk, by=Actor.COMPLAINANT, at=now, text=text, medium=Medium.WEB)


def test_only_replies_and_requests_are_written_by_hand(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    with pytest.raises(NotPossible):
        messages.write(complaint_id=case.pk, by=office.agent, at=now, text="x", kind=Kind.CODE)


def test_what_the_customer_says_is_kept_as_it_was_said(office: Office, now: datetime) -> None:
    case = case_of(office, now)
    own = messages.receive(complaint_id=case.pk, by=Actor.COMPLAINANT, at=now, text="还是漏", medium=Medium.WEB)
    heard = messages.receive(complaint_id=case.pk, by=office.agent, at=now, text="还是漏", medium=Medium.PHONE)

    assert (own.direction, own.state, own.actor, own.by, own.text) == ("in", State.RECEIVED, Actor.COMPLAINANT, None, "还是漏")
    assert (heard.actor, heard.by, heard.medium) == (Actor.STAFF, office.agent, Medium.PHONE)


def test_a_failed_message_is_tried_again_by_the_manager_alone(office: Office, now: datetime) -> None:
    row = receipt_of(case_of(office, now))
    with pytest.raises(NotPossible):
        messages.retry(message_id=row.pk, by=office.manager, at=now)
    Message.objects.filter(pk=row.pk).update(state=State.FAILED, attempts=8, last_error="550 no such mailbox")
    with pytest.raises(Refused):
        messages.retry(message_id=row.pk, by=office.agent, at=now)

    again = messages.retry(message_id=row.pk, by=office.manager, at=now)

    assert (again.state, again.attempts, again.last_error) == (State.QUEUED, 8, "550 no such mailbox")
    (claimed,) = outbox.claim(now, 1)
    assert claimed.attempts == 9


# --- employees ------------------------------------------------------------------------------------------------------
def test_an_employee_is_told_in_the_employee_s_language(now: datetime) -> None:
    user = UserFactory.create(language="en")
    row = messages.notify_employee(user=user, subject="A statement", text="Please <b>write</b>.", at=now, by=Actor.SYSTEM)

    assert (row.to_user, row.complaint, row.kind, row.state, row.language) == (user, None, Kind.NOTICE, State.QUEUED, "en")
    assert row.subject == "A statement"
    assert "http://localhost:8000/admin/" in row.text
    assert "&lt;b&gt;" in row.html


def test_an_employee_without_address_is_sent_nothing(now: datetime) -> None:
    user = UserFactory.create(email="")

    assert messages.notify_employee(user=user, subject="s", text="t", at=now, by=Actor.SYSTEM).state == State.SENT
    assert messages.send_password_reset(user=user, at=now) is None


# --- history made afterwards ----------------------------------------------------------------------------------------
def test_what_is_replayed_was_delivered_at_its_own_time(office: Office, now: datetime) -> None:
    from django_q.models import OrmQ

    with outbox.replaying():
        case = case_of(office, now, email="", phone="13800138000")
        told = messages.write(complaint_id=case.pk, by=office.agent, at=now, text="您好")
        sent = receipt_of(case_of(office, now))

    assert (told.state, told.told_by, told.told_at) == (State.TOLD, office.agent, now)
    assert (sent.state, sent.delivered_at) == (State.SENT, now)
    assert not outbox.is_replaying()
    assert not OrmQ.objects.exists()
