"""Money under concurrency (G1–G4): real threads, real commits; and the same races without the locks, which must show the harm."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db.models import Sum

from complaints.models import Authority, Budget, Complaint, LedgerEntry, RemedyItem, Settlement, StepChange
from complaints.permissions import Refused
from complaints.services import assign, endings, follow_up, propose, settle
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput, PartyInput
from complaints.workflow import Actor, Step
from staff.models import Department, User
from staff.roles import Role
from tests.complaints.nets import unlock_budgets, unlock_cases, unlock_giving, without_nets
from tests.complaints.test_races import at_once, is_a_path
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3
#: A race without its locks is run so often until it shows.
TRIES = 12
RECORDS = ("complaints_complaint", "complaints_stepchange", "complaints_remedy", "complaints_approval", "complaints_ledgerentry")


@pytest.fixture
def office() -> Office:
    return Office.found()


def customer(number: int) -> PartyInput:
    return PartyInput(name=f"顾客{number}", email=f"customer{number}@example.com")


def fresh(user: User) -> User:
    """As a request loads the person: with rights read anew."""
    return User.objects.get(pk=user.pk)


def money(walk: Walk, amount: str, **changes: Any) -> ItemInput:
    return ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", Decimal(amount), walk.office.investigator, walk.at.date(), **changes)


def waiting(office: Office, now: datetime, number: int = 0, items: Callable[[Walk], list[ItemInput]] | None = None) -> Walk:
    """A case with a solution that waits for approval."""
    walk = Walk(office, now, complainant=customer(number))
    walk.to(Step.PROPOSE)
    changes: dict[str, Any] = {"items": items(walk)} if items else {}
    walk.submit(**changes)
    return walk


def approve(walk: Walk, by: User, **options: Any) -> None:
    propose.approve_remedy(complaint_id=walk.case.pk, by=fresh(by), at=walk.at, version=1, **options)


def give_back(walk: Walk, by: User) -> None:
    propose.return_remedy(complaint_id=walk.case.pk, by=fresh(by), at=walk.at, version=1, reason="再议")


def committed(*cases: Complaint) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(kind="committed", remedy__complaint__in=cases))


# --- G1: one solution, approved by many at once ---------------------------------------------------------------------
def test_g1_eight_approvals_at_once_set_the_money_aside_once(office: Office, now: datetime) -> None:
    budget = Budget.objects.create(department=office.quality, month=now.date().replace(day=1), amount=Decimal(1000))
    heads = [office.head, *(person(Role.HEAD, office.quality) for _each in range(3))]
    for number in range(1, ROUNDS + 1):
        walk = waiting(office, now, number)
        raised = at_once(*[partial(approve, walk, by) for by in heads * 2])
        assert raised.count(None) == 1
        assert all(isinstance(error, NotPossible) for error in raised if error is not None)
        assert [entry.amount for entry in committed(walk.case)] == [Decimal("120.00")]
        budget.refresh_from_db()
        assert budget.committed == 120 * number


def test_g1_without_locks_and_nets_the_money_would_be_set_aside_twice(
    office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock_cases(monkeypatch)
    unlock_giving(monkeypatch)
    with without_nets(*RECORDS):
        for number in range(TRIES):
            walk = waiting(office, now, number)
            at_once(*[partial(approve, walk, office.head)] * 8)
            if len(committed(walk.case)) > 1:
                return
    pytest.fail("the race never happened: this test would prove nothing about the lock")


# --- G2: several ends of one solution -------------------------------------------------------------------------------
def seen(walk: Walk) -> int:
    return StepChange.objects.filter(complaint=walk.case).count()


def ends(walk: Walk) -> list[Callable[[], Any]]:
    office = walk.office
    about: dict[str, Any] = {"complaint_id": walk.case.pk, "at": walk.at, "seen": seen(walk)}
    return [
        lambda: propose.approve_remedy(**about, by=fresh(office.head), version=1),
        lambda: propose.return_remedy(**about, by=fresh(office.head), version=1, reason="再议"),
        lambda: endings.withdraw(**about, by=Actor.COMPLAINANT, reason=""),
        lambda: settle.settle(**about, by=fresh(office.investigator), **walk.solution()),
    ]


def test_g2_approve_return_withdraw_and_settle_at_once_have_one_winner(office: Office, now: datetime) -> None:
    for number in range(ROUNDS):
        walk = waiting(office, now, number)
        raised = at_once(*ends(walk))
        assert raised.count(None) == 1
        assert all(isinstance(error, NotPossible) for error in raised if error is not None)
        assert is_a_path(walk.case)
        assert len(committed(walk.case)) <= 1


def test_g2_reopened_by_two_and_closed_at_once_it_is_one_of_these(office: Office, now: datetime) -> None:
    for number in range(ROUNDS):
        walk = Walk(office, now, complainant=customer(number))
        walk.to(Step.FOLLOW_UP)
        walk.ask()
        about: dict[str, Any] = {"complaint_id": walk.case.pk, "at": walk.at, "seen": seen(walk)}
        raised = at_once(
            partial(follow_up.reopen, **about, by=fresh(office.manager), reason="又漏了"),
            partial(follow_up.reopen, **about, by=fresh(office.executive), reason="又漏了"),
            partial(follow_up.close, **about, by=fresh(office.caller)),
        )
        assert raised.count(None) == 1
        assert all(isinstance(error, NotPossible) for error in raised if error is not None), raised
        assert is_a_path(walk.case)


def test_g2_without_locks_and_nets_several_would_win(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """One version would be approved and returned."""
    unlock_cases(monkeypatch)
    unlock_giving(monkeypatch)
    with without_nets(*RECORDS):
        for number in range(TRIES):
            walk = waiting(office, now, number)
            raised = at_once(*[partial(approve, walk, office.head), partial(give_back, walk, office.head)] * 4)
            if raised.count(None) > 1:
                return
    pytest.fail("the race never happened: this test would prove nothing about the lock")


# --- G3: one case, claimed by many ----------------------------------------------------------------------------------
def claims_by_four(office: Office, now: datetime, how_many: int) -> list[int]:
    """Four agents claim the same new cases; the ids of these."""
    agents = [office.agent, *(person(Role.AGENT, office.reception) for _each in range(3))]
    cases = [Walk(office, now, complainant=customer(number)).case.pk for number in range(how_many)]

    def claim_all(agent: User) -> None:
        for pk in cases:
            try:
                assign.claim(complaint_id=pk, by=fresh(agent), at=now)
            except Refused:
                continue

    assert at_once(*[partial(claim_all, agent) for agent in agents]) == [None] * 4
    return cases


def test_g3_four_agents_claim_many_cases_and_each_is_owned_once(office: Office, now: datetime) -> None:
    cases = claims_by_four(office, now, 24)
    for pk in cases:
        [claim] = StepChange.objects.filter(complaint=pk, transition="claim")
        assert Complaint.objects.get(pk=pk).handler_id == claim.by_id


def test_g3_without_locks_and_nets_one_case_would_be_claimed_twice(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    unlock_cases(monkeypatch)
    with without_nets(*RECORDS):
        cases = claims_by_four(office, now, 24)
        assert StepChange.objects.filter(complaint__in=cases, transition="claim").count() > len(cases)


# --- G4: one budget, drawn on by many -------------------------------------------------------------------------------
def approvals_of_100(office: Office, now: datetime, how_many: int, payers: tuple[Department, Department]) -> list[BaseException | None]:
    """So many approvals at once, by three heads of the division above both, half of each amount borne by either department, in either order."""

    def halves(turn: int, walk: Walk) -> list[ItemInput]:
        return [money(walk, "50.00", paid_by=payer) for payer in payers[:: 1 if turn % 2 else -1]]

    heads = [office.division_head, person(Role.HEAD, office.division), person(Role.HEAD, office.division)]
    walks = [waiting(office, now, turn, partial(halves, turn)) for turn in range(how_many)]
    return at_once(*[partial(approve, walk, heads[turn % 3]) for turn, walk in enumerate(walks)])


def set_aside() -> Decimal:
    found: Decimal | None = LedgerEntry.objects.filter(kind="committed").aggregate(sum=Sum("amount"))["sum"]
    return found or Decimal(0)


def test_g4_twenty_approvals_of_100_on_budgets_of_1000_in_two_departments_are_ten(office: Office, now: datetime) -> None:
    """Each department has 500 left by the budget of the month before, so that the rows of this month are made in the race too."""
    freight = DepartmentFactory.create(name="运输部", parent=office.division)
    for payer in (freight, office.quality):
        Budget.objects.create(department=payer, month=now.date().replace(month=now.month - 1, day=1), amount=Decimal(500))
    raised = approvals_of_100(office, now, 20, (office.quality, freight))
    assert raised.count(None) == 10
    assert all(isinstance(error, NotPossible) for error in raised if error is not None), raised
    assert set_aside() == 1000
    this_month = Budget.objects.filter(month=now.date().replace(day=1))
    assert sorted(this_month.values_list("amount", "committed")) == [(Decimal(500), Decimal(500))] * 2


def test_g4_two_departments_draw_on_the_budget_of_the_division_above_them(office: Office, now: datetime) -> None:
    freight = DepartmentFactory.create(name="运输部", parent=office.division)
    Budget.objects.create(department=office.division, month=now.date().replace(day=1), amount=Decimal(400))
    raised = approvals_of_100(office, now, 8, (office.quality, freight))
    assert raised.count(None) == 4
    assert set_aside() == Budget.objects.get().committed == 400


def test_g4_without_locks_and_nets_the_budget_would_be_overspent(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    unlock_budgets(monkeypatch)
    unlock_giving(monkeypatch)
    with without_nets("complaints_budget"):
        freight = DepartmentFactory.create(name="运输部", parent=office.division)
        for payer in (freight, office.quality):
            Budget.objects.create(department=payer, month=now.date().replace(day=1), amount=Decimal(150))
        raised = approvals_of_100(office, now, 8, (office.quality, freight))
        assert raised.count(None) > 3
        assert set_aside() > 300


# --- limits that are sums over other cases --------------------------------------------------------------------------
def settlements(office: Office, now: datetime, *, agents: list[User], customers: list[int]) -> list[BaseException | None]:
    """Each agent settles a case of their own with 200.00, all at once."""
    calls = []
    for agent, number in zip(agents, customers, strict=True):
        walk = Walk(office, now, complainant=customer(number))
        for step in (walk.apologize, walk.record, walk.classify):
            step(agent)
        given = walk.solution(items=[money(walk, "200.00")])
        calls.append(partial(_settle, walk.case.pk, agent, walk.at, given))
    return at_once(*calls)


def _settle(pk: int, agent: User, at: datetime, given: dict[str, Any]) -> None:
    settle.settle(complaint_id=pk, by=fresh(agent), at=at, **given)


def limit(**limits: int | None) -> None:
    Authority.objects.filter(use="settle", role="agent").update(**{"per_case": 200, "per_day": None, "per_customer": None, **limits})


def test_f3_two_settlements_of_one_agent_at_once_stay_within_the_limit_of_the_day(office: Office, now: datetime) -> None:
    """F3, G4."""
    limit(per_day=300)
    for turn in range(ROUNDS):
        agent = person(Role.AGENT, office.reception)
        raised = settlements(office, now, agents=[agent, agent], customers=[2 * turn, 2 * turn + 1])
        assert raised.count(None) == 1
        assert any(isinstance(error, Refused) for error in raised)
        assert Settlement.objects.filter(by=agent).count() == 1


def test_f3_two_agents_at_once_stay_within_the_limit_of_one_customer(office: Office, now: datetime) -> None:
    """F3, G4."""
    limit(per_customer=300)
    for turn in range(ROUNDS):
        agents = [person(Role.AGENT, office.reception) for _each in range(2)]
        raised = settlements(office, now, agents=agents, customers=[turn, turn])
        assert raised.count(None) == 1
        assert any(isinstance(error, Refused) for error in raised)
        assert Settlement.objects.filter(by__in=agents).count() == 1


@pytest.mark.parametrize("limits", [{"per_day": 300}, {"per_customer": 300}])
def test_f3_without_the_locks_both_would_be_given(
    office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    unlock_giving(monkeypatch)
    limit(**limits)
    for turn in range(TRIES):
        agents = [person(Role.AGENT, office.reception) for _each in range(2)]
        same_agent = "per_day" in limits
        customers = [2 * turn, 2 * turn + 1] if same_agent else [turn, turn]
        raised = settlements(office, now, agents=agents[:1] * 2 if same_agent else agents, customers=customers)
        if raised == [None, None]:
            return
    pytest.fail("the race never happened: this test would prove nothing about the lock")
