"""Everybody lands on what waits for them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Statement
from complaints.services import investigate
from complaints.workflow import Step
from config.work.first_page import work_for
from staff.models import User
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk
from tests.factories.staff import NoticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    return Office.found()


@pytest.fixture
def walk(office: Office) -> Walk:
    return Walk(office, timezone.now() - timedelta(hours=5))


def titles(user: User) -> dict[str, int]:
    fresh = User.objects.get(pk=user.pk)
    return {str(pile.title): pile.count for pile in work_for(fresh, timezone.now())}


def names(office: Office) -> dict[str, Any]:
    from django.utils import translation

    with translation.override("en"):
        return {
            user.name: titles(user)
            for user in (office.agent, office.head, office.division_head, office.reception_head, office.caller, office.executive)
        }


def test_a_new_case_waits_for_its_reception(office: Office, walk: Walk) -> None:
    found = names(office)
    assert found[office.agent.name]["My department's, nobody's yet"] == 1
    assert "My department's, nobody's yet" not in found[office.head.name]


def test_a_solution_waits_for_the_head_and_for_the_next_one_when_she_proposed_it(office: Office, walk: Walk) -> None:
    walk.to(Step.PROPOSE)
    walk.submit()
    found = names(office)
    assert found[office.head.name]["Waiting for my approval"] == 1
    assert "Waiting for my approval" not in found[office.division_head.name]
    assert "Waiting for my approval" not in found[office.executive.name]


def test_what_the_head_proposed_waits_for_the_next_one_up(office: Office, walk: Walk) -> None:
    walk.to(Step.INVESTIGATE)
    from complaints.services import assign

    assign.take_over(**walk._acting(office.head, reason="亲自处理"))
    walk.investigate(by=office.head)
    walk.submit(by=office.head)
    found = names(office)
    assert "Waiting for my approval" not in found[office.head.name]
    assert found[office.division_head.name]["Waiting for my approval"] == 1


def test_unfounded_waits_for_a_second_person_and_follow_ups_for_the_callers(office: Office, walk: Walk) -> None:
    walk.to(Step.CLASSIFY)
    walk.call_unfounded()
    assert names(office)[office.reception_head.name]["“Unfounded”, waiting for a second person"] == 1
    other = Walk(office, walk.at)
    other.to(Step.FOLLOW_UP)
    assert names(office)[office.caller.name]["Follow-ups due"] == 1


def test_an_employee_sees_the_question_never_the_case(office: Office, walk: Walk) -> None:
    walk.to(Step.INVESTIGATE)
    due = timezone.localdate() + timedelta(days=3)
    investigate.ask_statement(**walk._acting(office.investigator, employee=office.employee, question="三月四日您去过现场吗？", due_on=due))
    NoticeFactory.create(title="新的投诉赔偿标准")
    desk = Desk(office.employee)
    page = desk.get("index")
    assert page.status_code == 200
    text = page.content.decode()
    assert "三月四日" in text
    assert "新的投诉赔偿标准" in text
    assert walk.case.number not in text
    assert desk.case(walk.case).status_code == 404
    row = Statement.objects.get()
    page = desk.get("complaints_statement_change", row.pk)
    assert page.status_code == 200
    assert walk.case.number not in page.content.decode()
    assert Desk(office.manager).get("complaints_statement_change", row.pk).status_code == 404
    assert desk.client.post(f"/admin/complaints/statement/{row.pk}/act/give/", {"text": "去过，已更换阀门。"}).status_code == 302
    row.refresh_from_db()
    assert row.state == Statement.State.GIVEN


def test_every_role_has_a_home_in_a_bounded_number_of_queries(office: Office, walk: Walk) -> None:
    for number in range(8):
        case = Walk(office, walk.at)
        case.to([Step.RECORD, Step.INVESTIGATE, Step.PROPOSE, Step.NOTIFY][number % 4])
    people = (
        office.agent,
        office.investigator,
        office.head,
        office.executive,
        office.auditor,
        office.personnel,
        office.manager,
        office.employee,
        office.caller,
    )
    for user in people:
        desk = Desk(user)
        with CaptureQueriesContext(connection) as asked:
            assert desk.get("index").status_code == 200
        assert len(asked) <= 70, (user.name, len(asked), [query["sql"][:120] for query in asked.captured_queries])


def test_e4_a_deactivated_person_is_out_at_once(office: Office, walk: Walk) -> None:
    desk = Desk(office.agent)
    assert desk.get("index").status_code == 200
    User.objects.filter(pk=office.agent.pk).update(is_active=False)
    assert desk.get("index").status_code == 302
    assert desk.act(walk.case, "claim").status_code == 302
    assert walk.fresh().handler_id is None


def test_the_menu_shows_only_what_may_be_opened(office: Office) -> None:
    for user in (office.agent, office.auditor, office.employee, office.manager, office.personnel):
        desk = Desk(user)
        page = desk.get("index")
        for group in page.context["sidebar_navigation"]:
            for item in group["items"]:
                assert desk.client.get(item["link"]).status_code == 200, (user.name, item["title"])
