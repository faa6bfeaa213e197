"""A case handled once more while something accepted before is still owed: the promise outlives whatever becomes of the case."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from complaints.models import Budget, LedgerEntry, RemedyItem
from complaints.services import assign, endings, follow_up
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput, PartyInput
from complaints.workflow import Actor, Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture
def reopened(office: Office) -> Walk:
    """100.00 accepted and not yet given when the case is opened again."""
    Budget.objects.create(department=office.quality, month=AT.date().replace(day=1), amount=Decimal(1000))
    walk = Walk(office, AT)
    walk.to(Step.PROPOSE)
    walk.submit(items=[ItemInput("compensation", "补偿", Decimal("100.00"), office.investigator, AT.date() + timedelta(days=3))])
    walk.approve()
    walk.send()
    walk.accept()
    walk.pass_penalize()
    walk.improve()
    follow_up.reopen(**walk._acting(office.manager, reason="又漏了"))
    walk.fresh()
    return walk


def test_v5_it_is_neither_withdrawn_nor_merged_before_it_is_given(office: Office, reopened: Walk) -> None:
    """V5: else the money stays committed for ever, and the customer never gets it."""
    other = Walk(office, AT, complainant=PartyInput(name="李四", email="li@example.com"))
    other.to(Step.PROPOSE)
    assign.take_over(**reopened._acting(office.head, reason="亲自处理"))
    for by in (Actor.COMPLAINANT, office.head):
        with pytest.raises(NotPossible):
            endings.withdraw(**reopened._acting(by, reason="不追究了"))
    with pytest.raises(NotPossible):
        endings.merge(**reopened._acting(office.head, into=other.case, reason="同一件事"))
    assert reopened.fresh().step == Step.INVESTIGATE

    reopened.fulfil()
    endings.merge(**reopened._acting(office.head, into=other.case, reason="同一件事"))
    assert reopened.fresh().step == Step.CLOSED
    assert sorted(LedgerEntry.objects.values_list("kind", "amount")) == [("committed", Decimal(100)), ("paid", Decimal(100))]
    assert Budget.objects.get().committed == Decimal(100)


@pytest.mark.parametrize("step", [Step.INVESTIGATE, Step.PROPOSE, Step.NOTIFY])
def test_it_is_given_wherever_the_case_stands_and_then_the_customer_may_take_it_back(reopened: Walk, step: Step) -> None:
    reopened.to(step)
    reopened.fulfil()
    assert reopened.case.step == step
    assert not RemedyItem.objects.open().exists()
    endings.withdraw(**reopened._acting(Actor.COMPLAINANT, reason="谢谢"))
    assert reopened.fresh().outcome == "withdrawn"
    assert Budget.objects.get().committed == Decimal(100)
