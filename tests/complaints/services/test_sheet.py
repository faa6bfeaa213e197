"""The value sheet through the services: cost from the record and the complainant's word, alternatives, the decision line, the folded value."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from complaints.models import Budget, Complaint, CostCorrection, Customer, CustomerLook, Product, Remedy, RemedyItem, Standard
from complaints.permissions import Refused
from complaints.queries import value_sheet
from complaints.queries.approval import approvers
from complaints.queries.authorities import room_of
from complaints.queries.cost import cost_of
from complaints.queries.decision_line import decision_line
from complaints.queries.standards import in_force
from complaints.queries.tables import tables_for
from complaints.queries.whole_file import whole_file
from complaints.services import cost, customers, drafts, erasure, messages, notify, starter_standards
from complaints.services.errors import ChooseOne, NotPossible
from complaints.services.inputs import ItemInput, PartyInput, SheetInput
from complaints.workflow import Actor, Medium, Mode, Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture
def walk(office: Office) -> Walk:
    return Walk(office, AT)


def item(office: Office, amount: str, option: int = 0, kind: str = "compensation") -> ItemInput:
    return ItemInput(kind, f"方案{option}", Decimal(amount), office.investigator, AT.date() + timedelta(days=3), option)


def file_of(case: Complaint, on: Any = None) -> Any:
    file = whole_file(Complaint.objects.all(), case.pk, with_penalties=True)
    value_sheet.show(file, on or AT.date())
    return file


class TestTheCostOfComplaining:
    def test_is_read_from_the_record(self, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        messages.receive(complaint_id=walk.case.pk, text="有消息吗", medium=Medium.PHONE, by=Actor.COMPLAINANT, at=walk.at)
        c = cost_of(walk.case, walk.at)
        assert (c.time, c.effort, c.money, c.feelings) == (Decimal("15.00"), Decimal("10.00"), Decimal("0.00"), Decimal("20.00"))

    def test_the_complainant_s_latest_word_goes_before_the_record_and_before_staff_s(self, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        for minutes in (600, 90):
            cost.correct(
                complaint_id=walk.case.pk, at=walk.at, minutes=minutes, contacts=4, papers=2, money=Decimal("36.50"), words="打车两次"
            )
        c = cost_of(walk.case, walk.at, spent=Decimal("5.00"))
        assert (c.time, c.effort, c.money) == (Decimal("45.00"), Decimal("30.00"), Decimal("36.50"))

    def test_nothing_said_is_ever_changed_and_an_erasure_takes_the_words(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        cost.correct(complaint_id=walk.case.pk, at=walk.at, minutes=10, contacts=1, papers=0, words="打车")
        with pytest.raises(DatabaseError), transaction.atomic():
            CostCorrection.objects.update(minutes=1)
        walk.to(Step.CLOSED)
        with pytest.raises(NotPossible):
            cost.correct(complaint_id=walk.case.pk, at=walk.at, minutes=10, contacts=1, papers=0)
        erasure.erase(complaint_id=walk.case.pk, reason="本人要求", by=walk.office.manager, at=walk.at)
        assert CostCorrection.objects.get().words == "—"


class TestWhatTheCasePageShows:
    def test_only_what_was_carried_out_is_reached(self, walk: Walk, office: Office) -> None:
        walk.to(Step.PROPOSE)
        walk.submit(
            items=[item(office, "100.00"), item(office, "60.00", kind="voucher")],
            value=SheetInput(purchase=True, price=Decimal(200), kept=Decimal(200)),
        )
        shown = file_of(walk.case).remedies[-1].shown_sheet
        assert (shown.sheet.v2, shown.reached, shown.is_met) == (Decimal("342.00"), Decimal("200.00"), True)
        walk.approve()
        walk.send()
        walk.accept()
        assert file_of(walk.case).remedies[-1].shown_sheet.reached == Decimal("200.00")
        walk.fulfil()
        assert file_of(walk.case).remedies[-1].shown_sheet.reached == Decimal("342.00")

    def test_late_is_late_and_beyond_the_law_is_worse(self, walk: Walk) -> None:
        walk.to(Step.PENALIZE)
        marks = {
            days: [(row.is_late, row.is_beyond_law) for row in file_of(walk.case, AT.date() + timedelta(days=days)).items]
            for days in (3, 4, 16)
        }
        assert marks == {3: [(False, False)] * 2, 4: [(True, False)] * 2, 16: [(True, True)] * 2}
        walk.fulfil()
        assert not any(row.is_late for row in file_of(walk.case, AT.date() + timedelta(days=30)).items)


class TestOneLevelUpIsNotDodged:
    """F3: what the record knows of counts, whatever the proposer leaves out of the sheet."""

    def goes_up(self, walk: Walk, value: SheetInput, amount: str = "120.00") -> bool:
        """Refused without a reason, and one level up with one; or neither."""
        pay = [item(walk.office, amount)]
        try:
            walk.submit(items=pay, value=value)
        except NotPossible:
            walk.submit(items=pay, value=replace(value, reason="顾客同意"))
            assert approvers(walk.case, AT.date()) == {walk.office.division_head.pk}
            with pytest.raises(NotPossible):
                walk.settle(walk.office.investigator, items=pay, value=replace(value, reason="顾客同意"))
            return True
        assert not walk.case.remedies.order_by("-version")[0].sheet.goes_up
        return False

    @pytest.mark.parametrize("known", ["order_number", "product"])
    def test_f3_a_purchase_on_record_is_stated_and_worth_something(self, office: Office, known: str) -> None:
        what = "A-1024" if known == "order_number" else Product.objects.create(code="WH-60", name="热水器")
        walk = Walk(office, AT, **{known: what})
        walk.to(Step.PROPOSE)
        whole = SheetInput(purchase=True, price=Decimal(100), kept=Decimal(100))
        assert self.goes_up(walk, SheetInput())
        assert self.goes_up(walk, SheetInput(purchase=True))
        assert not self.goes_up(walk, whole)

    def test_f3_where_nothing_was_bought_the_sheet_is_advice(self, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        assert not self.goes_up(walk, SheetInput())

    def test_f3_nobody_keeps_more_than_was_bought(self, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        with pytest.raises(NotPossible):
            walk.submit(value=SheetInput(purchase=True, price=Decimal(100), kept=Decimal("100.01"), reason="顾客同意"))

    def test_f3_the_standard_it_was_judged_by_stays_in(self, office: Office) -> None:
        starter_standards.load(office.manager, AT, date(2025, 1, 1))
        walk = Walk(office, AT)
        walk.to(Step.CLASSIFY)
        judged, other = (row for row in in_force(AT.date())[:2])
        walk.classify(measured_against=judged)
        walk.to(Step.PROPOSE)
        assert self.goes_up(walk, SheetInput())
        assert self.goes_up(walk, SheetInput(standard=other, reason=""))
        walk.submit(items=[item(office, "120.00")], value=SheetInput(standard=judged, reason="按标准"))
        assert walk.case.remedies.order_by("-version")[0].sheet.standard == judged


class TestAlternatives:
    def offered(self, walk: Walk, office: Office) -> Walk:
        walk.to(Step.PROPOSE)
        Budget.objects.create(department=office.quality, month=AT.date().replace(day=1), amount=Decimal(1000))
        walk.submit(items=[item(office, "10.00"), item(office, "100.00", 1), item(office, "150.00", 2)])
        walk.approve()
        walk.send()
        return walk

    def test_the_customer_takes_one_and_what_the_others_cost_goes_back(self, walk: Walk, office: Office) -> None:
        self.offered(walk, office)
        assert Budget.objects.get().committed == Decimal("160.00")
        notify.accept(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at, option=1)
        assert Remedy.objects.get().chosen_option == 1
        assert Budget.objects.get().committed == Decimal("110.00")
        assert [row.amount for row in RemedyItem.objects.agreed().order_by("pk")] == [Decimal("10.00"), Decimal("100.00")]
        taken = [row.is_taken for row in file_of(walk.fresh()).items]
        assert taken == [True, True, False]

    @pytest.mark.parametrize("option", [None, 0, 3])
    def test_none_or_another_is_no_answer(self, walk: Walk, office: Office, option: int | None) -> None:
        self.offered(walk, office)
        with pytest.raises(ChooseOne):
            notify.accept(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at, option=option)
        assert walk.fresh().step == Step.NOTIFY

    def test_staff_record_the_choice_told_by_telephone(self, walk: Walk, office: Office) -> None:
        self.offered(walk, office)
        notify.accept(complaint_id=walk.case.pk, by=office.investigator, at=walk.at, medium=Medium.PHONE, option=2)
        assert Remedy.objects.get().chosen_option == 2

    def test_the_letter_names_each(self, walk: Walk, office: Office) -> None:
        walk.to(Step.PROPOSE)
        walk.submit(items=[item(office, "10.00"), item(office, "100.00", 1), item(office, "150.00", 2)])
        letter = drafts.draft_decision(walk.case)
        assert letter.index("10.00") < letter.index("100.00") < letter.index("150.00")
        assert letter.count("方案") >= 3


def test_the_decision_line_says_how_far_one_may_go_and_what_others_got(office: Office) -> None:
    earlier = Walk(office, AT - timedelta(days=30))
    earlier.to(Step.PENALIZE)
    Budget.objects.create(department=office.quality, month=AT.date().replace(day=1), amount=Decimal(1000), committed=Decimal(0))
    walk = Walk(office, AT, complainant=PartyInput(name="李雷", phone="13900139000"))
    walk.to(Step.ASSIGN)
    line = decision_line(walk.case, office.investigator, AT.date(), tables=tables_for(walk.case, AT.date()), may_settle=True)
    assert (line.room, line.budget) == (Decimal("500.00"), Decimal("1000.00"))
    assert line.room == room_of(office.investigator.pk, walk.case, AT.date())
    assert [(case.pk, case.given) for case in line.similar] == [(earlier.case.pk, Decimal("120.00"))]
    assert line.standards == [], "standards that speak of something else are not named"
    starter_standards.load(office.manager, AT, date(2025, 1, 1))
    late = Standard.objects.get(title_en="Delivered within three days")
    judged = decision_line(
        walk.case, office.investigator, AT.date(), tables=tables_for(walk.case, AT.date()), may_settle=True, judged_by=late.pk
    )
    assert judged.standards == [late]
    assert "10–20 CNY" in late.due_said(judged.currency)
    stranger = decision_line(walk.case, office.caller, AT.date(), tables=tables_for(walk.case, AT.date()), may_settle=True)
    assert stranger.similar == [], "nobody is shown a case they may not see"


class TestTheCustomersWorth:
    def test_is_opened_one_by_one_and_each_look_is_kept(self, walk: Walk, office: Office) -> None:
        walk.to(Step.ASSIGN)
        customer = walk.case.complainant.customer
        assert customer is not None
        customers.set_value(customer_id=customer.pk, tier=Customer.Tier.KEY, yearly_value=Decimal("9000.00"), by=office.manager, at=walk.at)
        assert customers.look(complaint_id=walk.case.pk, by=office.agent, at=walk.at).tier == "key"
        assert list(CustomerLook.objects.values_list("complaint", "by", "at")) == [(walk.case.pk, office.agent.pk, walk.at)]
        with pytest.raises(DatabaseError), transaction.atomic():
            CustomerLook.objects.all().delete()
        with pytest.raises(Refused):
            customers.look(complaint_id=walk.case.pk, by=office.auditor, at=walk.at)
        with pytest.raises(Complaint.DoesNotExist):
            customers.look(complaint_id=walk.case.pk, by=office.caller, at=walk.at)
        assert CustomerLook.objects.count() == 1

    def test_nobody_has_one_who_is_not_named(self, office: Office) -> None:
        walk = Walk(office, AT, complainant=PartyInput(mode=Mode.ANONYMOUS))
        with pytest.raises(NotPossible):
            customers.look(complaint_id=walk.case.pk, by=office.agent, at=AT)

    def test_goes_with_an_erasure(self, walk: Walk, office: Office) -> None:
        walk.to(Step.CLOSED)
        customer = walk.case.complainant.customer
        assert customer is not None
        customers.set_value(customer_id=customer.pk, tier="key", yearly_value=Decimal(1), by=office.manager, at=walk.at)
        erasure.erase(complaint_id=walk.case.pk, reason="本人要求", by=office.manager, at=walk.at)
        customer.refresh_from_db()
        assert (customer.tier, customer.yearly_value) == ("", None)
