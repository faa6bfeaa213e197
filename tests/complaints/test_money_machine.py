"""Random people do random things to a few cases and budgets (hypothesis). Whatever they try, and in whatever order: never more is given than
authorities allow, nobody approves what they proposed, the ledger sums to the items, budgets to the ledger, and V2 is what M4 says it is.

The machine keeps books of its own, in plain numbers, and reckons limits by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from analytics.queries.integrity import money as checks
from complaints.models import Authority, Budget, Complaint, ItemRule, LedgerEntry, Remedy, RemedyItem
from complaints.permissions import Refused
from complaints.services import assign, endings, follow_up, notify, propose, settle
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput, PartyInput, SheetInput
from complaints.workflow import Actor, Medium, Step
from staff.models import Department, User
from staff.roles import Role
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, MembershipFactory, person

START = timezone.make_aware(datetime(2026, 3, 2, 9, 0))
#: By role: per case, per day, per customer. None: as much as one likes.
SETTLE: dict[str, tuple[int | None, int | None, int | None]] = {
    "agent": (200, 1000, 500),
    "investigator": (200, 450, 300),
    "head": (250, 450, 400),
}
APPROVE: dict[str, tuple[int | None, int | None, int | None]] = {"head": (500, 900, 700), "executive": (2000, None, None)}
AMOUNTS = ["0.01", "49.99", "100.00", "150.00", "200.00", "250.01", "333.33", "500.00", "1200.00"]
PEOPLE = ("agent", "investigator", "colleague", "head", "division_head", "executive", "manager")
#: Mostly whoever has the case, else somebody.
WHO = ("handler", "handler", "handler", "handler", *PEOPLE)
#: Mostly those who approve.
WORD = ("head", "head", "division_head", "executive", *PEOPLE)
TRIES = (Refused, NotPossible, Complaint.DoesNotExist)


@dataclass
class Given:
    """Money somebody's word was given for."""

    case: int
    customer: int
    by: int
    use: str
    on: date
    items: list[tuple[str, Decimal, int, int]]  # kind, amount, alternative, who pays
    taken: int | None = None

    def amount(self, payer: int | None = None) -> Decimal:
        """The dearest alternative, or the one that was taken."""
        by_option: dict[int, Decimal] = defaultdict(Decimal)
        for _kind, amount, option, pays in self.items:
            if (payer is None or pays == payer) and (self.taken is None or option in (0, self.taken)):
                by_option[option] += amount
        always = by_option.pop(0, Decimal(0))
        return always + max(by_option.values(), default=Decimal(0))


@dataclass
class Stage:
    """What every run starts from; it is rolled back to after each."""

    office: Office
    colleague: User
    freight: Department
    walks: list[Walk]
    customers: dict[int, int] = field(default_factory=dict)

    def person(self, name: str) -> User:
        found = self.colleague if name == "colleague" else getattr(self.office, name)
        return User.objects.get(pk=found.pk)


def build() -> Stage:
    office = Office.found()
    for use, limits in (("settle", SETTLE), ("approve", APPROVE)):
        for role, (case, day, customer) in limits.items():
            Authority.objects.filter(use=use, role=role).update(per_case=case, per_day=day, per_customer=customer)
    # The colleague has a second role: head of the department and investigator in it.
    colleague = person(Role.INVESTIGATOR, office.quality, name="范进")
    MembershipFactory.create(user=colleague, department=office.quality, role=Role.HEAD)
    freight = DepartmentFactory.create(name="运输部", parent=office.division)
    for payer, amount in ((office.quality, 1000), (freight, 300)):
        Budget.objects.create(department=payer, month=START.date().replace(day=1), amount=Decimal(amount))
    stage = Stage(office, colleague, freight, [])
    for number, customer in enumerate((1, 1, 2)):
        party = PartyInput(name=f"顾客{customer}", email=f"c{customer}@example.com")
        walk = Walk(office, START, complainant=party)
        walk.to(Step.PROPOSE)
        stage.walks.append(walk)
        stage.customers[number] = customer
    return stage


items_given = st.lists(
    st.tuples(st.sampled_from(["compensation", "refund", "voucher", "gift"]), st.sampled_from(AMOUNTS), st.booleans()),
    min_size=1,
    max_size=3,
)


class Money(RuleBasedStateMachine):
    """One run."""

    stage: Stage
    #: Over all runs: how often each act was done, and not refused.
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at = START + timedelta(hours=5)
        self.given: dict[int, Given] = {}  # by the id of the solution
        self.paid: dict[int, Decimal] = defaultdict(Decimal)

    def teardown(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for check in (
                checks.somebody_agreed, checks.settled_within_authority, checks.given_within_the_widest_limit, checks.ledger_is_that_of_the_items,
                checks.approved_money_is_set_aside, checks.budgets_are_those_of_the_ledger, checks.paid_is_committed, checks.amounts_are_sane,
            ):  # fmt: skip
                assert check().found == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- what it does things with -----------------------------------------------------------------------------------
    def act(self, service: Callable[..., Any], walk: Walk, by: User | Actor, **values: Any) -> bool:
        """Whether it was done; refused it may be, by the rules, and then nothing has happened."""
        self.at += timedelta(minutes=7)
        try:
            service(complaint_id=walk.case.pk, by=by, at=self.at, **values)
        except TRIES:
            walk.fresh()
            return False
        walk.fresh()
        self.done[service.__name__] += 1
        return True

    def person(self, walk: Walk, who: str) -> User:
        if who == "handler" and walk.case.handler_id is not None:
            return User.objects.get(pk=walk.case.handler_id)
        return self.stage.person("investigator" if who == "handler" else who)

    def inputs(self, walk: Walk, given: list[tuple[str, str, bool]], *, alternatives: bool) -> list[ItemInput]:
        office, due = self.stage.office, timezone.localdate(self.at) + timedelta(days=3)
        payers = (office.quality, self.stage.freight)
        numbered = alternatives and len(given) >= 3
        return [
            ItemInput(kind, "补偿", Decimal(amount), office.investigator, due, option=number if numbered else 0, paid_by=payers[freight])
            for number, (kind, amount, freight) in enumerate(given)
        ]

    def latest(self, walk: Walk) -> Remedy | None:
        found: Remedy | None = Remedy.objects.filter(complaint=walk.case).order_by("-version").first()
        return found

    def note(self, walk: Walk, by: User, use: str) -> None:
        """Enter somebody's word, and hold it against what that person may give."""
        remedy = self.latest(walk)
        assert remedy is not None
        rows = RemedyItem.objects.filter(remedy=remedy).order_by("pk")
        items = [(row.kind, row.amount or Decimal(0), row.option, row.paid_by_id or 0) for row in rows]
        number = self.stage.walks.index(walk)
        given = Given(number, self.stage.customers[number], by.pk, use, timezone.localdate(self.at), items)
        limits = SETTLE if use == "settle" else APPROVE
        assert any(self.fits(given, limits[role]) for role in self.roles(by) if role in limits), (use, by, given)
        self.given[remedy.pk] = given

    def roles(self, person: User) -> set[str]:
        return set(person.memberships.filter(to_on=None).values_list("role", flat=True))

    def fits(self, new: Given, limits: tuple[int | None, int | None, int | None]) -> bool:
        case, day, customer = limits
        before = self.given.values()
        return (
            (case is None or new.amount() + sum(one.amount() for one in before if one.case == new.case) <= case)
            and (day is None or new.amount() + sum(one.amount() for one in before if (one.by, one.on) == (new.by, new.on)) <= day)
            and (customer is None or new.amount() + sum(one.amount() for one in before if one.customer == new.customer) <= customer)
        )

    def forget(self, walk: Walk) -> None:
        """What was not taken is given back."""
        for pk in Remedy.objects.filter(complaint=walk.case).exclude(state__in=["approved", "accepted"]).values_list("pk", flat=True):
            self.given.pop(pk, None)

    # --- what people do ---------------------------------------------------------------------------------------------
    @initialize(warm=st.booleans())
    def begin(self, warm: bool) -> None:
        """Fresh cases; or one settled, paid and reopened, one returned, approved and refused, one of whose alternatives the customer took."""
        for walk in self.stage.walks:
            walk.at = START
            walk.fresh()
        if warm:
            self.settles(2, "handler", [("refund", "100.00", False)], alternatives=False, agreed=True)
            self.carries_out(2, "investigator", 0)
            small, other = ("voucher", "49.99", False), ("gift", "150.00", True)
            self.proposes(0, "handler", [small], False, 50, [], 0, "return")
            self.proposes(0, "handler", [other], False, 0, ["division_head"], 0, "objects")
            self.proposes(1, "handler", [small, small, other], True, 0, ["division_head"], 2, "accept")
            self.reopens(2, "manager")

    @rule(
        case=st.integers(0, 2), who=st.sampled_from(WHO), given=items_given, alternatives=st.booleans(), price=st.sampled_from([0, 0, 50, 400]),
        then=st.lists(st.sampled_from(WORD), max_size=3), option=st.integers(0, 3),
        answer=st.sampled_from(["objects", "return", "accept", "withdraws", "objects", "accept", "lapses", ""]),
    )  # fmt: skip
    def proposes(
        self, case: int, who: str, given: list[tuple[str, str, bool]], alternatives: bool, price: int, then: list[str], option: int, answer: str
    ) -> None:  # fmt: skip
        walk = self.stage.walks[case]
        sheet = SheetInput(purchase=price > 0, price=Decimal(price), kept=Decimal(price) / 2, reason="顾客同意" if price else "")
        solution = walk.solution(items=self.inputs(walk, given, alternatives=alternatives), value=sheet)
        if self.act(propose.submit_remedy, walk, self.person(walk, who), **solution):
            self.value_is_as_defined(walk, sheet)
            for word in then:
                self.approves_now(walk, self.person(walk, word), 0)
            self.answers_now(walk, answer, option)

    def answers_now(self, walk: Walk, answer: str, option: int) -> None:
        """What becomes of it at once, if it was approved, or is returned."""
        if answer == "return":
            for who in ("head", "division_head"):  # one of them may: it depends on the value and on who pays
                self.returns_now(walk, self.stage.person(who))
        elif answer == "accept" and self.accepts_now(walk, option):
            for item in RemedyItem.objects.open().filter(remedy__complaint=walk.case).order_by("pk"):
                self.carries_out_now(walk, self.stage.person("investigator"), item)
        elif answer in ("objects", "lapses", "withdraws"):
            self.does_not_now(walk, answer)

    def value_is_as_defined(self, walk: Walk, given: SheetInput) -> None:
        remedy = self.latest(walk)
        assert remedy is not None
        counts = {rule.kind: rule.counts for rule in ItemRule.objects.all()}
        worth: dict[int, Decimal] = defaultdict(Decimal)
        for row in remedy.items.all():
            worth[row.option] += ((row.amount or 0) * counts[row.kind] / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        always = worth.pop(0, Decimal(0))
        v2 = given.kept + always + min(worth.values(), default=Decimal(0))
        assert remedy.sheet.v2 == v2
        short = max(remedy.sheet.v1 + remedy.sheet.cost - v2, Decimal(0)) if given.purchase else 0
        assert (remedy.sheet.short_by, remedy.sheet.goes_up) == (short, short > 0)

    @rule(case=st.integers(0, 2), who=st.sampled_from(WORD), older=st.integers(0, 1))
    def approves(self, case: int, who: str, older: int) -> None:
        walk = self.stage.walks[case]
        self.approves_now(walk, self.person(walk, who), older)

    def approves_now(self, walk: Walk, by: User, older: int) -> None:
        remedy = self.latest(walk)
        version = (remedy.version if remedy else 1) - older
        if self.act(propose.approve_remedy, walk, by, version=version):
            assert remedy is not None
            assert older == 0, "a version nobody looks at any more was approved"
            assert remedy.submitted_by_id != by.pk
            if remedy.sheet.goes_up:
                assert by.pk not in {self.stage.office.head.pk, self.stage.colleague.pk}, "the next level decides"
            self.note(walk, by, "approve")

    @rule(case=st.integers(0, 2), who=st.sampled_from(WORD))
    def returns(self, case: int, who: str) -> None:
        walk = self.stage.walks[case]
        self.returns_now(walk, self.person(walk, who))

    def returns_now(self, walk: Walk, by: User) -> None:
        remedy = self.latest(walk)
        self.act(propose.return_remedy, walk, by, version=remedy.version if remedy else 1, reason="再议")

    @rule(case=st.integers(0, 2), who=st.sampled_from(WHO), given=items_given, alternatives=st.booleans(), agreed=st.booleans())
    def settles(self, case: int, who: str, given: list[tuple[str, str, bool]], alternatives: bool, agreed: bool) -> None:
        walk = self.stage.walks[case]
        by = self.person(walk, who)
        items = self.inputs(walk, given, alternatives=alternatives)
        now = agreed and not any(item.option for item in items)
        if self.act(settle.settle, walk, by, **walk.solution(items=items), agreed_medium=Medium.PHONE if now else ""):
            self.note(walk, by, "settle")

    @rule(case=st.integers(0, 2), option=st.integers(0, 3))
    def customer_accepts(self, case: int, option: int) -> None:
        self.accepts_now(self.stage.walks[case], option)

    def accepts_now(self, walk: Walk, option: int) -> bool:
        sender = User.objects.get(pk=walk.case.handler_id or self.stage.office.investigator.pk)
        self.act(notify.send_decision, walk, sender, letter="处理结果如下。")
        if not self.act(notify.accept, walk, Actor.COMPLAINANT, option=option or None):
            return False
        remedy = Remedy.objects.filter(complaint=walk.case, state="accepted").order_by("-version")[0]
        self.given[remedy.pk].taken = remedy.chosen_option or 0
        return True

    @rule(case=st.integers(0, 2), how=st.sampled_from(["objects", "lapses", "withdraws"]))
    def customer_does_not(self, case: int, how: str) -> None:
        self.does_not_now(self.stage.walks[case], how)

    def does_not_now(self, walk: Walk, how: str) -> None:
        if how == "objects":
            self.act(notify.send_decision, walk, self.person(walk, "handler"), letter="处理结果如下。")
            self.act(notify.object_to_remedy, walk, Actor.COMPLAINANT, words="不够")
        elif how == "lapses":
            with suppress(*TRIES):
                notify.lapse(complaint_id=walk.case.pk, at=self.at)
            walk.fresh()
        elif self.act(endings.withdraw, walk, Actor.COMPLAINANT, reason=""):
            self.act(endings.restore, walk, self.stage.person("manager"), reason="顾客反悔")
        self.forget(walk)

    @rule(case=st.integers(0, 2), who=st.sampled_from(WHO), which=st.integers(0, 2))
    def carries_out(self, case: int, who: str, which: int) -> None:
        items = list(RemedyItem.objects.open().select_related("remedy").order_by("pk")) or list(RemedyItem.objects.order_by("pk"))
        if not items:
            return
        item = items[(case + which) % len(items)]
        walk = next(each for each in self.stage.walks if each.case.pk == item.remedy.complaint_id)
        self.carries_out_now(walk, self.person(walk, who), item)

    def carries_out_now(self, walk: Walk, by: User, item: RemedyItem) -> None:
        day = timezone.localdate(self.at)
        if self.act(notify.fulfil, walk, by, item_id=item.pk, fulfilled_on=day, proof="转账回单"):
            self.paid[item.remedy_id] += item.amount or 0

    @rule(case=st.integers(0, 2), who=st.sampled_from(["manager", "manager", "executive", *PEOPLE]))
    def reopens(self, case: int, who: str) -> None:
        """The case goes on to the follow-up as it does, and somebody wants it handled again."""
        office = self.stage.office
        further = [each for each in self.stage.walks if each.case.step in (Step.PENALIZE, Step.FOLLOW_UP)]
        walk = (further or self.stage.walks)[case % len(further or self.stage.walks)]
        walk.at = self.at
        if walk.case.step == Step.PENALIZE and walk.case.investigations.latest("pk").completed_at is not None:
            walk.pass_penalize()
            walk.improve()
        self.at = max(self.at, walk.at)
        if self.act(follow_up.reopen, walk, self.person(walk, who), reason="又漏了"):
            walk.at = self.at
            if walk.case.handler_id not in (None, office.investigator.pk):
                assign.take_over(complaint_id=walk.case.pk, by=office.head, at=self.at, reason="亲自处理")
            with suppress(*TRIES):
                walk.investigate()
            walk.fresh()

    @rule(case=st.integers(0, 2), who=st.sampled_from(["head", "manager", "colleague"]))
    def takes_over(self, case: int, who: str) -> None:
        self.act(assign.take_over, self.stage.walks[case], self.stage.person(who), reason="亲自处理")

    @rule(days=st.integers(1, 2))
    def sleeps(self, days: int) -> None:
        self.at += timedelta(days=days)

    # --- what always holds ------------------------------------------------------------------------------------------
    @invariant()
    def budgets_and_ledger_agree_with_the_books(self) -> None:
        payers = {self.stage.office.quality.pk: Decimal(1000), self.stage.freight.pk: Decimal(300)}
        for budget in Budget.objects.all():
            held = sum((given.amount(budget.department_id) for given in self.given.values()), Decimal(0))
            assert budget.committed == held <= payers[budget.department_id]

    @invariant()
    def nothing_is_paid_beyond_what_was_given(self) -> None:
        entries = LedgerEntry.objects.filter(kind="paid").values_list("remedy", "amount")
        paid: dict[int, Decimal] = defaultdict(Decimal)
        for remedy, amount in entries:
            paid[remedy] += amount
        assert paid == self.paid
        assert all(amount <= self.given[remedy].amount() for remedy, amount in paid.items())


@pytest.mark.django_db
def test_f2_f3_h2_random_people_never_give_more_than_they_may() -> None:
    """Must show 2."""
    Money.stage = build()
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=10, stateful_step_count=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        ),
    )
    happened = {"submit_remedy", "approve_remedy", "return_remedy", "settle", "accept", "object_to_remedy", "fulfil", "reopen", "withdraw"}
    assert happened <= set(Money.done), f"never done, so nothing was shown of it: {happened - set(Money.done)}"
