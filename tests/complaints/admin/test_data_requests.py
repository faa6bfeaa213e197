"""Customers ask for erasure; complaint management grants it or says what must be kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Complaint, DataRequest
from complaints.services import endings, erasure
from complaints.workflow import Actor
from config.work.first_page import work_for
from staff.models import User
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_row(office: Office) -> DataRequest:
    case = Walk(office, timezone.now() - timedelta(days=2)).case
    return erasure.ask(complaint_id=case.pk, at=timezone.now())


def waits(user: User) -> bool:
    return any("datarequest" in row.url for pile in work_for(User.objects.get(pk=user.pk), timezone.now()) for row in pile.rows)


def test_a_request_waits_for_complaint_management_and_is_refused_with_what_must_be_kept(office: Office, request_row: DataRequest) -> None:
    page = f"/admin/complaints/datarequest/{request_row.pk}/"
    assert waits(office.manager)
    assert not waits(office.agent)
    desk = Desk(office.manager)
    assert desk.client.get(f"{page}change/").status_code == 200
    assert desk.client.post(f"{page}act/refuse/", {"answer": ""}).status_code == 400
    assert desk.client.post(f"{page}act/refuse/", {"answer": "会计法要求保存至 2036 年"}).status_code == 302
    request_row.refresh_from_db()
    assert (request_row.granted, request_row.decided_by) == (False, office.manager)
    assert not waits(office.manager)


def test_an_open_case_cannot_be_erased_a_closed_one_is(office: Office, request_row: DataRequest) -> None:
    page = f"/admin/complaints/datarequest/{request_row.pk}/"
    desk = Desk(office.manager)
    assert desk.client.post(f"{page}act/grant/").status_code == 409
    endings.withdraw(complaint_id=request_row.complaint_id, by=Actor.COMPLAINANT, at=timezone.now(), reason="")
    assert desk.client.post(f"{page}act/grant/").status_code == 302
    case = Complaint.objects.select_related("complainant").get(pk=request_row.complaint_id)
    assert (case.complainant.name, case.story) == ("", "—")
    assert desk.case(case).status_code == 200


def test_f5_nobody_else_decides(office: Office, request_row: DataRequest) -> None:
    page = f"/admin/complaints/datarequest/{request_row.pk}/"
    for user in (office.agent, office.head, office.employee):
        assert Desk(user).client.get(f"{page}change/").status_code in {403, 404}
        assert Desk(user).client.post(f"{page}act/grant/").status_code in {403, 404}
    assert Desk(office.auditor).client.post(f"{page}act/grant/").status_code == 403
