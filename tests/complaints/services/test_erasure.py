"""Erasure: words, people and files go, the skeleton and its record stay (I10; PIPL Art. 47)."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction

from complaints import senders
from complaints.models import Allegation, Complaint, DataRequest, Erasure, Message, StepChange
from complaints.permissions import Refused
from complaints.services import attachments, endings, erasure, follow_up, messages, notes
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Medium, Step
from tests.canaries import tables_with
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

CANARIES = ("诸葛金丝雀", "canary.bird@example.com", "13711122233", "金丝雀热水器爆裂")


@pytest.fixture
def office() -> Office:
    return Office.found()


def closed_case(office: Office, now: datetime) -> Walk:
    name, email, phone, story = CANARIES
    walk = Walk(office, now, complainant=PartyInput(name=name, email=email, phone=phone), story=f"{story}，溅湿了地板。")
    messages.receive(complaint_id=walk.case.pk, text=f"我是{name}，电话{phone}", medium=Medium.WEB, by=Actor.COMPLAINANT, at=now)
    attachments.attach(
        complaint_id=walk.case.pk, upload=SimpleUploadedFile(f"{name}.txt", story.encode()), by=Actor.COMPLAINANT, at=now
    )  # fmt: skip
    walk.to(Step.CLOSED)
    return walk


def test_i10_an_erased_case_holds_none_of_its_people_and_words_and_verify_still_agrees(office: Office, now: datetime) -> None:
    walk = closed_case(office, now)
    kept = StepChange.objects.filter(complaint=walk.case).count()
    assert all(tables_with(canary) for canary in CANARIES)

    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=walk.at + timedelta(days=1))

    assert {canary: tables_with(canary) for canary in CANARIES} == {canary: [] for canary in CANARIES}
    case = walk.fresh()
    assert (case.step, case.story) == (Step.CLOSED, "—")
    assert StepChange.objects.filter(complaint=case).count() == kept + 1
    output = StringIO()
    call_command("verify", stdout=output)
    assert output.getvalue().splitlines()[-1] == "0 violations", output.getvalue()


def test_only_a_closed_case_is_erased_and_only_once_and_only_by_who_may(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    with pytest.raises(NotPossible):
        erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=now)
    walk.to(Step.CLOSED)
    with pytest.raises(Refused):
        erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.caller, at=walk.at)
    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=walk.at)
    with pytest.raises(Refused):
        erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=walk.at)
    with pytest.raises(NotPossible):
        erasure.erase(complaint_id=walk.case.pk, reason="保存期满", by=Actor.SYSTEM, at=walk.at)


def test_f7_words_of_a_case_that_is_not_erased_cannot_be_emptied(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.CLASSIFY)
    for rows in (Message.objects.filter(complaint=walk.case), Allegation.objects.filter(complaint=walk.case)):
        assert rows.exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(text="—")
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=walk.case.pk).update(story="—")


def test_erased_words_are_not_written_anew(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.CLOSED)
    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=walk.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(complaint=walk.case).update(text="另一番话")


def test_the_job_erases_what_is_old_enough_and_finds_nothing_the_second_time(office: Office, now: datetime) -> None:
    old = Walk(office, now)
    old.to(Step.CLOSED)
    late = old.at + timedelta(days=366 * 3)
    young = Walk(office, late - timedelta(days=30))
    young.to(Step.CLOSED)

    assert erasure.erase_what_is_old(at=late) == 1
    assert erasure.erase_what_is_old(at=late) == 0
    assert [row.complaint for row in Erasure.objects.all()] == [old.case]


def test_a_request_for_erasure_is_granted_or_refused_with_a_reason(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.CLOSED)
    request = erasure.ask(complaint_id=walk.case.pk, at=walk.at)
    assert erasure.ask(complaint_id=walk.case.pk, at=walk.at) == request
    with pytest.raises(NotPossible):
        erasure.decide(request_id=request.pk, granted=False, answer="", by=office.manager, at=walk.at)

    erasure.decide(request_id=request.pk, granted=True, answer="已删除。", by=office.manager, at=walk.at)

    assert DataRequest.objects.get().granted is True
    assert Erasure.objects.filter(complaint=walk.case).exists()


def test_another_case_of_the_same_customer_keeps_the_customer(office: Office, now: datetime) -> None:
    first, second = Walk(office, now), Walk(office, now)
    first.to(Step.CLOSED)
    erasure.erase(complaint_id=first.case.pk, reason="顾客要求", by=office.manager, at=first.at)
    customer = second.fresh().complainant.customer
    assert customer is not None
    assert customer.name == "王芳"


def test_nothing_more_is_written_on_an_erased_case_by_anybody(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.CLOSED)
    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=walk.at)
    pk, at = walk.case.pk, walk.at
    upload = SimpleUploadedFile("a.txt", "又来了".encode())
    for tries in (
        lambda: messages.receive(complaint_id=pk, text="我是王芳", medium=Medium.WEB, by=Actor.COMPLAINANT, at=at),
        lambda: attachments.attach(complaint_id=pk, upload=upload, by=Actor.COMPLAINANT, at=at),
        lambda: messages.write(complaint_id=pk, by=office.manager, at=at, text="您好"),
        lambda: notes.add(complaint_id=pk, by=office.manager, at=at, text="王芳来电"),
        lambda: follow_up.reopen(complaint_id=pk, by=office.manager, at=at, reason="再办"),
    ):
        with pytest.raises((NotPossible, Refused)):
            tries()


def test_a_withdrawn_and_erased_case_is_not_restored(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    endings.withdraw(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=now, reason="")
    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=now)
    with pytest.raises(Refused):
        endings.restore(complaint_id=walk.case.pk, by=office.manager, at=now, reason="误操作")


def test_i10_what_a_mail_server_said_of_an_address_is_not_kept() -> None:
    assert senders._says(550, b"5.1.1 <secret.person@example.com>: no such user") == "550 5.1.1"
    assert senders._says(421, "try later, secret.person@example.com") == "421"
