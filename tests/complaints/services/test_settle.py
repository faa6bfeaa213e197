"""A settlement on the spot: one act, every step's record, never beyond one's authority."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from complaints.models import Budget, LedgerEntry, RemedyItem, Settlement
from complaints.permissions import Refused
from complaints.services import notify
from complaints.services.drafts import draft_decision
from complaints.services.errors import NotPossible
from complaints.services.inputs import CauseInput, ItemInput, PartyInput, SheetInput
from complaints.workflow import Actor, Medium, Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    return timezone.make_aware(datetime(2026, 3, 2, 9, 0))


def item(walk: Walk, amount: str, **changes: Any) -> ItemInput:
    due = timezone.localdate(walk.at) + timedelta(days=3)
    return ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", Decimal(amount), walk.office.investigator, due, **changes)


def test_an_agent_settles_at_first_contact_and_every_step_keeps_its_record(at: datetime) -> None:
    walk = Walk(Office.found(), at)
    walk.to(Step.ASSIGN)
    case = walk.settle(items=[item(walk, "120.00")], agreed_medium=Medium.PHONE, agreed_words="可以")
    assert case.step == Step.PENALIZE
    done = list(case.changes.order_by("sequence").values_list("transition", flat=True))
    assert done[-6:] == ["assign", "postpone_investigation", "submit_remedy", "settle", "send_decision", "accept"]
    settled = Settlement.objects.get(remedy__complaint=case)
    assert settled.first_contact
    assert settled.amount == Decimal("120.00")
    assert (case.department, case.handler) == (walk.office.quality, None), "the unit that answers for it finds the cause"
    walk.fulfil()
    assert set(LedgerEntry.objects.values_list("kind", "amount")) == {("committed", Decimal("120.00")), ("paid", Decimal("120.00"))}


def test_the_letter_claims_no_finding_where_the_cause_is_postponed(at: datetime) -> None:
    walk = Walk(Office.found(), at)
    walk.to(Step.ASSIGN)
    walk.settle(items=[item(walk, "120.00")])
    with translation.override(walk.case.complainant.language):
        letter = draft_decision(walk.fresh())
        assert gettext("Thank you for telling us. We put it right first, and go on looking into how it could happen.") in letter
    assert not any(row.text in letter for row in walk.case.allegations.all())


def test_a_plain_cause_is_known_at_once_and_the_case_goes_on_to_its_end(at: datetime) -> None:
    walk = Walk(Office.found(), at)
    walk.to(Step.ASSIGN)
    walk.settle(items=[item(walk, "50.00")], cause=CauseInput("supply", "漏装了密封圈"), agreed_medium=Medium.PHONE)
    assert walk.to(Step.CLOSED).outcome == "accepted"


def test_f3_nobody_settles_beyond_their_authority_whatever_the_pieces(at: datetime) -> None:
    """F3: 200.00 a case for an agent; neither one item nor several go beyond it, nor a second round."""
    walk = Walk(Office.found(), at)
    walk.to(Step.ASSIGN)
    with pytest.raises(Refused):
        walk.settle(items=[item(walk, "200.01")])
    with pytest.raises(Refused):
        walk.settle(items=[item(walk, "150.00"), item(walk, "50.01")])
    assert walk.fresh().step == Step.ASSIGN
    walk.settle(items=[item(walk, "200.00")])
    assert walk.fresh().step == Step.NOTIFY


def test_what_falls_short_of_the_value_rule_is_not_settled_alone(at: datetime) -> None:
    walk = Walk(Office.found(), at)
    walk.to(Step.ASSIGN)
    with pytest.raises(NotPossible):
        walk.settle(items=[item(walk, "100.00")], value=SheetInput(purchase=True, price=Decimal(1000), reason="只能给这么多"))


def test_a_budget_is_never_overspent(at: datetime) -> None:
    office = Office.found()
    Budget.objects.create(department=office.quality, month=at.date().replace(day=1), amount=Decimal("150.00"))
    first, second = Walk(office, at), Walk(office, at, complainant=PartyInput(name="李四", email="li@example.com"))
    for walk in (first, second):
        walk.to(Step.ASSIGN)
    first.settle(items=[item(first, "100.00")])
    with pytest.raises(NotPossible, match=r"50\.00"):
        second.settle(items=[item(second, "100.00")])
    assert Budget.objects.get().committed == Decimal("100.00")


def test_an_alternative_not_taken_gives_its_money_back(at: datetime) -> None:
    office = Office.found()
    Budget.objects.create(department=office.quality, month=at.date().replace(day=1), amount=Decimal("500.00"))
    walk = Walk(office, at)
    walk.to(Step.ASSIGN)
    walk.settle(items=[item(walk, "20.00"), item(walk, "80.00", option=1), item(walk, "120.00", option=2)])
    assert Budget.objects.get().committed == Decimal("140.00")
    with pytest.raises(NotPossible):
        notify.accept(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at)
    notify.accept(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at + timedelta(minutes=1), option=1)
    assert Budget.objects.get().committed == Decimal("100.00")
    assert set(RemedyItem.objects.open().values_list("amount", flat=True)) == {Decimal("20.00"), Decimal("80.00")}


def test_r2_alone_nobody_draws_on_a_budget_they_have_nothing_to_do_with(at: datetime) -> None:
    """R2: whatever the form offered."""
    walk = Walk(Office.found(), at)
    walk.to(Step.ASSIGN)
    with pytest.raises(Refused):
        walk.settle(items=[item(walk, "50.00", paid_by=walk.office.board)])
    assert walk.fresh().step == Step.ASSIGN
    walk.settle(items=[item(walk, "50.00", paid_by=walk.office.reception), item(walk, "20.00", paid_by=walk.office.quality)])
    assert walk.case.step == Step.NOTIFY
