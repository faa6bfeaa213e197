"""Ways around separation and evidence that were tried, and what happens now."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from complaints.models import Complaint, RemedyItem
from complaints.permissions import Refused
from complaints.queries.approval import approvers
from complaints.services import assign, follow_up, improve, investigate, notify, propose, recusals
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput
from complaints.workflow import Step
from staff.models import Absence
from staff.roles import Role
from tests.factories.cases import Office, Walk
from tests.factories.staff import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


@pytest.fixture
def walk(office: Office, now: datetime) -> Walk:
    return Walk(office, now)


def test_whoever_is_found_responsible_decides_nothing_in_the_case(office: Office, walk: Walk) -> None:
    walk.to(Step.INVESTIGATE)
    walk.investigate(responsible_persons=[office.head])
    walk.submit()
    with pytest.raises(Complaint.DoesNotExist):  # a case about oneself one does not even find
        walk.approve(by=office.head)
    walk.approve(by=office.division_head)
    walk.send()
    walk.accept()
    walk.fulfil()
    with pytest.raises(Complaint.DoesNotExist):
        walk.pass_penalize(by=office.head)


def test_whoever_was_asked_for_a_statement_does_not_approve(office: Office, walk: Walk) -> None:
    walk.to(Step.INVESTIGATE)
    case, at = walk.case, walk.at
    investigate.ask_statement(
        complaint_id=case.pk, employee=office.head, question="请说明", due_on=at.date(), by=office.investigator, at=at
    )
    assert office.head.pk not in approvers(walk.fresh(), at.date())


def test_the_deputy_of_a_proposer_does_not_approve_in_their_place(office: Office, walk: Walk) -> None:
    walk.to(Step.PROPOSE)
    assign.take_over(complaint_id=walk.case.pk, by=office.head, at=walk.at, reason="亲自处理")
    walk.submit(by=office.head)
    day = walk.at.date()
    Absence.objects.create(user=office.head, from_on=day, to_on=day, deputy=office.investigator, reason="出差")
    assert approvers(walk.fresh(), day) == {office.division_head.pk}


def test_a_deputy_who_may_not_approve_is_stepped_over(office: Office, walk: Walk) -> None:
    walk.to(Step.PROPOSE)
    walk.submit()
    day = walk.at.date()
    Absence.objects.create(user=office.head, from_on=day, to_on=day, deputy=office.employee, reason="出差")
    assert approvers(walk.fresh(), day) == {office.division_head.pk}


def test_nobody_who_is_named_or_cannot_open_cases_is_given_an_item(office: Office, walk: Walk, now: datetime) -> None:
    recusals.name(complaint_id=walk.case.pk, user=office.head, by=office.agent, at=now)
    walk.to(Step.PROPOSE)
    for owner in (office.head, office.employee):
        with pytest.raises(NotPossible):
            walk.submit(items=[ItemInput("refund", "退款", Decimal("10.00"), owner, walk.at.date())])


def test_an_item_is_carried_out_by_its_owner_or_the_unit_on_a_day_that_can_be(office: Office, walk: Walk) -> None:
    outsider = person(Role.INVESTIGATOR)
    walk.to(Step.PROPOSE)
    due = walk.at.date()
    walk.submit(
        items=[ItemInput("repair", "维修", None, outsider, due), ItemInput("refund", "退款", Decimal("5000.00"), office.investigator, due)]
    )
    walk.approve()
    walk.send()
    walk.accept()
    refund = RemedyItem.objects.get(kind="refund")
    values: dict[str, Any] = {"complaint_id": walk.case.pk, "at": walk.at, "item_id": refund.pk, "proof": "凭证"}
    with pytest.raises(Refused):
        notify.fulfil(**values, by=outsider, fulfilled_on=due)
    with pytest.raises(NotPossible):
        notify.fulfil(**values, by=office.investigator, fulfilled_on=due - timedelta(days=9000))
    notify.fulfil(**values, by=office.investigator, fulfilled_on=walk.at.date())


def test_attempts_are_not_dated_before_the_follow_up_began_or_ahead(walk: Walk) -> None:
    walk.to(Step.FOLLOW_UP)
    nothing: dict[str, Any] = {
        "open_answer": "",
        "result_score": None,
        "attitude_score": None,
        "efficiency_score": None,
        "ability_score": None,
    }
    for on in (walk.at.date() - timedelta(days=400), walk.at.date() + timedelta(days=2)):
        with pytest.raises(NotPossible):
            walk.ask(reached=False, on=on, **nothing)


def test_the_head_of_the_unit_keeps_their_hands_off_the_follow_up(office: Office, walk: Walk) -> None:
    walk.to(Step.FOLLOW_UP)
    with pytest.raises(Refused):
        assign.take_over(complaint_id=walk.case.pk, by=office.head, at=walk.at, reason="我来回访")


def test_who_judged_it_unfounded_does_not_look_into_it_when_it_is_reopened(office: Office, walk: Walk) -> None:
    walk.to(Step.CLASSIFY)
    walk.call_unfounded()
    walk.confirm_unfounded(by=office.manager)
    walk.send()
    walk.accept()
    walk.improve(by=office.reception_head)
    follow_up.reopen(complaint_id=walk.case.pk, by=office.executive, at=walk.at, reason="顾客补充证据")
    with pytest.raises(Refused):
        assign.take_over(complaint_id=walk.case.pk, by=office.manager, at=walk.at, reason="亲自调查")


def test_an_improvement_is_said_to_be_done_by_its_owner_alone(office: Office, walk: Walk) -> None:
    walk.to(Step.FOLLOW_UP)
    improvement = walk.case.improvements.get()
    with pytest.raises(Refused):
        improve.complete_improvement(improvement_id=improvement.pk, by=office.investigator, at=walk.at, result="已修订", proof="规程第二版")
    improve.complete_improvement(improvement_id=improvement.pk, by=office.head, at=walk.at, result="已修订", proof="规程第二版")


def test_the_newest_solution_alone_is_decided_on(office: Office, walk: Walk) -> None:
    walk.to(Step.PROPOSE)
    walk.submit()
    walk.approve()
    with pytest.raises(NotPossible):
        propose.return_remedy(complaint_id=walk.case.pk, by=office.head, at=walk.at, version=1, reason="再议")


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE complaints_complaint SET story = 'x'",
        "UPDATE complaints_allegation SET text = 'x'",
        "UPDATE complaints_demand SET text = 'x'",
        "UPDATE complaints_investigation SET cause_text = 'x'",
        "UPDATE complaints_remedy SET state = 'submitted'",
        "UPDATE complaints_statement SET text = 'x'",
        "DELETE FROM complaints_allegation",
    ],
)
def test_words_on_file_stay_as_they_were_written_f7(office: Office, walk: Walk, forgery: str) -> None:
    walk.to(Step.INVESTIGATE)
    case, at = walk.case, walk.at
    asked = investigate.ask_statement(
        complaint_id=case.pk, employee=office.employee, question="请说明", due_on=at.date(), by=office.investigator, at=at
    )
    investigate.give_statement(statement_id=asked.pk, by=office.employee, at=at, text="当时未抽检")
    walk.to(Step.PENALIZE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forgery)
