"""Staff file for customers: number and code once, nothing twice, nothing lost."""

from typing import Any

import pytest

from complaints.models import Complaint
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db

ADD = "/admin/complaints/complaint/add/"
SAID = {
    "medium": "phone",
    "story": "电话里说：冰箱不制冷。",
    "demand": "repair",
    "demand_text": "派人来修",
    "name": "王芳",
    "phone": "13800138000",
}


def filled(desk: Desk, **changes: Any) -> dict[str, Any]:
    page = desk.client.get(ADD)
    return SAID | {"once": page.context["once"], "department": page.context["form"].initial["department"]} | changes


def test_a_call_becomes_a_case_and_the_code_is_shown_once(office: Office) -> None:
    desk = Desk(office.agent)
    answer = desk.client.post(ADD, filled(desk), follow=True)
    case = Complaint.objects.get()
    assert case.recorded_by == office.agent
    assert case.medium == "phone"
    assert case.number in answer.content.decode()
    assert answer.context["code"] in answer.content.decode()
    assert answer.context["code"] not in desk.client.get(f"{ADD}filed/", follow=True).content.decode()


def test_g5_the_same_page_sent_twice_makes_one_case(office: Office) -> None:
    desk = Desk(office.agent)
    data = filled(desk)
    assert desk.client.post(ADD, data).status_code == 302
    assert desk.client.post(ADD, data).status_code == 302
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"story": ""},
        {"demand": ""},
        {"email": "a@b.c,evil@x"},
        {"occurred_on": "2999-01-01"},
        {"medium": "api"},
        {"once": "forged"},
        {"story": "x" * 10_001},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office, changes: dict[str, Any]) -> None:
    desk = Desk(office.agent)
    answer = desk.client.post(ADD, filled(desk, **changes))
    assert answer.status_code == 422
    assert "13800138000" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_only_those_who_may_file(office: Office) -> None:
    for user in (office.auditor, office.investigator, office.employee):
        assert Desk(user).client.get(ADD).status_code == 403
