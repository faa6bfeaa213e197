"""The tables of money in the back office: limits and budgets by whoever may set them, the ledger by whoever may read it, and nobody sees foreign cases."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.queries.settling import settling
from complaints.models import Authority, Budget, LedgerEntry, RemedyItem
from complaints.services.inputs import ItemInput, PartyInput
from complaints.workflow import Medium, Step
from staff.roles import Role
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db


def month() -> Any:
    return timezone.localdate().replace(day=1)


def settled(office: Office, amount: str, **options: Any) -> Walk:
    walk = Walk(office, timezone.now() - timedelta(hours=3), **options)
    walk.to(Step.ASSIGN)
    item = ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", Decimal(amount), office.investigator, timezone.localdate())
    walk.settle(items=[item], agreed_medium=Medium.PHONE)
    return walk


def test_only_who_may_set_authority_changes_limits_and_each_change_is_kept(office: Office) -> None:
    row = Authority.objects.get(use="settle", role="agent")
    page = reverse("admin:complaints_authority_change", args=[row.pk])
    typed = {"use": "settle", "role": "agent", "kind": "", "per_case": "300.00", "customer_days": 365, "valid_from": row.valid_from}
    assert Desk(office.head).client.post(page, typed).status_code == 403
    assert Desk(office.manager).client.post(page, typed).status_code == 302
    row.refresh_from_db()
    assert row.per_case == 300
    assert row.history.first().history_user == office.manager


def test_a_budget_is_never_set_below_what_is_committed(office: Office) -> None:
    budget = Budget.objects.create(department=office.quality, month=month(), amount=Decimal(500))
    settled(office, "120.00")
    desk, page = Desk(office.manager), reverse("admin:complaints_budget_change", args=[budget.pk])
    refused = desk.client.post(page, {"amount": "119.99"})
    assert refused.status_code == 200
    assert "120.00" in str(refused.context["errors"])
    assert desk.client.post(page, {"amount": "120.00", "committed": "0", "month": "2020-01-01"}).status_code == 302
    budget.refresh_from_db()
    assert (budget.amount, budget.committed, budget.month) == (Decimal(120), Decimal(120), month())
    again = {"department": office.quality.pk, "month": str(month()), "amount": "5"}
    assert desk.client.post(reverse("admin:complaints_budget_add"), again).status_code == 200, "once a month"
    assert Budget.objects.count() == 1


def test_the_ledger_is_read_by_whoever_may_without_foreign_cases_and_sums_what_it_lists(office: Office) -> None:
    settled(office, "120.00")
    elsewhere = DepartmentFactory.create(name="他处", receives=True)
    foreign_head = person(Role.HEAD, elsewhere)
    for reader in (office.head, office.executive, office.auditor, office.manager):
        page = Desk(reader).get("complaints_ledgerentry_changelist")
        assert page.status_code == 200
        assert page.context["ledger_sums"][0][1] == "120.00 CNY", reader
    assert Desk(foreign_head).get("complaints_ledgerentry_changelist").context["ledger_sums"] == []
    entry = LedgerEntry.objects.get()
    assert Desk(foreign_head).get("complaints_ledgerentry_change", entry.pk).status_code == 404
    for nobody in (office.agent, office.investigator, office.personnel, office.employee):
        assert Desk(nobody).get("complaints_ledgerentry_changelist").status_code == 403
    assert Desk(office.manager).client.post(reverse("admin:complaints_ledgerentry_add"), {}).status_code == 403


def test_the_ledger_is_narrowed_by_kind_department_and_month_and_exported_as_it_is_shown(office: Office) -> None:
    settled(office, "120.00").fulfil()
    settled(office, "30.00", complainant=PartyInput(name="李四", email="li@example.com"))
    desk = Desk(office.executive)

    def sums(**narrowed: Any) -> list[str]:
        return [amount for _kind, amount in desk.get("complaints_ledgerentry_changelist", **narrowed).context["ledger_sums"]]

    assert sums() == ["150.00 CNY", "120.00 CNY"]
    assert sums(kind="paid") == ["120.00 CNY"]
    assert sums(department=office.quality.pk, kind="committed", month=f"{timezone.localdate():%Y-%m}") == ["150.00 CNY"]
    assert sums(department=office.reception.pk) == []
    answer = desk.client.post(reverse("admin:complaints_ledgerentry_export") + "?kind=paid", {"format": "0", "resource": ""})
    assert answer.content.decode("utf-8-sig").count("120.00") == 1
    assert Desk(office.investigator).client.post(reverse("admin:complaints_ledgerentry_export"), {"format": "0"}).status_code == 403


def test_figures_of_authority_tell_first_contact_needless_approvals_and_time_lost(office: Office) -> None:
    settled(office, "120.00")
    needless = Walk(office, timezone.now() - timedelta(hours=9), complainant=PartyInput(name="李四", email="li@example.com"))
    needless.to(Step.PROPOSE)
    needless.submit()  # 120.00, of which the investigator may give 500.00
    needless.at += timedelta(hours=2)
    needless.approve()
    due = Walk(office, timezone.now() - timedelta(hours=9), complainant=PartyInput(name="赵六", email="z@example.com"))
    due.to(Step.PROPOSE)
    due.submit(items=[ItemInput("refund", "退款", Decimal(900), office.investigator, timezone.localdate())])
    due.approve()
    until = timezone.now() + timedelta(hours=1)
    whole, quality = settling(office.executive, since=until - timedelta(days=2), until=until)
    assert (whole.cases, whole.settled, whole.at_first_contact, whole.approvals, whole.needless) == (3, 1, 1, 2, 1)
    assert quality.department == "质量部"
    assert whole.median_wait == timedelta(minutes=70), "two hours and ten minutes, and ten minutes: their median"
    [nothing] = settling(office.caller, since=until - timedelta(days=2), until=until)
    assert nothing.cases == 0
    page = Desk(office.executive).get("complaints_settlement_changelist")
    assert page.status_code == 200
    assert "质量部" in page.content.decode()
    assert Desk(office.agent).get("complaints_settlement_changelist").status_code == 403
