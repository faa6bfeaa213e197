"""What staff see and do of value: the sheet and the line on the case page, standards, the customer's folded worth."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import Budget, Customer, CustomerLook, Remedy, RemedyItem, Sheet, Standard
from complaints.services import customers, starter_standards
from complaints.services.inputs import ItemInput, SheetInput
from complaints.workflow import Step
from staff.models import DocumentVersion
from tests.complaints.admin.desk import Desk, errors, rows
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(office: Office) -> Walk:
    return Walk(office, timezone.now() - timedelta(days=1), own_proposal="换一台新的", order_number="A-1")


def text_of(response: Any) -> str:
    assert response.status_code == 200, errors(response)
    return " ".join(response.content.decode().split())


def test_the_proposer_reads_c_and_the_line_and_the_own_proposal_first(walk: Walk, office: Office) -> None:
    walk.to(Step.PROPOSE)
    Budget.objects.create(department=office.quality, month=timezone.localdate().replace(day=1), amount=Decimal(800))
    Desk(office.investigator)
    office.investigator.language = "en"
    office.investigator.save(update_fields=["language"])
    text = text_of(Desk(office.investigator).case(walk.case))
    assert "Cost of complaining (C) so far: time 7.50 + effort 5.00 + money 0.00 + feelings 20.00 = 32.50." in text
    assert "You may settle up to <strong>500.00 CNY</strong> now" in text
    assert "budget left 800.00 CNY" in text
    form = Desk(office.investigator).case(walk.case).context["main_act"].form
    assert list(form.fields)[1] == "grants_proposal"
    assert "换一台新的" in str(form.fields["grants_proposal"].help_text)
    assert form.initial["purchase"] is True


def test_a_proposal_with_sheet_payer_and_alternatives_by_the_form(walk: Walk, office: Office) -> None:
    walk.to(Step.PROPOSE)
    due, owner = str(timezone.localdate() + timedelta(days=2)), office.investigator.employee_number
    demands = [{"demand": row.pk, "answer": "met"} for row in walk.case.demands.order_by("number")]
    items = [
        {
            "kind": "compensation",
            "description": "补偿",
            "amount": amount,
            "option": option,
            "owner": owner,
            "due_on": due,
            "paid_by": office.division.pk,
        }
        for option, amount in (("1", "300.00"), ("2", "320.00"))
    ]
    sheet = {"purchase": "on", "price": "200.00", "kept": "", "spent": "12.00", "reason": ""}
    sent = {"why_it_cures": "换新", "grants_proposal": "on"} | sheet | rows("answers", *demands) | rows("items", *items)
    response = Desk(office.investigator).act(walk.case, "submit_remedy", **sent)
    assert response.status_code == 302, errors(response)
    found = Sheet.objects.get()
    assert (found.v1, found.c_money, found.v2, found.goes_up) == (Decimal("200.00"), Decimal("12.00"), Decimal("300.00"), False)
    assert Remedy.objects.get().grants_proposal
    assert set(RemedyItem.objects.values_list("option", "paid_by")) == {(1, office.division.pk), (2, office.division.pk)}
    text = text_of(Desk(office.head).case(walk.case))
    assert 'data-label="' in text
    assert "300.00 CNY" in text


def test_an_agent_draws_on_no_budget_they_have_nothing_to_do_with(walk: Walk, office: Office) -> None:
    walk.to(Step.ASSIGN)
    form = next(entry.form for entry in Desk(office.agent).case(walk.case).context["other_acts"] if entry.act.name == "settle")
    offered = {int(key) for key, _label in form.groups["items"].forms[0].fields["paid_by"].choices if key}
    assert offered == {office.quality.pk, office.reception.pk}


def test_an_agent_who_settles_is_offered_somebody_of_the_answering_unit_to_carry_it_out(walk: Walk, office: Office) -> None:
    walk.to(Step.ASSIGN)
    page = Desk(office.agent).case(walk.case)
    form = next(entry.form for entry in page.context["other_acts"] if entry.act.name == "settle")
    assert form.groups["items"].forms[0].fields["owner"].initial == office.investigator


def test_the_approver_sees_why_it_comes_to_them(walk: Walk, office: Office) -> None:
    walk.to(Step.PROPOSE)
    pay = ItemInput("compensation", "补偿", Decimal("10.00"), office.investigator, timezone.localdate() + timedelta(days=3))
    walk.submit(items=[pay], value=SheetInput(purchase=True, price=Decimal("100.00"), reason="顾客只要这么多"))
    office.division_head.language = "en"
    office.division_head.save(update_fields=["language"])
    text = text_of(Desk(office.division_head).case(walk.case))
    assert "falls short by" in text
    assert "one level up" in text
    assert "顾客只要这么多" in text


class TestTheCustomersWorth:
    def test_is_folded_away_and_opened_by_a_post_that_is_kept(self, walk: Walk, office: Office) -> None:
        walk.to(Step.ASSIGN)
        customer = walk.case.complainant.customer
        assert customer is not None
        customers.set_value(
            customer_id=customer.pk, tier=Customer.Tier.KEY, yearly_value=Decimal("98765.43"), by=office.manager, at=timezone.now()
        )
        desk, address = Desk(office.agent), reverse("admin:complaints_complaint_customer_value", args=[walk.case.pk])
        assert "98765.43" not in text_of(desk.case(walk.case)).replace(",", "")
        assert desk.client.get(address).status_code == 302
        assert not CustomerLook.objects.exists()
        response = desk.client.post(address)
        assert "98765.43" in text_of(response).replace(",", "")
        assert response["Cache-Control"].startswith("no-store, private")
        assert CustomerLook.objects.get().by == office.agent

    def test_is_in_no_list_export_or_page_of_the_customer(self, walk: Walk, office: Office) -> None:
        walk.to(Step.ASSIGN)
        customer = walk.case.complainant.customer
        assert customer is not None
        customers.set_value(
            customer_id=customer.pk, tier=Customer.Tier.KEY, yearly_value=Decimal("98765.43"), by=office.manager, at=timezone.now()
        )
        desk = Desk(office.manager)
        pages = [
            desk.get("complaints_customer_changelist"), desk.get("complaints_customer_change", customer.pk), desk.get("complaints_complaint_changelist"),
        ]  # fmt: skip
        for page in pages:
            assert "98765" not in text_of(page).replace(",", "")
            assert "重点顾客" not in text_of(page)
        address = reverse("admin:complaints_customer_act", args=[customer.pk, "value"])
        assert desk.client.post(address, {"tier": "regular", "yearly_value": "10.00"}).status_code == 302
        customer.refresh_from_db()
        assert (customer.tier, customer.yearly_value) == ("regular", Decimal("10.00"))
        assert Desk(office.agent).client.post(address, {"tier": "key"}).status_code == 403

    def test_who_may_not_see_the_case_finds_nothing(self, walk: Walk, office: Office) -> None:
        walk.to(Step.ASSIGN)
        address = reverse("admin:complaints_complaint_customer_value", args=[walk.case.pk])
        assert Desk(office.caller).client.post(address).status_code == 404
        assert Desk(office.auditor).client.post(address).status_code == 403
        assert not CustomerLook.objects.exists()


class TestStandards:
    def test_a_row_is_entered_and_never_changed(self, office: Office) -> None:
        starter_standards.load(office.manager, timezone.now(), date(2025, 1, 1))
        version = DocumentVersion.objects.get(document__code=starter_standards.CODE)
        desk = Desk(office.manager)
        values = {
            "version": version.pk, "kind": "service", "title": "两小时内回电", "quantity": "用了多久", "unit": "小时", "direction": "at_most", "limit": "2",
            "item_kinds": ["voucher"], "basis": "fixed", "least": "10", "most": "20", "published": "on",
        }  # fmt: skip
        assert desk.client.post(reverse("admin:complaints_standard_add"), values).status_code == 302
        row = Standard.objects.get(title="两小时内回电")
        assert (row.version, row.item_kinds, row.most) == (version, ["voucher"], Decimal("20.00"))
        assert desk.client.post(reverse("admin:complaints_standard_change", args=[row.pk]), values | {"most": "99"}).status_code == 403
        assert desk.get("complaints_standard_change", row.pk).status_code == 200
        assert desk.get("complaints_standard_changelist").status_code == 200
        again = desk.client.post(reverse("admin:complaints_standard_add"), values)
        assert again.status_code == 409
        assert Desk(office.agent).client.post(reverse("admin:complaints_standard_add"), values).status_code == 403
