"""H1: what is no amount is refused by every way in. H2: one rounding, the same sums everywhere."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from complaints.admin.money import LedgerAdmin
from complaints.forms.amount import Amount
from complaints.models import Authority, Budget, LedgerEntry, Message, RemedyItem, RewardRule, Sheet
from complaints.money import CENT, percent, split, total
from complaints.services import fund
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput, SheetInput
from complaints.workflow import Medium, Step
from tests.complaints.admin.desk import Desk
from tests.complaints.admin.test_acts import solution
from tests.factories.cases import Office, Walk
from tests.factories.findings import in_force, to_penalize

#: As anybody could type or send it.
LITERALS = [
    "-0.01", "0", "0.001", "0.125", "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "1e-3", "1234567890123", "1_000", "１２", "1,000", "0x10",
    "true", "[]", "1e3", "+5", "10000000.01", "1.", ".5", "5 CNY",
]  # fmt: skip
#: As a caller could hand it to a service.
VALUES: list[Any] = [
    *(Decimal(text) for text in ("-0.01", "0", "0.001", "0.125", "NaN", "sNaN", "Infinity", "1e400", "1e-3", "1234567890123", "10000000.01")),
    "1_000", "１２", "1,000", "0x10", True, [], 12.5, 12,
]  # fmt: skip
#: PostgreSQL (from 16) reads these as the numbers they plainly are, as it reads 1e3: a superuser's own notation, in normal form.
NORMAL_FORM = {"1_000": 1000, "0x10": 16, "1e3": 1000, "+5": 5, "1.": 1, ".5": Decimal("0.5")}


@pytest.fixture
def walk(office: Office) -> Walk:
    walk = Walk(office, timezone.now() - timedelta(hours=3))
    walk.to(Step.PROPOSE)
    return walk


def money(walk: Walk, amount: Any, **changes: Any) -> ItemInput:
    return ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", amount, walk.office.investigator, timezone.localdate(walk.at), **changes)


# --- H1 -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", LITERALS)
def test_h1_the_form_refuses_it(text: str) -> None:
    with pytest.raises(ValidationError):
        Amount().clean(text)


@pytest.mark.django_db
def test_h1_the_page_of_the_case_refuses_it(walk: Walk) -> None:
    desk = Desk(walk.office.investigator)
    for text in LITERALS:
        typed = solution(walk.office, walk.case) | {"items-0-amount": text}
        assert desk.act(walk.case, "submit_remedy", **typed).status_code == 422, text
        assert desk.act(walk.case, "settle", **typed).status_code == 422, text
    assert not RemedyItem.objects.exists()


@pytest.mark.django_db
def test_h1_the_services_refuse_it(walk: Walk) -> None:
    for value in VALUES:
        with pytest.raises(NotPossible):
            walk.submit(items=[money(walk, value)])
        with pytest.raises(NotPossible):
            walk.settle(walk.office.investigator, items=[money(walk, value)])
        if value is not VALUES[1]:  # the value of a purchase may be 0
            with pytest.raises(NotPossible):
                walk.submit(value=SheetInput(purchase=True, price=value))
    with pytest.raises(NotPossible):
        walk.submit(items=[money(walk, Decimal("9999999.99"))] * 2)
    assert not RemedyItem.objects.exists()


@pytest.mark.django_db
def test_h1_the_tables_of_the_back_office_refuse_it(office: Office) -> None:
    desk = Desk(office.manager)
    budget = {"department": office.quality.pk, "month": "2026-03-01"}
    authority = {"use": "settle", "role": "agent", "kind": "gift", "customer_days": 365, "valid_from": "2026-03-01"}
    before = Authority.objects.count()
    for text in set(LITERALS) - {"0", "10000000.01"}:  # a budget, a limit of nothing is one; a budget may be large
        assert desk.client.post(reverse("admin:complaints_budget_add"), budget | {"amount": text}).status_code == 200, text
        assert desk.client.post(reverse("admin:complaints_authority_add"), authority | {"per_case": text}).status_code == 200, text
    assert not Budget.objects.exists()
    assert Authority.objects.count() == before
    assert desk.client.post(reverse("admin:complaints_budget_add"), budget | {"amount": "1000.50"}).status_code == 302


@pytest.mark.django_db
def test_h1_the_database_refuses_it(walk: Walk) -> None:
    walk.submit(items=[money(walk, Decimal("1.00"))])
    row = RemedyItem.objects.get()
    columns = "remedy_id, kind, description, option, cash, currency, owner_id, due_on, proof"
    for text in LITERALS:
        statement = (
            f"INSERT INTO complaints_remedyitem ({columns}, amount) SELECT {columns}, %s::numeric FROM complaints_remedyitem WHERE id = %s"
        )
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [text, row.pk])
        except DatabaseError:
            continue
        assert RemedyItem.objects.latest("pk").amount == NORMAL_FORM.get(text), text


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["0.125", "'NaN'", "-0.01", "100000000"])
def test_h1_no_column_of_money_rounds_in_silence(walk: Walk, amount: str) -> None:
    """Each table with triggers off, as a superuser could write."""
    walk.settle(walk.office.investigator, items=[money(walk, Decimal("1.00"))])
    Budget.objects.create(department=walk.office.quality, month="2026-03-01", amount=Decimal(5))
    for table, column in (
        ("remedyitem", "amount"), ("ledgerentry", "amount"), ("settlement", "amount"), ("budget", "amount"), ("sheet", "v2"),
        ("authority", "per_case"), ("costrate", "amount"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError):
            without_triggers(table, f"UPDATE complaints_{table} SET {column} = {amount}")


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["0.125", "'NaN'"])
def test_h1_nor_does_a_wage_a_penalty_or_the_fund(walk: Walk, amount: str) -> None:
    """The same of what is taken from employees and given from the fund."""
    office = walk.office
    other = Walk(office, walk.at)
    to_penalize(other, office.employee)
    in_force(other, office.employee, measure="deduction", amount=Decimal("100.00"))
    fund.set_budget(year=2026, amount=Decimal("1000.00"), by=office.manager, at=walk.at)
    RewardRule.objects.create(name="促成改进", text="促成改进", least=Decimal(100), most=Decimal(500))
    for table, column in (
        ("penalty", "amount"), ("penaltydecision", "wage"), ("penaltydecision", "least_left"), ("penaltydecision", "amount"),
        ("measure", "least_left"), ("fund", "amount"), ("fund", "committed"), ("fund", "paid"), ("fundentry", "amount"),
        ("rewardrule", "least"), ("rewardrule", "most"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError):
            without_triggers(table, f"UPDATE complaints_{table} SET {column} = {amount}")


def without_triggers(table: str, statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE complaints_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)


# --- H2 -------------------------------------------------------------------------------------------------------------
amounts = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999.99"), places=2)


@given(amount=amounts, parts=st.integers(1, 60))
def test_h2_the_parts_sum_to_the_whole_and_differ_by_a_cent(amount: Decimal, parts: int) -> None:
    found = split(amount, parts)
    assert total(found) == amount
    assert max(found) - min(found) <= CENT


@given(amount=amounts, share=st.decimals(min_value=0, max_value=100, places=2))
def test_h2_a_share_is_the_nearest_cent(amount: Decimal, share: Decimal) -> None:
    assert abs(percent(amount, share) - amount * share / 100) <= CENT / 2


def test_h2_by_hand() -> None:
    assert split(Decimal("100.00"), 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert percent(Decimal("0.05"), Decimal(15)) == Decimal("0.01")
    assert percent(Decimal("0.10"), Decimal(15)) == Decimal("0.02"), "a half away from zero"


@pytest.mark.django_db
def test_h2_page_letter_ledger_and_export_say_the_same_sums(walk: Walk) -> None:
    office, parts = walk.office, split(Decimal("100.00"), 3)
    walk.settle(office.investigator, items=[money(walk, part) for part in parts], agreed_medium=Medium.PHONE)
    walk.fulfil()
    assert Sheet.objects.get().v2 == 100
    letter = Message.objects.get(complaint=walk.case, kind="decision").text
    page = Desk(office.head).case(walk.case).content.decode()
    for part in parts:
        assert f"{part} CNY" in letter
        assert f"{part} CNY" in page
    desk = Desk(office.executive)
    ledger = desk.get("complaints_ledgerentry_changelist").content.decode()
    assert ledger.count("<strong>100.00 CNY</strong>") == 2, "set aside and paid"
    response = desk.client.post(reverse("admin:complaints_ledgerentry_export"), {"format": "0", "resource": ""})
    _heads, *exported = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    item, amount = (LedgerAdmin.list_display.index(name) for name in ("item_shown", "amount"))
    paid = [Decimal(row[amount]) for row in exported if row[item]]
    assert sorted(paid) == sorted(parts)
    assert {row[amount] for row in exported} == {"100.00", "33.34", "33.33"}
    assert total(LedgerEntry.objects.filter(kind="paid").values_list("amount", flat=True)) == total(paid) == 100
