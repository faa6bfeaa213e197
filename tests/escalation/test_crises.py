"""Crises: a register looked at again and again, one voice that speaks from approved facts, lessons that stay with an owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation

from complaints.models import Message
from complaints.services.errors import NotPossible
from config.work.first_page import work_for
from escalation.models import CheckList, Crisis, CrisisRisk, CrisisRole, FactSheet, Point, Statement
from escalation.services import crises
from staff.models import User
from staff.permissions import NotAllowed, NotForOneself
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


@pytest.fixture
def crisis(office: Office, now: datetime) -> Crisis:
    """The executive speaks, the manager leads."""
    return crises.open_crisis(
        title="热水器漏电", what="三人受伤", spokesperson=office.executive, lead=office.manager, by=office.manager, at=now
    )


def approved(crisis: Crisis, office: Office, at: datetime, text: str = "三台热水器漏电，原因在查。") -> FactSheet:
    sheet = crises.write_facts(crisis_id=crisis.pk, text=text, by=office.manager, at=at)
    return crises.approve_facts(sheet_id=sheet.pk, by=office.executive, at=at)


def said(crisis: Crisis, office: Office, at: datetime, **changes: Any) -> Statement:
    values: dict[str, Any] = {
        "audience": "media",
        "text": "我们正在查。",
        "next_due_at": at + timedelta(hours=4),
        "by": office.executive,
        "at": at,
    }
    return crises.say(crisis_id=crisis.pk, **(values | changes))


def titles(user: User, at: datetime) -> set[str]:
    with translation.override("en"):
        return {str(pile.title) for pile in work_for(User.objects.get(pk=user.pk), at)}


def test_the_register_comes_back_to_its_owner_when_a_review_is_due(office: Office, now: datetime) -> None:
    risk = CrisisRisk.objects.create(
        what="热水器伤人", early_sources="维修记录", prevention="抽检", owner=office.head, review_on=now.date()
    )
    pile = "Crises that could happen: review"
    assert pile in titles(office.head, now)

    with pytest.raises(NotAllowed):
        crises.review_risk(risk_id=risk.pk, finding="x", next_on=now.date() + timedelta(days=90), by=office.agent, at=now)
    with pytest.raises(ValidationError):
        crises.review_risk(risk_id=risk.pk, finding="抽检已执行", next_on=now.date(), by=office.head, at=now)
    crises.review_risk(risk_id=risk.pk, finding="抽检已执行", next_on=now.date() + timedelta(days=90), by=office.head, at=now)

    assert pile not in titles(office.head, now)
    assert pile in titles(office.head, now + timedelta(days=90))


def test_the_first_statement_is_due_in_two_hours_and_each_says_when_the_next_comes(crisis: Crisis, office: Office, now: datetime) -> None:
    assert crisis.statement_due_at == now + timedelta(hours=2)
    approved(crisis, office, now)
    later = now + timedelta(hours=1)

    with pytest.raises(ValidationError):
        said(crisis, office, later, next_due_at=later)
    said(crisis, office, later)

    crisis.refresh_from_db()
    assert crisis.statement_due_at == later + timedelta(hours=4)


def test_one_spokesperson_and_nobody_else_speaks(crisis: Crisis, office: Office, now: datetime) -> None:
    approved(crisis, office, now)
    with pytest.raises(NotAllowed):
        said(crisis, office, now, by=office.manager)

    crises.give_role(crisis_id=crisis.pk, role="spokesperson", user=office.head, by=office.manager, at=now)

    said(crisis, office, now, by=office.head)
    with pytest.raises(NotAllowed):
        said(crisis, office, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        CrisisRole.objects.create(crisis=crisis, role="spokesperson", user=office.agent, by=office.manager, at=now)


def test_f2_statements_come_only_from_facts_somebody_else_has_approved(crisis: Crisis, office: Office, now: datetime) -> None:
    with pytest.raises(NotPossible):
        said(crisis, office, now)
    sheet = crises.write_facts(crisis_id=crisis.pk, text="三台漏电", by=office.executive, at=now)
    with pytest.raises(NotForOneself):
        crises.approve_facts(sheet_id=sheet.pk, by=office.executive, at=now)
    with pytest.raises(NotPossible):
        said(crisis, office, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        FactSheet.objects.filter(pk=sheet.pk).update(approved_by=office.executive, approved_at=now)
    crises.approve_facts(sheet_id=sheet.pk, by=office.manager, at=now)
    first = said(crisis, office, now)
    crises.write_facts(crisis_id=crisis.pk, text="五台漏电", by=office.manager, at=now)

    assert said(crisis, office, now).fact_sheet == sheet  # the newer version waits for approval
    with pytest.raises(DatabaseError), transaction.atomic():
        FactSheet.objects.filter(pk=sheet.pk).update(text="没有漏电")
    put_right = said(crisis, office, now, text="更正：四台。", corrects=first)
    assert list(first.corrections.all()) == [put_right]


def test_a_question_is_taken_down_and_answered_by_the_spokesperson_and_no_comment_is_none(
    crisis: Crisis, office: Office, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        crises.log_question(crisis_id=crisis.pk, asked_by="日报 李记者", question="几人受伤？", by=office.agent, at=now)
    asked = crises.log_question(crisis_id=crisis.pk, asked_by="日报 李记者", question="几人受伤？", by=office.manager, at=now)
    sheet = approved(crisis, office, now)
    with pytest.raises(NotAllowed):
        crises.answer_question(question_id=asked.pk, answer="三人", by=office.manager, at=now)
    with pytest.raises(ValidationError):
        crises.answer_question(question_id=asked.pk, answer=" ", by=office.executive, at=now)

    answered = crises.answer_question(question_id=asked.pk, answer="三人，都已出院。", by=office.executive, at=now)

    assert (answered.answered_by, answered.fact_sheet) == (office.executive, sheet)


def test_points_are_ticked_by_a_person_at_a_time_and_stay_ticked(crisis: Crisis, office: Office, now: datetime) -> None:
    assert len([point for point in Point if point.on_list == CheckList.MEDIA]) == 10
    first = crises.tick(crisis_id=crisis.pk, point=Point.SPEAK_EARLY, by=office.executive, at=now)
    again = crises.tick(crisis_id=crisis.pk, point=Point.SPEAK_EARLY, by=office.manager, at=now + timedelta(hours=1))

    assert (again.pk, again.by, again.at) == (first.pk, office.executive, now)
    with pytest.raises(NotAllowed):
        crises.tick(crisis_id=crisis.pk, point=Point.NO_LIES, by=office.agent, at=now)
    with pytest.raises(ValidationError):
        crises.tick(crisis_id=crisis.pk, point="media.lie", by=office.manager, at=now)


def test_h4_lead_and_spokesperson_are_reminded_before_and_after_once_each(crisis: Crisis, office: Office, now: datetime) -> None:
    before = Message.objects.filter(to_user__isnull=False).count()

    assert crises.remind(at=now + timedelta(hours=1)) == 0
    assert [crises.remind(at=now + timedelta(minutes=minutes)) for minutes in (95, 95, 100, 121, 130)] == [2, 0, 0, 2, 0]
    assert Message.objects.filter(to_user__isnull=False).count() == before + 4


def test_closing_needs_words_answers_and_a_review_that_leads_to_an_improvement(crisis: Crisis, office: Office, now: datetime) -> None:
    ends: dict[str, Any] = {"crisis_id": crisis.pk, "by": office.manager, "at": now}
    with pytest.raises(NotPossible):
        crises.close(**ends)
    approved(crisis, office, now)
    said(crisis, office, now)
    asked = crises.log_question(crisis_id=crisis.pk, asked_by="日报", question="原因？", by=office.manager, at=now)
    crises.look_back(**ends, went_well="早", went_wrong="数字错", lesson="先核实")
    better = crises.improve(**ends, action="两人核数", owner=office.head, due_on=now.date() + timedelta(days=30))
    with pytest.raises(NotPossible):
        crises.close(**ends)
    crises.answer_question(question_id=asked.pk, answer="接地线松动。", by=office.executive, at=now)

    assert crises.close(**ends).closed_at == now

    done = crises.complete_improvement(improvement_id=better.pk, proof="制度第三版", by=office.head, at=now + timedelta(days=20))
    assert done.done_by == office.head
    with pytest.raises(NotPossible):
        crises.tick(crisis_id=crisis.pk, point=Point.NO_LIES, by=office.manager, at=now)
