"""The value rule against cases reckoned by hand (M4), pure and through the service; the page in the documents says the same."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from complaints import value
from complaints.models import Complaint, CostCorrection, CostRate, Sheet
from complaints.queries.cost import OnRecord, reckoned
from complaints.services import cost, messages, starter
from complaints.services.inputs import ItemInput, SheetInput
from complaints.workflow import Actor, Feeling, Medium, Step
from tests.complaints.worked_examples import DOCUMENT, EXAMPLES, Example, document
from tests.factories.cases import Office, Walk

COUNTS = {kind: Decimal(counts) for kind, _cash, counts, _days in starter.ITEM_RULES}
RATES = {str(unit): CostRate(unit=unit, amount=Decimal(amount), minutes=minutes) for unit, amount, minutes in starter.COST_RATES}
examples = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


def cost_of(example: Example) -> value.Cost:
    said = None
    if example.minutes is not None:
        said = CostCorrection(minutes=example.minutes, contacts=example.contacts, papers=example.papers, money=Decimal(example.spent))
    record = OnRecord(example.contacts, example.repeats, example.papers, example.feeling, said)
    return reckoned(RATES, record, spent=Decimal(example.spent))


def items_of(example: Example) -> list[value.Given]:
    return [
        value.Given(item.kind, None if item.amount is None else Decimal(item.amount), item.option, COUNTS[item.kind])
        for item in example.items
    ]


@examples
def test_the_sheet_says_what_was_reckoned_by_hand(example: Example) -> None:
    c = cost_of(example)
    assert (c.time, c.effort, c.money, c.feelings) == tuple(Decimal(part) for part in example.cost)
    v2 = value.value_reached(Decimal(example.kept), items_of(example))
    assert v2 == Decimal(example.v2)
    if example.price is not None:
        assert value.short_by(Decimal(example.price), c, v2) == Decimal(example.short_by)


def test_the_page_of_the_documents_is_made_of_the_same_table() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "python -m tests.complaints.worked_examples"


def test_at_least_ten_kinds_are_worked_out() -> None:
    assert len({example.name for example in EXAMPLES}) >= 10


@pytest.mark.django_db
@examples
def test_the_service_keeps_the_same_sheet(example: Example) -> None:
    at = timezone.make_aware(datetime(2026, 3, 2, 9, 0))
    walk = Walk(Office.found(), at)
    walk.apologize(feeling_before=Feeling(example.feeling))
    walk.to(Step.PROPOSE)
    bring_about(walk, example)
    due = timezone.localdate(walk.at) + timedelta(days=3)
    owner = walk.office.investigator
    items = [
        ItemInput(item.kind, item.kind, None if item.amount is None else Decimal(item.amount), owner, due, item.option)
        for item in example.items
    ]
    price = Decimal(example.price or 0)
    said = SheetInput(
        purchase=example.price is not None, price=price, kept=Decimal(example.kept), spent=Decimal(example.spent), reason="例外"
    )
    walk.submit(items=items, value=said)
    sheet = Sheet.objects.get(remedy__complaint=walk.case)
    assert (sheet.c_time, sheet.c_effort, sheet.c_money, sheet.c_feelings) == tuple(Decimal(part) for part in example.cost)
    assert (sheet.v1, sheet.v2, sheet.short_by) == (price, Decimal(example.v2), Decimal(example.short_by))
    assert sheet.goes_up == bool(sheet.short_by)


def bring_about(walk: Walk, example: Example) -> None:
    """Messages and rounds as many as the example has; where papers were asked for or the time put right, the complainant says so."""
    if example.minutes is not None or example.papers:
        minutes = example.minutes or 15 * example.contacts + 10 * example.papers
        cost.correct(
            complaint_id=walk.case.pk,
            at=walk.at,
            minutes=minutes,
            contacts=example.contacts,
            papers=example.papers,
            money=Decimal(example.spent),
        )
        return
    for _number in range(example.contacts - 1):
        messages.receive(complaint_id=walk.case.pk, text="还没有解决", medium=Medium.WEB, by=Actor.COMPLAINANT, at=walk.at)
    Complaint.objects.filter(pk=walk.case.pk).update(round=1 + example.repeats)
