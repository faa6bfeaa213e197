"""The important goes by rule to those who can change something, is answered with a decision, and climbs when it is not."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from complaints.models import Message
from complaints.services import recusals
from complaints.services.errors import NotPossible, Refused
from complaints.workflow import Kind, Severity, Step
from escalation.models import RoutedItem, RoutingRule
from escalation.services import routing
from staff.roles import Role
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    return timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture
def office() -> Office:
    return Office.found()


def rule(**values: object) -> RoutingRule:
    given = {"name": "严重投诉", "step": Step.ASSIGN, "role": Role.EXECUTIVE, "hours": 24, "question": "是否停售？"} | values
    return RoutingRule.objects.create(**given)


def serious(walk: Walk) -> None:
    walk.to(Step.CLASSIFY)
    walk.classify(severity=Severity.SERIOUS)


def test_a_case_comes_before_whom_the_rule_names_once_and_in_words_that_name_nobody(office: Office, at: datetime) -> None:
    rule(severity=Severity.SERIOUS)
    walk = Walk(office, at)
    serious(walk)
    item = RoutedItem.objects.get(complaint=walk.case)
    assert item.due_at == item.at + timedelta(hours=24)
    told = Message.objects.get(to_user=office.executive)
    assert walk.case.number in told.text
    assert "王芳" not in told.text
    assert "13800138000" not in told.text


def test_what_the_rule_does_not_name_is_not_routed(office: Office, at: datetime) -> None:
    rule(severity=Severity.SEVERE)
    rule(name="大额", step=Step.NOTIFY, amount=Decimal("500.00"))
    walk = Walk(office, at)
    walk.to(Step.NOTIFY)
    assert not RoutedItem.objects.exists()


def test_a_report_of_misconduct_is_never_routed(office: Office, at: datetime) -> None:
    rule(step=Step.RECORD)
    walk = Walk(office, at, kind=Kind.REPORT)
    walk.apologize(by=office.manager)
    assert not RoutedItem.objects.exists()


def test_it_is_decided_once_by_whom_it_was_laid_before(office: Office, at: datetime) -> None:
    rule(severity=Severity.SERIOUS)
    walk = Walk(office, at)
    serious(walk)
    item = RoutedItem.objects.get()
    with pytest.raises(RoutedItem.DoesNotExist):
        routing.decide(item_id=item.pk, changes="policy", words="停售", by=office.head, at=at)
    with pytest.raises(Refused):
        routing.decide(item_id=item.pk, changes="policy", words="停售", by=office.manager, at=at)
    with pytest.raises(NotPossible):
        routing.decide(item_id=item.pk, changes="none", words=" ", by=office.executive, at=at)
    routing.decide(item_id=item.pk, changes="policy", words="停售并召回", by=office.executive, at=at)
    with pytest.raises(NotPossible):
        routing.decide(item_id=item.pk, changes="none", words="改主意", by=office.executive, at=at)


def test_what_is_not_decided_in_time_climbs_each_rung_once(office: Office, at: datetime) -> None:
    """G10: the task may run twice, late, or by a clock that jumps."""
    rule(role="", department=office.quality, severity=Severity.SERIOUS)
    walk = Walk(office, at)
    serious(walk)
    item = RoutedItem.objects.get()
    assert routing.climb(at=item.due_at - timedelta(minutes=1)) == 0
    for late in (1, 1, 25, 25, 100, 100):
        routing.climb(at=item.due_at + timedelta(hours=late))
    routing.climb(at=item.due_at + timedelta(hours=2))
    rungs = list(item.climbs.order_by("rung").values_list("rung", "told__name"))
    assert rungs == [(1, office.head.name), (2, office.division_head.name), (3, office.executive.name)]


def test_who_the_case_is_about_neither_gets_nor_sees_it(office: Office, at: datetime) -> None:
    rule(role="", department=office.quality, severity=Severity.SERIOUS)
    walk = Walk(office, at)
    walk.to(Step.CLASSIFY)
    recusals.name(complaint_id=walk.case.pk, user=office.head, by=office.agent, at=walk.at)
    walk.classify(severity=Severity.SERIOUS)
    assert not Message.objects.filter(to_user=office.head).exists()
    assert not RoutedItem.objects.visible_to(office.head).exists()


def test_a_matter_that_cannot_climb_keeps_no_other_from_climbing(office: Office, at: datetime) -> None:
    """A role that is none any more."""
    gone = rule(name="旧规则", severity=Severity.SEVERE)
    rule(severity=Severity.SERIOUS)
    walk = Walk(office, at)
    lost = RoutedItem.objects.create(rule=gone, complaint=walk.case, role="gone", question="？", at=at, due_at=at + timedelta(hours=24))
    serious(walk)
    whole = RoutedItem.objects.get(rule__severity=Severity.SERIOUS)
    assert routing.climb(at=whole.due_at + timedelta(hours=1)) == 1
    assert whole.climbs.count() == 1
    assert not lost.climbs.exists()
