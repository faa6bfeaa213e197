"""Departments ask each other, and read each morning what customers said about their work."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from complaints.models import Message
from complaints.services import erasure
from complaints.services.errors import NotPossible, Refused
from complaints.services.inputs import PartyInput
from complaints.workflow import Kind, Mode, Step
from escalation.models import DepartmentRequest, Digest
from escalation.queries.originals import of_digest
from escalation.services import digests, requests
from staff.models import WorkDay
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    return timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture
def office() -> Office:
    return Office.found()


def asked(office: Office, walk: Walk, at: datetime) -> DepartmentRequest:
    return requests.ask(
        complaint=walk.case, to_department=office.quality, question="这一批密封圈抽检过吗？", wanted_at=at + timedelta(days=1), by=office.agent,
        at=at,
    )  # fmt: skip


def test_a_department_is_asked_promises_answers_and_is_scored(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    request = asked(office, walk, at)
    assert Message.objects.filter(to_user=office.head, text__contains=f"/departmentrequest/{request.pk}/").exists()
    with pytest.raises(DepartmentRequest.DoesNotExist):
        requests.answer(request_id=request.pk, text="没有", by=office.caller, at=at)
    requests.promise(request_id=request.pk, promised_at=at + timedelta(hours=3), by=office.employee, at=at)
    requests.answer(request_id=request.pk, text="没有抽检。", by=office.employee, at=at)
    with pytest.raises(Refused):
        requests.score(request_id=request.pk, score=5, by=office.employee, at=at)
    with pytest.raises(NotPossible):
        requests.score(request_id=request.pk, score=6, by=office.agent, at=at)
    requests.score(request_id=request.pk, score=4, by=office.agent, at=at)
    with pytest.raises(NotPossible):
        requests.score(request_id=request.pk, score=5, by=office.agent, at=at)


def test_who_answers_sees_the_question_and_not_the_case(office: Office, at: datetime) -> None:
    from complaints.models import Complaint

    walk = Walk(office, at)
    walk.apologize()
    request = asked(office, walk, at)
    assert DepartmentRequest.objects.visible_to(office.employee).filter(pk=request.pk).exists()
    assert not Complaint.objects.visible_to(office.employee).filter(pk=walk.case.pk).exists()


def test_an_erased_case_leaves_no_words_of_its_requests(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    request = asked(office, walk, at)
    walk.to(Step.CLOSED)
    erasure.erase(complaint_id=walk.case.pk, reason="到期", by=office.manager, at=walk.at)
    request.refresh_from_db()
    assert request.question == "—"


def test_on_a_day_nobody_works_there_are_no_originals_to_read(office: Office, at: datetime) -> None:
    """A Saturday has none; a Saturday worked instead of a holiday has some."""
    Walk(office, at).to(Step.INVESTIGATE)
    saturday = at + timedelta(days=5)
    assert digests.make(at=saturday) == 0
    WorkDay.objects.create(day=timezone.localdate(saturday), working=True, name="调休")
    Walk(office, saturday - timedelta(hours=6)).to(Step.INVESTIGATE)
    assert digests.make(at=saturday) == 1


def test_each_department_gets_the_originals_of_the_day_once_and_never_who_said_it(office: Office, at: datetime) -> None:
    """G10: made twice it is there once."""
    Walk(office, at).to(Step.INVESTIGATE)
    Walk(office, at, complainant=PartyInput(name="赵钱孙", phone="13900001111", mode=Mode.CONFIDENTIAL)).to(Step.INVESTIGATE)
    Walk(office, at, kind=Kind.REPORT).apologize(by=office.manager)
    morning = at + timedelta(hours=22)
    assert digests.make(at=morning) == 1
    assert digests.make(at=morning) == 0
    digest = Digest.objects.get()
    assert (digest.department, digest.cases) == (office.quality, 2)
    rows = of_digest(digest, office.head)
    words = "".join(quote for _case, _opens, quotes in rows for quote in quotes)
    assert "热水器漏水" in words
    assert "赵钱孙" not in words
    assert "13900001111" not in words
    assert not Digest.objects.visible_to(office.reception_head).exists()
