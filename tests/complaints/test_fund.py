"""The reward fund: anybody nominates, somebody else decides, the budget holds, and nothing depends on what the customer does."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from complaints import signing
from complaints.models import Complaint, Fund, FundEntry, Message, Reward, RewardRule, Vip
from complaints.permissions import Refused
from complaints.queries import fund as figures
from complaints.services import endings, erasure, follow_up, fund, starter_fund
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Mode, Step
from config.work.first_page import work_for
from staff.models import User
from staff.roles import Role
from tests.complaints.test_races import at_once
from tests.factories.cases import Office, Walk
from tests.factories.staff import person

WORDS, MONEY = "书面感谢", "促成改进"
PROTECTED = {
    Mode.CONFIDENTIAL: PartyInput(mode=Mode.CONFIDENTIAL, name="王芳", phone="13800138000"),
    Mode.ANONYMOUS: PartyInput(mode=Mode.ANONYMOUS),
}
IMPOSSIBLE = [
    "-0.01",
    "0",
    "0.001",
    "0.125",
    "NaN",
    "sNaN",
    "Infinity",
    "1e400",
    "1e-3",
    "1234567890123",
    "1_000",
    "１２",
    "1,000",
    "0x10",
    "true",
    "[]",
]


@pytest.fixture
def rules(db: None) -> dict[str, RewardRule]:
    return {
        WORDS: RewardRule.objects.create(name=WORDS, text="如实相告，书面感谢", name_en="Words", text_en="Thanks in words"),
        MONEY: RewardRule.objects.create(name=MONEY, text="促成改进", least=Decimal("100"), most=Decimal("500"), position=2),
    }


@pytest.fixture
def budget(office: Office, now: datetime) -> Fund:
    return fund.set_budget(year=timezone.localdate(now).year, amount=Decimal("1000.00"), by=office.manager, at=now)


@pytest.fixture
def walk(office: Office, now: datetime) -> Walk:
    return Walk(office, now)


def nominated(walk: Walk, rules: dict[str, RewardRule], *, rule: str = MONEY, by: User | None = None, **changes: Any) -> Reward:
    values = {"amount": Decimal("300.00") if rule == MONEY else None, "reason": "让我们发现了密封圈的问题"} | changes
    return fund.nominate(number=walk.case.number, rule=rules[rule], by=by or walk.office.employee, at=walk.at, **values)


def approved(walk: Walk, rules: dict[str, RewardRule], **changes: Any) -> Reward:
    reward = nominated(walk, rules, **changes)
    return fund.approve(reward_id=reward.pk, thanks="谢谢您，您帮了大家。", by=walk.office.executive, at=walk.at)


def paid(walk: Walk, reward: Reward, **changes: Any) -> Reward:
    values: dict[str, Any] = {"paid_on": timezone.localdate(walk.at), "proof": "付款单 12"} | changes
    return fund.pay(reward_id=reward.pk, by=walk.office.manager, at=walk.at, **values)


def verified() -> str:
    output = StringIO()
    call_command("verify", stdout=output)
    return output.getvalue().splitlines()[-1]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def tracking_page(case: Complaint, language: str = "en") -> str:
    client = Client(headers={"accept-language": language})
    client.post("/track/", {"code": signing.code_for(case.code_key)})
    return client.get("/track/case/").content.decode()


# --- who nominates, who decides ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestNominating:
    def test_a_plain_employee_who_sees_no_case_nominates_by_its_number(self, walk: Walk, rules: dict[str, RewardRule]) -> None:
        assert not Complaint.objects.visible_to(walk.office.employee).exists()
        reward = nominated(walk, rules, by=walk.office.employee)
        assert (reward.complaint, reward.state) == (walk.case, Reward.State.NOMINATED)
        assert "nominated for our thanks" in tracking_page(walk.case)

    def test_r1_whether_there_is_such_a_complaint_is_not_told(self, walk: Walk, rules: dict[str, RewardRule]) -> None:
        """Unknown, known and nominated already: the same answer, and the same page of one's own nomination."""
        client, seen = client_of(walk.office.employee), []
        for number in (walk.case.number, walk.case.number, "999999-XXXXX"):
            sent = {"number": number, "rule": rules[MONEY].pk, "reason": "很有帮助", "amount": "300.00"}
            answer = client.post(reverse("admin:complaints_reward_add"), sent)
            reward = Reward.objects.latest("pk")
            page = client.get(reverse("admin:complaints_reward_change", args=[reward.pk])).content.decode()
            seen.append((answer.status_code, f"/complaint/{walk.case.pk}/" in page, "很有帮助" in page))
        assert seen == [(302, False, True)] * 3
        assert [row.complaint for row in Reward.objects.order_by("pk")] == [walk.case, None, None]

    def test_who_sees_the_case_is_told_that_it_is_nominated_already(self, walk: Walk, rules: dict[str, RewardRule]) -> None:
        nominated(walk, rules)
        with pytest.raises(NotPossible):
            nominated(walk, rules, by=walk.office.manager)

    def test_the_amount_lies_within_the_public_rule(self, walk: Walk, rules: dict[str, RewardRule]) -> None:
        for amount in (None, Decimal("99.99"), Decimal("500.01")):
            with pytest.raises(NotPossible):
                nominated(walk, rules, amount=amount)
        with pytest.raises(NotPossible):
            nominated(walk, rules, rule=WORDS, amount=Decimal("100"))

    @pytest.mark.parametrize("amount", IMPOSSIBLE)
    def test_h1_impossible_amounts_are_refused_by_the_form(self, walk: Walk, rules: dict[str, RewardRule], amount: str) -> None:
        client = client_of(walk.office.employee)
        sent = {"number": walk.case.number, "rule": rules[MONEY].pk, "reason": "很有帮助", "amount": amount}
        assert client.post(reverse("admin:complaints_reward_add"), sent).status_code in {200, 409}
        assert (
            client_of(walk.office.manager).post(reverse("admin:complaints_fund_add"), {"year": "2026", "amount": amount}).status_code == 200
        )
        assert not Reward.objects.exists()
        assert not Fund.objects.exists()

    @pytest.mark.parametrize("amount", ["-0.01", "0", "0.001", "0.125", "NaN", "Infinity"])
    def test_h1_impossible_amounts_are_refused_by_the_service(self, walk: Walk, rules: dict[str, RewardRule], amount: str) -> None:
        with pytest.raises(NotPossible):
            nominated(walk, rules, amount=Decimal(amount))
        with pytest.raises(NotPossible):
            fund.set_budget(year=2026, amount=Decimal(amount), by=walk.office.manager, at=walk.at)

    @pytest.mark.parametrize("amount", ["-0.01", "0", "'NaN'", "10000000.01"])
    def test_h1_impossible_amounts_are_refused_by_the_database(self, walk: Walk, rules: dict[str, RewardRule], amount: str) -> None:
        row = Reward(number="X", rule=rules[MONEY], reason="x", nominated_by=walk.office.employee, nominated_at=walk.at)
        row.save()
        columns = (
            "number, rule_id, reason, currency, vip, nominated_by_id, nominated_at, state, thanks, declined_because, way, claim_key, proof"
        )
        statement = (
            f"INSERT INTO complaints_reward ({columns}, amount) SELECT {columns}, {amount}::numeric FROM complaints_reward WHERE id = %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.replace(amount, "5.00"), [row.pk])  # a possible one is taken
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [row.pk])


@pytest.mark.django_db
class TestDeciding:
    def test_f2_nobody_decides_on_their_own_nomination(self, walk: Walk, rules: dict[str, RewardRule], budget: Fund) -> None:
        reward = nominated(walk, rules, rule=WORDS, by=walk.office.executive)
        with pytest.raises(Refused):
            fund.approve(reward_id=reward.pk, thanks="谢谢", by=walk.office.executive, at=walk.at)
        client = client_of(walk.office.executive)
        path = reverse("admin:complaints_reward_act", args=[reward.pk, "approve"])
        assert client.post(path, {"thanks": "谢谢"}).status_code == 403
        with pytest.raises(IntegrityError), transaction.atomic():
            Reward.objects.filter(pk=reward.pk).update(state="thanked", thanks="谢谢", decided_by=walk.office.executive, decided_at=walk.at)
        reward.refresh_from_db()
        assert reward.state == Reward.State.NOMINATED

    def test_an_employee_who_complained_does_not_decide_on_their_own_reward(
        self, office: Office, now: datetime, rules: dict[str, RewardRule], budget: Fund
    ) -> None:
        party = PartyInput(mode=Mode.CONFIDENTIAL, name="高远", phone="13900139000", employee_number=office.executive.employee_number)
        walk = Walk(office, now, complainant=party)
        reward = nominated(walk, rules)
        with pytest.raises(Refused):
            fund.approve(reward_id=reward.pk, thanks="谢谢", by=office.executive, at=walk.at)

    @pytest.mark.parametrize("who", ["agent", "investigator", "caller", "manager", "auditor", "personnel", "employee"])
    def test_only_heads_and_executives_decide(self, walk: Walk, rules: dict[str, RewardRule], budget: Fund, who: str) -> None:
        reward = nominated(walk, rules, by=walk.office.division_head)
        with pytest.raises((Refused, Reward.DoesNotExist)):
            fund.approve(reward_id=reward.pk, thanks="谢谢", by=getattr(walk.office, who), at=walk.at)

    def test_who_is_named_in_the_case_does_not_know_of_it(self, walk: Walk, rules: dict[str, RewardRule], budget: Fund) -> None:
        from complaints.services import recusals

        reward = nominated(walk, rules)
        other = person(Role.EXECUTIVE, walk.office.board, name="另一位")
        recusals.name(complaint_id=walk.case.pk, by=walk.office.agent, at=walk.at, user=other)
        with pytest.raises(Reward.DoesNotExist):
            fund.approve(reward_id=reward.pk, thanks="谢谢", by=User.objects.get(pk=other.pk), at=walk.at)

    def test_thanks_in_words_cost_nothing_and_reach_the_customer(self, walk: Walk, rules: dict[str, RewardRule]) -> None:
        reward = approved(walk, rules, rule=WORDS)
        assert (reward.state, reward.fund, FundEntry.objects.count()) == (Reward.State.THANKED, None, 0)
        said = Message.objects.get(complaint=walk.case, kind="reward")
        assert "谢谢您，您帮了大家。" in said.text
        assert "谢谢您，您帮了大家。" in tracking_page(walk.case)

    def test_money_comes_from_the_budget_and_stands_in_the_ledger(self, walk: Walk, rules: dict[str, RewardRule], budget: Fund) -> None:
        reward = approved(walk, rules)
        budget.refresh_from_db()
        assert (budget.committed, budget.paid, budget.left) == (Decimal("300.00"), Decimal(0), Decimal("700.00"))
        paid(walk, reward)
        budget.refresh_from_db()
        assert (budget.committed, budget.paid) == (Decimal("300.00"), Decimal("300.00"))
        assert [(row.kind, row.amount) for row in FundEntry.objects.order_by("pk")] == [
            ("budget", Decimal("1000.00")),
            ("committed", Decimal("300.00")),
            ("paid", Decimal("300.00")),
        ]
        assert "300.00" in tracking_page(walk.case)
        assert verified() == "0 violations"

    def test_without_a_budget_there_is_no_money(self, walk: Walk, rules: dict[str, RewardRule]) -> None:
        reward = nominated(walk, rules)
        with pytest.raises(NotPossible):
            fund.approve(reward_id=reward.pk, thanks="谢谢", by=walk.office.executive, at=walk.at)

    def test_the_budget_holds_for_the_service_and_for_raw_sql(
        self, office: Office, now: datetime, rules: dict[str, RewardRule], budget: Fund
    ) -> None:
        for _each in range(3):
            approved(Walk(office, now), rules)
        with pytest.raises(NotPossible):
            approved(Walk(office, now), rules)
        for change in (
            {"committed": Decimal("1000.01")},
            {"amount": Decimal("899.99")},
            {"paid": Decimal("900.01")},
            {"paid": Decimal("-1")},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Fund.objects.filter(pk=budget.pk).update(**change)
        with pytest.raises(NotPossible):
            fund.set_budget(year=budget.year, amount=Decimal("899.99"), by=office.manager, at=now)
        fund.set_budget(year=budget.year, amount=Decimal("900.00"), by=office.manager, at=now)
        assert verified() == "0 violations"

    def test_what_is_in_the_ledger_stays(self, walk: Walk, rules: dict[str, RewardRule], budget: Fund) -> None:
        reward = approved(walk, rules)
        for act in (lambda: FundEntry.objects.update(amount=1), lambda: FundEntry.objects.all().delete(), lambda: reward.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()
        with pytest.raises(DatabaseError), transaction.atomic():
            Reward.objects.filter(pk=reward.pk).update(amount=Decimal("1.00"))
        with pytest.raises(DatabaseError), transaction.atomic():
            Reward.objects.filter(pk=reward.pk).update(state="nominated")

    def test_a_declined_one_vanishes_from_the_customer_s_page_and_can_be_nominated_anew(
        self, walk: Walk, rules: dict[str, RewardRule], budget: Fund
    ) -> None:
        reward = nominated(walk, rules)
        fund.decline(reward_id=reward.pk, reason="先请部门评估", by=walk.office.executive, at=walk.at)
        assert "nominated for our thanks" not in tracking_page(walk.case)
        page = client_of(walk.office.employee).get(reverse("admin:complaints_reward_change", args=[reward.pk])).content.decode()
        assert "先请部门评估" in page
        assert nominated(walk, rules).state == Reward.State.NOMINATED

    def test_while_our_decision_waits_for_an_answer_no_reward_is_granted(
        self, walk: Walk, rules: dict[str, RewardRule], budget: Fund
    ) -> None:
        reward = nominated(walk, rules)
        walk.to(Step.NOTIFY)
        walk.send()
        with pytest.raises(NotPossible):
            fund.approve(reward_id=reward.pk, thanks="谢谢", by=walk.office.executive, at=walk.at)
        walk.accept()
        assert fund.approve(reward_id=reward.pk, thanks="谢谢", by=walk.office.executive, at=walk.at).state == Reward.State.APPROVED

    def test_what_waits_stands_in_the_work_of_who_decides_and_pays(self, walk: Walk, rules: dict[str, RewardRule], budget: Fund) -> None:
        reward = nominated(walk, rules)
        path = reverse("admin:complaints_reward_change", args=[reward.pk])

        def urls(user: User) -> list[str]:
            return [row.url for pile in work_for(User.objects.get(pk=user.pk), walk.at) for row in pile.rows]

        assert path in urls(walk.office.executive)
        assert path not in urls(walk.office.manager)
        fund.approve(reward_id=reward.pk, thanks="谢谢", by=walk.office.executive, at=walk.at)
        assert path in urls(walk.office.manager)


# --- paid --------------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestPaying:
    @pytest.mark.parametrize("mode", list(PROTECTED))
    def test_who_is_protected_is_paid_for_the_code_and_nobody_asks_who_they_are(
        self, office: Office, now: datetime, rules: dict[str, RewardRule], budget: Fund, mode: Mode
    ) -> None:
        walk = Walk(office, now, complainant=PROTECTED[mode])
        reward = approved(walk, rules)
        code = signing.claim_code_for(reward.claim_key)
        assert code in tracking_page(walk.case)
        with connection.cursor() as cursor:
            for table in ("complaints_reward", "complaints_historicalreward", "complaints_message", "complaints_fundentry"):
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{code}%"])
                assert cursor.fetchone() == (0,)
        for wrong in ("", "AAAAAA-BBBBBB-CCCCCC", signing.code_for(walk.case.code_key)):
            with pytest.raises(NotPossible):
                paid(walk, reward, code=wrong)
        assert paid(walk, reward, code=code.lower().replace("-", " ")).state == Reward.State.PAID
        assert code not in tracking_page(walk.case)
        with pytest.raises(NotPossible):
            paid(walk, reward, code=code)

    def test_a_claim_code_opens_no_case_and_a_tracking_code_claims_nothing(
        self, office: Office, now: datetime, rules: dict[str, RewardRule], budget: Fund
    ) -> None:
        walk = Walk(office, now, complainant=PROTECTED[Mode.ANONYMOUS])
        reward = approved(walk, rules)
        assert Client().post("/track/", {"code": signing.claim_code_for(reward.claim_key)}).status_code == 422

    def test_real_names_come_first_where_the_budget_is_short(
        self, office: Office, now: datetime, rules: dict[str, RewardRule], budget: Fund
    ) -> None:
        for _each in range(2):
            nominated(Walk(office, now), rules, amount=Decimal("400.00"))
        walk = Walk(office, now, complainant=PROTECTED[Mode.ANONYMOUS])
        reward = nominated(walk, rules, amount=Decimal("300.00"))
        with pytest.raises(NotPossible):  # 1000 less 800 kept for real names
            fund.approve(reward_id=reward.pk, thanks="谢谢", by=office.executive, at=now)
        named = Reward.objects.filter(complaint__complainant__mode=Mode.REAL_NAME).first()
        assert named is not None
        fund.decline(reward_id=named.pk, reason="不符合规则", by=office.executive, at=now)
        assert fund.approve(reward_id=reward.pk, thanks="谢谢", by=office.executive, at=now).way == Reward.Way.CODE

    def test_who_approved_does_not_pay_and_only_the_fund_s_manager_does(
        self, walk: Walk, rules: dict[str, RewardRule], budget: Fund
    ) -> None:
        both = person(Role.EXECUTIVE, walk.office.board, name="身兼二职")
        from tests.factories.staff import MembershipFactory

        MembershipFactory.create(user=both, role=Role.MANAGER, department=walk.office.management)
        both = User.objects.get(pk=both.pk)
        reward = nominated(walk, rules)
        fund.approve(reward_id=reward.pk, thanks="谢谢", by=both, at=walk.at)
        day = timezone.localdate(walk.at)
        for who in (both, walk.office.executive, walk.office.agent):
            with pytest.raises(Refused):
                fund.pay(reward_id=reward.pk, paid_on=day, proof="单据", by=who, at=walk.at)
        with pytest.raises(NotPossible):
            paid(walk, reward, paid_on=day - timedelta(days=1))
        with pytest.raises(NotPossible):
            paid(walk, reward, proof=" ")
        assert paid(walk, reward).state == Reward.State.PAID


# --- helpers -----------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestHelpers:
    def test_a_customer_or_a_code_is_listed_once_and_taken_off(self, office: Office, now: datetime, rules: dict[str, RewardRule]) -> None:
        named, unnamed = Walk(office, now), Walk(office, now, complainant=PROTECTED[Mode.CONFIDENTIAL])
        approved(named, rules, rule=WORDS, vip=True)
        approved(Walk(office, now), rules, rule=WORDS, vip=True)  # the same customer again
        approved(unnamed, rules, rule=WORDS, vip=True)
        rows = list(Vip.objects.order_by("pk"))
        assert [(row.customer, row.complaint) for row in rows] == [(named.case.complainant.customer, named.case), (None, unnamed.case)]
        page = client_of(office.agent).get(reverse("admin:complaints_vip_changelist")).content.decode()
        assert "王芳" in page
        assert page.count("王芳") == 1
        fund.take_off(vip_id=rows[0].pk, by=office.manager, at=now)
        with pytest.raises(Refused):
            fund.take_off(vip_id=rows[1].pk, by=office.agent, at=now)
        assert "list of helpers" in tracking_page(unnamed.case)


# --- it depends on nothing -----------------------------------------------------------------------------------------------------
def _accepts(walk: Walk) -> None:
    walk.to(Step.CLOSED)


def _withdraws(walk: Walk) -> None:
    walk.to(Step.ASSIGN)
    endings.withdraw(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at, reason="不想再等")


def _says_nothing(walk: Walk) -> None:
    walk.to(Step.NOTIFY)
    walk.send()
    walk.lapse()


def _objects(walk: Walk) -> None:
    from complaints.services import notify

    walk.to(Step.NOTIFY)
    walk.send()
    notify.object_to_remedy(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at, words="不够")


def _scores_low(walk: Walk) -> None:
    walk.to(Step.CLOSED)
    follow_up.answer_survey(complaint_id=walk.case.pk, at=walk.at, result_score=1, open_answer="很差")


def _was_unfounded(walk: Walk) -> None:
    walk.to(Step.CLASSIFY)
    walk.call_unfounded()
    walk.confirm_unfounded()


@pytest.mark.django_db
@pytest.mark.parametrize("does", [_accepts, _withdraws, _says_nothing, _objects, _scores_low, _was_unfounded])
def test_a_reward_depends_on_neither_withdrawal_nor_silence_nor_score(
    walk: Walk, rules: dict[str, RewardRule], budget: Fund, does: Callable[[Walk], None]
) -> None:
    """The same nomination, the same money, the same words, whatever the customer did; granted before or after."""
    does(walk)
    reward = paid(walk, approved(walk, rules))
    assert (reward.state, reward.amount, reward.way) == (Reward.State.PAID, Decimal("300.00"), Reward.Way.ACCOUNT)


@pytest.mark.django_db
def test_what_was_granted_stays_when_the_customer_withdraws_objects_or_scores_low(
    office: Office, now: datetime, rules: dict[str, RewardRule], budget: Fund
) -> None:
    for does in (_withdraws, _scores_low):
        walk = Walk(office, now)
        reward = approved(walk, rules)
        does(walk)
        reward.refresh_from_db()
        assert reward.state == Reward.State.APPROVED
        assert paid(walk, reward).state == Reward.State.PAID


@pytest.mark.django_db
def test_no_column_of_a_reward_holds_a_condition() -> None:
    """Nothing of the outcome, the customer's answer, the score or the survey is kept with a reward, so nothing can be asked of it."""
    names = {field.name for field in Reward._meta.get_fields()}
    assert not [
        name for name in names for word in ("outcome", "score", "answer", "withdraw", "condition", "survey", "remedy") if word in name
    ]


@pytest.mark.django_db
def test_a_reward_is_never_part_of_the_second_value(walk: Walk, rules: dict[str, RewardRule], budget: Fund) -> None:
    """V2 is what makes the complaint good: neither the items of the solution nor its sheet know of the reward."""
    walk.to(Step.NOTIFY)
    before = _value_given(walk)
    walk.to(Step.CLOSED)
    paid(walk, approved(walk, rules))
    assert _value_given(walk) == before


def _value_given(walk: Walk) -> tuple[Any, ...]:
    remedy = walk.case.remedies.latest("version")
    sheet = getattr(remedy, "sheet", None)
    items = tuple(remedy.items.order_by("pk").values_list("kind", "amount"))
    return items, sheet and (sheet.v2, sheet.short_by)


# --- erased, figures, pages ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_words_of_a_reward_go_with_the_case_and_the_money_stays(walk: Walk, rules: dict[str, RewardRule], budget: Fund) -> None:
    walk.to(Step.CLOSED)
    reward = paid(walk, approved(walk, rules))
    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=walk.office.manager, at=walk.at)
    reward.refresh_from_db()
    assert (reward.reason, reward.thanks, reward.amount) == ("—", "—", Decimal("300.00"))
    assert verified() == "0 violations"


@pytest.mark.django_db
def test_the_figures_of_the_year_are_public(office: Office, now: datetime, rules: dict[str, RewardRule], budget: Fund) -> None:
    approved(Walk(office, now), rules)
    approved(Walk(office, now, complainant=PROTECTED[Mode.ANONYMOUS]), rules, rule=WORDS)
    nominated(Walk(office, now), rules)
    with translation.override("en"):
        [year] = figures.years()
    assert (year.nominated, year.granted, year.in_words, year.real_name, year.protected) == (3, 2, 1, 1, 1)
    assert (year.budget, year.promised, year.left) == ("1,000.00 CNY", "300.00 CNY", "700.00 CNY")
    text = Client(headers={"accept-language": "en"}).get("/reward-fund/").content.decode()
    assert "Thanks in words" in text
    assert "1,000.00 CNY" in text
    assert "书面感谢" not in text  # the English words of the rule
    assert "书面感谢" in Client(headers={"accept-language": "zh-CN"}).get("/reward-fund/").content.decode()
    assert client_of(office.manager).get(reverse("admin:complaints_fund_change", args=[budget.pk])).status_code == 200


@pytest.mark.django_db
def test_pages_take_few_queries(walk: Walk, rules: dict[str, RewardRule], budget: Fund, django_assert_max_num_queries: Any) -> None:
    for _each in range(3):
        approved(Walk(walk.office, walk.at), rules, rule=WORDS)
    with django_assert_max_num_queries(10):
        Client().get("/reward-fund/")
    for name in ("reward", "vip", "fund", "fundentry", "rewardrule", "lowscore", "visit", "followuprule", "followupdraw"):
        client = client_of(walk.office.manager if name != "fundentry" else walk.office.executive)
        with django_assert_max_num_queries(15):
            assert client.get(reverse(f"admin:complaints_{name}_changelist")).status_code in {200, 403}


@pytest.mark.django_db
def test_starter_rows_are_made_once(office: Office, now: datetime) -> None:
    for _time in range(2):
        starter_fund.load(office.manager, now)
    assert RewardRule.objects.count() == len(starter_fund.REWARD_RULES)
    assert figures.rules()[0].money == ""


# --- many at once --------------------------------------------------------------------------------------------------------------
def eight_waiting(now: datetime) -> tuple[Office, list[Callable[[], Any]]]:
    office = Office.found()
    rules = {MONEY: RewardRule.objects.create(name=MONEY, text="促成改进", least=Decimal("100"), most=Decimal("500"))}
    fund.set_budget(year=timezone.localdate(now).year, amount=Decimal("1000.00"), by=office.manager, at=now)
    rewards = [nominated(Walk(office, now), rules) for _each in range(8)]

    def call(pk: int) -> Callable[[], Any]:
        return lambda: fund.approve(reward_id=pk, thanks="谢谢", by=User.objects.get(pk=office.executive.pk), at=now)

    return office, [call(reward.pk) for reward in rewards]


@pytest.mark.django_db(transaction=True)
def test_g4_eight_approvals_at_once_never_overspend_the_fund(now: datetime) -> None:
    _office, calls = eight_waiting(now)
    raised = at_once(*calls)
    row = Fund.objects.get()
    assert raised.count(None) == 3
    assert all(isinstance(error, NotPossible) for error in raised if error is not None)
    assert (row.committed, FundEntry.objects.filter(kind="committed").count()) == (Decimal("900.00"), 3)
    assert verified() == "0 violations"


@pytest.mark.django_db(transaction=True)
def test_g4_without_the_lock_the_fund_and_its_ledger_would_part(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the lock out of the way eight see the same budget, promises are lost, and `verify` says so."""
    _office, calls = eight_waiting(now)
    barrier = threading.Barrier(8)

    def unlocked(year: int) -> Fund | None:
        found = Fund.objects.filter(year=year).first()
        barrier.wait(timeout=20)
        return found

    monkeypatch.setattr(fund, "locked_fund", unlocked)
    raised = at_once(*calls)
    assert raised.count(None) > 3
    with pytest.raises(SystemExit):
        verified()


@pytest.mark.django_db(transaction=True)
def test_g1_eight_payments_of_one_reward_pay_once(now: datetime) -> None:
    office, calls = eight_waiting(now)
    calls[0]()
    reward = Reward.objects.get(state="approved")

    def pay() -> None:
        fund.pay(reward_id=reward.pk, paid_on=timezone.localdate(now), proof="单据", by=User.objects.get(pk=office.manager.pk), at=now)

    raised = at_once(*[pay] * 8)
    assert raised.count(None) == 1
    assert (Fund.objects.get().paid, FundEntry.objects.filter(kind="paid").count()) == (Decimal("300.00"), 1)
