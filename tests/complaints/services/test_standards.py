"""Standards: rows of a version, kept for ever; a case is judged by the version in force on the day of the event."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from complaints.models import Classification, RemedyItem, Sheet, Standard
from complaints.queries.standards import check, due, for_case, of_that_day, published, range_of
from complaints.services import standards, starter_standards
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput, SheetInput
from complaints.workflow import Step
from staff.models import DocumentVersion
from staff.services import documents
from staff.services.documents import NumberedClause
from tests.factories.cases import Office, Walk
from tests.factories.staff import DocumentFactory

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 3, 2, 9, 0))


def version(office: Office, since: date, document: Any = None) -> DocumentVersion:
    clauses = [NumberedClause("1", "配送时限", "三日内送达。")]
    return documents.publish_version(
        document=document or DocumentFactory.create(), body="标准", clauses=clauses, in_force_from=since, by=office.manager, at=AT
    )


def row(of: DocumentVersion, **changes: Any) -> Standard:
    values = {
        "version": of, "clause": of.clauses.first(), "kind": "service", "title": "三日内送达", "title_en": "Delivered within three days",
        "quantity": "用了多久", "unit": "日", "unit_en": "days", "limit": Decimal(3), "basis": "each", "item_kinds": ["compensation"],
        "least": Decimal(10), "most": Decimal(20), "recommended": Decimal(15),
    }  # fmt: skip
    return Standard(**(values | changes))


def enter(office: Office, of: DocumentVersion, **changes: Any) -> Standard:
    return standards.add(standard=row(of, **changes), by=office.manager, at=AT)


def test_a_case_is_judged_by_the_version_in_force_on_the_day_of_the_event(office: Office) -> None:
    before = version(office, date(2026, 1, 1))
    old = enter(office, before, most=Decimal(20))
    now = version(office, date(2026, 3, 1), before.document)
    new = enter(office, now, least=Decimal(30), most=Decimal(50))
    walk = Walk(office, AT, occurred_on=date(2026, 2, 27))
    walk.to(Step.CLASSIFY)
    with pytest.raises(NotPossible):
        walk.classify(measured_against=new)
    walk.classify(measured_against=old, standard="")
    assert Classification.objects.get().measured_against == old
    walk.to(Step.PROPOSE)
    assert for_case(walk.case, date(2026, 2, 27)) == [old]
    assert for_case(walk.case, date(2026, 3, 1)) == [new]
    with pytest.raises(NotPossible):
        walk.submit(value=SheetInput(standard=new, measured=Decimal(5)))
    pay = ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", Decimal("40.00"), office.investigator, AT.date() + timedelta(days=3))
    walk.submit(items=[pay], value=SheetInput(standard=old, measured=Decimal(5)))
    sheet = Sheet.objects.get()
    assert (sheet.standard, sheet.outside, sheet.goes_up) == (old, False, False), "two days beyond it, 20 to 40"


@pytest.mark.parametrize(("amount", "outside"), [("19.99", True), ("20.00", False), ("40.00", False), ("40.01", True)])
def test_outside_the_range_a_reason_is_needed_and_it_goes_one_level_up(office: Office, amount: str, outside: bool) -> None:
    standard = enter(office, version(office, date(2026, 1, 1)))
    walk = Walk(office, AT)
    walk.to(Step.PROPOSE)
    due_on = AT.date() + timedelta(days=3)
    items = [
        ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", Decimal(amount), office.investigator, due_on),
        ItemInput(RemedyItem.Kind.REFUND, "退款", Decimal("500.00"), office.investigator, due_on),
    ]
    if outside:
        with pytest.raises(NotPossible):
            walk.submit(items=items, value=SheetInput(standard=standard, measured=Decimal(5)))
    walk.submit(items=items, value=SheetInput(standard=standard, measured=Decimal(5), reason="另有约定" if outside else ""))
    assert (Sheet.objects.get().outside, Sheet.objects.get().goes_up) == (outside, outside), "the refund is of another kind"


def test_each_alternative_must_lie_within_the_standard(office: Office) -> None:
    standard = enter(office, version(office, date(2026, 1, 1)))
    walk = Walk(office, AT)
    walk.to(Step.PROPOSE)
    due_on = AT.date() + timedelta(days=3)
    pay = [
        ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", Decimal(amount), office.investigator, due_on, option)
        for option, amount in ((1, "30.00"), (2, "41.00"))
    ]
    with pytest.raises(NotPossible):
        walk.submit(items=pay, value=SheetInput(standard=standard, measured=Decimal(5)))


def test_the_law_s_floor_is_an_amount_or_a_share_of_the_price_whichever_is_higher(office: Office) -> None:
    """Art. 55: three times the price, 500 at the least."""
    fraud = row(
        version(office, date(2026, 1, 1)), title="如实宣传", basis="percent", limit=Decimal(0), least=None, most=None, recommended=Decimal(300),
        floor=Decimal(500), floor_percent=Decimal(300), floor_source="消费者权益保护法 第五十五条",
    )  # fmt: skip
    assert due(fraud, measured=Decimal(1), price=Decimal("120.00")) == Decimal("500.00")
    assert due(fraud, measured=Decimal(1), price=Decimal("200.00")) == Decimal("600.00")
    assert range_of(fraud, measured=Decimal(1), price=Decimal("200.00")) == (Decimal("600.00"), None)
    assert due(fraud, measured=Decimal(1), price=None) is None
    assert check(fraud, measured=Decimal(1), price=None).wants_price
    assert due(fraud, measured=Decimal(0), price=None) == 0


def test_at_least_is_missed_from_below(office: Office) -> None:
    wool = row(version(office, date(2026, 1, 1)), direction="at_least", limit=Decimal(80), basis="fixed")
    assert check(wool, measured=Decimal(80), price=None).is_missed is False
    answer = check(wool, measured=Decimal("79.5"), price=None)
    assert (answer.missed_by, answer.least, answer.most, answer.amount) == (Decimal("0.5"), Decimal(10), Decimal(20), Decimal(15))


def test_rows_are_never_changed_and_a_version_that_has_ended_gets_no_more(office: Office) -> None:
    before = version(office, date(2026, 1, 1))
    standard = enter(office, before)
    for change in (lambda: Standard.objects.update(most=Decimal(99)), lambda: Standard.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    version(office, date(2026, 3, 1), before.document)
    with pytest.raises(ValidationError):
        enter(office, DocumentVersion.objects.get(pk=before.pk), title="另一条")
    with pytest.raises(PermissionDenied):
        standards.add(standard=row(before, title="另一条"), by=office.agent, at=AT)
    assert list(Standard.objects.all()) == [standard]


def test_a_new_version_takes_over_the_rows_of_the_one_before_each_with_its_clause(office: Office) -> None:
    before = version(office, date(2026, 1, 1))
    enter(office, before)
    enter(office, before, title="质保", kind="product", clause=None)
    now = version(office, date(2026, 3, 1), before.document)
    changed = enter(office, now, title="质保", kind="product", clause=None, most=Decimal(99))
    [added] = standards.carry_over(version=before, by=office.manager, at=AT)
    assert (added.version, added.title, added.most, added.clause) == (now, "三日内送达", Decimal(20), now.clauses.get())
    assert standards.carry_over(version=before, by=office.manager, at=AT) == [], "once is enough"
    assert set(Standard.objects.filter(version=now)) == {added, changed}


def test_the_row_of_that_day_is_found_by_its_title(office: Office) -> None:
    before = version(office, date(2026, 1, 1))
    old = enter(office, before)
    new = enter(office, version(office, date(2026, 3, 1), before.document))
    assert of_that_day(new, date(2026, 2, 1)) == old
    assert of_that_day(new, date(2025, 12, 31)) is None
    assert published(date(2026, 3, 2)) == [new]


def test_a_new_installation_begins_with_three_kinds_of_standards(office: Office) -> None:
    starter_standards.load(office.manager, AT, date(2025, 1, 1))
    starter_standards.load(office.manager, AT, date(2025, 1, 1))
    assert Standard.objects.count() == len(starter_standards.ROWS)
    assert {each.kind for each in Standard.objects.all()} == {"product", "service", "compensation"}
    assert all(each.clause and each.title_en and each.quantity_en for each in Standard.objects.all())
