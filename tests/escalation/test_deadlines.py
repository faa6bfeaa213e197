"""Deadlines follow the steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from complaints.services import endings, messages, notify
from complaints.workflow import TEN_STEPS, Actor, Step
from escalation.models import Deadline, DeadlineChange, DeadlinePolicy, Pause, Recount, Regime
from escalation.services import pauses, policies, recount
from staff.models import Company
from tests.factories.cases import Office, Walk
from tests.factories.time import counted_anew

pytestmark = pytest.mark.django_db
State = Deadline.State


@pytest.fixture
def office(db: None) -> Office:
    return Office.found()


def open_of(case: Complaint) -> Deadline:
    """The limit of the step."""
    return Deadline.objects.get(complaint=case, state=State.OPEN, matter=case.step)


def states(case: Complaint) -> dict[str, str]:
    return dict(Deadline.objects.filter(complaint=case).order_by("pk").values_list("matter", "state"))


def house(matter: str) -> DeadlinePolicy:
    return DeadlinePolicy.objects.get(regime__code="house", matter=matter)


END_OF_DAY = {"hour": 23, "minute": 59, "second": 59, "microsecond": 999999}


def end_of(moment: datetime, days: int) -> datetime:
    return timezone.localtime(moment + timedelta(days=days)).replace(**END_OF_DAY)  # type: ignore[arg-type]  # parts of a time


# --- what is shipped --------------------------------------------------------------------------------------------------------
def test_every_step_and_the_promises_of_the_house_have_a_limit_from_the_start() -> None:
    found = {
        matter: (amount, unit)
        for matter, amount, unit in DeadlinePolicy.objects.filter(regime__code="house").values_list("matter", "amount", "unit")
    }
    assert found == {
        "apologize": (30, "office_minutes"), "record": (1, "calendar_days"), "classify": (1, "calendar_days"), "assign": (1, "calendar_days"),
        "investigate": (3, "calendar_days"), "propose": (2, "calendar_days"), "notify": (2, "calendar_days"), "penalize": (7, "calendar_days"),
        "improve": (7, "calendar_days"), "follow_up": (7, "calendar_days"), "answer": (3, "calendar_days"),
        "first_answer": (24, "hours"), "decision": (7, "calendar_days"),
    }  # fmt: skip


def test_what_nobody_read_is_switched_off_and_cannot_be_used() -> None:
    """Rows of an order whose text was not read are shipped, but not in use."""
    unread = DeadlinePolicy.objects.filter(verified=False)
    assert unread.filter(regime__code="12315", in_force_from="2026-04-15").count() == 3
    assert not unread.filter(active=True).exists()
    assert not DeadlinePolicy.objects.filter(source="").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        unread.update(active=True)


def test_seeding_again_leaves_what_was_edited() -> None:
    before = DeadlinePolicy.objects.count()
    DeadlinePolicy.objects.filter(regime__code="house", matter=Step.RECORD).update(amount=5)
    policies.seed()

    assert house(Step.RECORD).amount == 5
    assert DeadlinePolicy.objects.count() == before


# --- steps and obligations --------------------------------------------------------------------------------------------------
def test_a_new_case_owes_an_apology_in_half_an_hour_an_answer_in_a_day_a_decision_in_a_week(office: Office, now: datetime) -> None:
    case = Walk(office, now).fresh()

    assert case.due_at == case.step_due_at == now + timedelta(minutes=30)
    deadline = open_of(case)
    assert (deadline.matter, deadline.opened_at, deadline.due_at, deadline.change_opened) == (Step.APOLOGIZE, now, case.due_at, 1)
    others = dict(Deadline.objects.exclude(pk=deadline.pk).values_list("matter", "due_at"))
    assert others == {"first_answer": now + timedelta(hours=24), "decision": end_of(now, 7)}


def test_each_step_opens_its_own_and_closes_the_one_before(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    case = walk.apologize()

    before = Deadline.objects.get(complaint=case, matter=Step.APOLOGIZE)
    assert (before.state, before.closed_at) == (State.MET, walk.at)
    assert open_of(case).due_at == case.step_due_at == end_of(walk.at, 1)
    assert case.due_at == now + timedelta(hours=24)  # the first answer is nearer


def test_late_is_kept_as_late_and_counted_as_a_late_step(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.at += timedelta(days=3)
    case = walk.apologize()

    assert Deadline.objects.get(complaint=case, matter=Step.APOLOGIZE).state == State.BREACHED
    assert case.late_steps == 1
    assert walk.record().late_steps == 1  # the first answer is overdue, this step was not


def test_an_act_that_leaves_the_step_leaves_the_deadline(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    due = walk.to(Step.PROPOSE).step_due_at
    case = walk.submit()

    assert case.step_due_at == due
    assert open_of(case).due_at == due


def test_with_the_decision_sent_the_case_is_due_when_the_answer_is(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    case = walk.send()

    assert case.due_at == case.answer_until == walk.at + timedelta(days=Company.current().answer_days)
    assert not Deadline.objects.filter(complaint=case, state=State.OPEN).exists()
    assert {states(case)[matter] for matter in ("notify", "decision", "first_answer")} == {State.MET}


def test_what_was_promised_is_owed_until_the_last_item_is_carried_out(office: Office, now: datetime) -> None:
    """Fifteen days (Order 73, Art. 8 and 9), whatever step the case has come to."""
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    walk.send()
    case = walk.accept()

    remedy = Deadline.objects.get(complaint=case, matter="remedy")
    assert (remedy.due_at, remedy.state) == (end_of(walk.at, 15), State.OPEN)
    walk.fulfil()
    remedy.refresh_from_db()
    assert (remedy.state, remedy.closed_at) == (State.MET, walk.at)


def test_a_reply_by_staff_is_the_first_answer(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.apologize()
    messages.write(complaint_id=walk.case.pk, by=office.agent, at=walk.at, text="已安排师傅明天上门。")

    assert states(walk.case)["first_answer"] == State.MET
    assert walk.fresh().due_at == walk.case.step_due_at


def test_an_objection_makes_another_decision_owed(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    walk.send()
    notify.object_to_remedy(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at, words="不够")

    rows = Deadline.objects.filter(complaint=walk.case, matter="decision").order_by("pk")
    assert [row.state for row in rows] == [State.MET, State.OPEN]
    assert rows[1].due_at == end_of(walk.at, 7)


def test_a_closed_case_is_due_no_more(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    case = walk.to(Step.CLOSED)

    assert (case.due_at, case.step_due_at) == (None, None)
    assert set(states(case).values()) == {State.MET}
    assert set(states(case)) == {*(step.value for step in TEN_STEPS), "first_answer", "decision", "remedy"}


def test_a_withdrawn_case_is_due_no_more_and_nothing_of_it_counts_as_kept(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    endings.withdraw(complaint_id=walk.case.pk, by=office.agent, at=now, reason="已自行解决")

    assert walk.fresh().due_at is None
    assert set(states(walk.case).values()) == {State.DROPPED}


def test_an_enquiry_owes_an_answer_and_no_decision(office: Office, now: datetime) -> None:
    case = Walk(office, now).to(Step.ANSWER)

    assert states(case) == {"apologize": State.DROPPED, "decision": State.DROPPED, "first_answer": State.OPEN, "answer": State.OPEN}


def test_a_step_without_limit_has_no_date_of_its_own(office: Office, now: datetime) -> None:
    DeadlinePolicy.objects.filter(matter=Step.RECORD).update(active=False)
    walk = Walk(office, now)
    case = walk.apologize()

    assert (case.step_due_at, case.due_at) == (None, now + timedelta(hours=24))
    assert walk.record().step_due_at is not None


def test_the_judgement_of_the_case_changes_what_is_owed(office: Office, now: datetime) -> None:
    """A severe case has a rule of its own from the moment it is called severe; the move is on record."""
    DeadlinePolicy.objects.create(
        regime=Regime.objects.get(code="house"),
        matter="decision",
        severity="severe",
        amount=2,
        unit="calendar_days",
        source="决议",
        verified=True,
    )
    walk = Walk(office, now)
    walk.to(Step.CLASSIFY)
    walk.classify(severity="severe")

    row = Deadline.objects.get(complaint=walk.case, matter="decision")
    assert (row.amount, row.due_at) == (2, end_of(now, 2))
    assert [(move.why, move.due_before, move.due_after) for move in row.moves.all()] == [("case", end_of(now, 7), end_of(now, 2))]


def test_deadlines_stay_and_move_with_a_record_alone(office: Office, now: datetime) -> None:
    deadline = open_of(Walk(office, now).case)
    with pytest.raises(DatabaseError), transaction.atomic():
        deadline.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(due_at=now + timedelta(days=9))
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.create(
            complaint=deadline.complaint,
            regime=deadline.regime,
            matter=deadline.matter,
            opened_at=now,
            due_at=now + timedelta(days=1),
            change_opened=9,
        )


#: Must show 4: opening, closing and moving deadlines adds so many queries to a step.
ADDED = {"file": 5, "apologize": 7, "claim": 0}


def queries_of(act: Callable[[], object]) -> int:
    """How many of an act's queries are about deadlines: they, their records, rules and pauses, the calendar, and the dates of the case."""
    tables = (
        "escalation_deadline",
        "escalation_deadlinechange",
        "escalation_deadlinepolicy",
        "staff_calendaryear",
        "staff_officehours",
        "step_due_at",
        "escalation_pause",
    )
    with CaptureQueriesContext(connection) as asked:
        act()
    ours = [
        each["sql"]
        for each in asked
        if (any(f'"{table}"' in each["sql"] for table in tables) and "SET" in each["sql"])
        or any(f'FROM "{table}"' in each["sql"] or f'INTO "{table}"' in each["sql"] for table in tables)
    ]
    return len([sql for sql in ours if "complaints_complaint" not in sql or 'UPDATE "complaints_complaint" SET "due_at"' in sql])


def owe_more(*matters: str) -> None:
    """More regimes with limits of their own, which stand still at the laboratory and while the customer considers the decision."""
    for matter in matters:
        regime = Regime.objects.create(code=f"more-{matter}", name="更多", always=True)
        for what in (matter, "apologize"):
            DeadlinePolicy.objects.create(
                regime=regime, matter=what, amount=3, unit="working_days", source="合同", verified=True, pauses=["testing", "answer"]
            )


def test_a_step_costs_a_small_number_of_queries_however_many_limits_it_touches(office: Office, now: datetime) -> None:
    """Must show 4: what runs, the rules, the calendar (2), one UPDATE, one INSERT, the case's dates: seven for a step, whatever is owed."""
    case: list[Walk] = []
    assert queries_of(lambda: case.append(Walk(office, now))) == ADDED["file"]
    assert queries_of(case[0].apologize) == ADDED["apologize"]
    owe_more("first_answer", "decision", "record", "whole_case")
    assert queries_of(lambda: case.append(Walk(office, now))) == ADDED["file"]
    assert queries_of(case[1].apologize) == ADDED["apologize"]


def test_letting_time_stand_still_and_run_again_costs_as_many_queries_however_many_limits_it_holds(office: Office, now: datetime) -> None:
    """Must show 4: by hand, and by the steps that do it: the decision goes to the customer, who is asked, and back."""

    def costs() -> tuple[int, list[int], int]:
        walk = Walk(office, now)
        walk.to(Step.INVESTIGATE)
        by, at = office.investigator, walk.at
        made: list[Pause] = []
        until = at + timedelta(days=9)
        stop = queries_of(
            lambda: made.append(pauses.pause(complaint_id=walk.case.pk, reason="testing", words="送检", until=until, by=by, at=at))
        )
        held = DeadlineChange.objects.filter(deadline__complaint=walk.case, why="paused").count()
        go_on = queries_of(lambda: pauses.resume(pause_id=made[0].pk, by=by, at=at + timedelta(hours=1)))
        walk.to(Step.NOTIFY)
        return held, [stop, go_on, queries_of(walk.send)], queries_of(walk.accept)

    owe_more("whole_case")
    few, cost, cost_of_answer = costs()
    owe_more("first_answer", "decision", "record")
    many, cost_of_many, cost_of_answer_to_many = costs()

    assert many > few
    assert cost_of_many == cost
    assert cost_of_answer_to_many == cost_of_answer
    assert max(*cost, cost_of_answer) <= 14


# --- the back office ------------------------------------------------------------------------------------------------
def test_the_manager_edits_a_limit_it_is_kept_who_and_open_cases_are_counted_anew(office: Office, client: Any, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.PROPOSE)
    before = walk.case.step_due_at
    client.force_login(office.manager)
    policy = house(Step.PROPOSE)
    page = reverse("admin:escalation_deadlinepolicy_change", args=[policy.pk])

    assert client.get(reverse("admin:escalation_deadlinepolicy_changelist")).status_code == 200
    said = {
        "amount": 4,
        "unit": "calendar_days",
        "active": "on",
        "verified": "on",
        "source": "决议 12 号",
        "extension_most": 0,
        "pause_most": 30,
    }
    assert client.post(page, said).status_code == 302

    policy.refresh_from_db()
    assert (policy.matter, policy.amount, policy.source) == (Step.PROPOSE, 4, "决议 12 号")
    assert policy.history.first().history_user == office.manager
    assert counted_anew(at=walk.at, policy=policy, by=office.manager) == 1
    assert counted_anew(at=walk.at, policy=policy, by=office.manager) == 0
    row = open_of(walk.fresh())
    assert (row.due_at, walk.case.step_due_at) == (end_of(row.opened_at, 4), end_of(row.opened_at, 4))
    assert [(move.why, move.due_before, move.by) for move in row.moves.all()] == [("policy", before, office.manager)]


def rule_for(matter: str, amount: int, **changes: Any) -> DeadlinePolicy:
    values = {"regime": Regime.objects.get(code="house"), "unit": "calendar_days", "source": "决议 13 号", "verified": True, "active": True}
    return DeadlinePolicy.objects.create(matter=matter, amount=amount, **(values | changes))


def test_a_new_rule_counts_for_the_cases_under_way_with_a_record(office: Office, now: datetime) -> None:
    walk, closed = Walk(office, now), Walk(office, now)
    walk.to(Step.INVESTIGATE)
    closed.to(Step.CLOSED)
    policy = rule_for("whole_case", 60)

    assert counted_anew(at=walk.at, policy=policy, by=office.manager) == 1
    assert counted_anew(at=walk.at, policy=policy, by=office.manager) == 0
    row = Deadline.objects.get(matter="whole_case", policy=policy)
    assert (row.complaint, row.opened_at, row.due_at) == (walk.case, walk.case.received_at, end_of(walk.case.received_at, 60))
    assert [(move.why, move.due_after, move.by) for move in row.moves.all()] == [("policy", row.due_at, office.manager)]


def test_a_new_rule_for_a_step_counts_where_the_case_stands(office: Office, now: datetime) -> None:
    DeadlinePolicy.objects.filter(matter__in=[Step.INVESTIGATE, Step.PROPOSE]).update(active=False)
    walk, elsewhere = Walk(office, now), Walk(office, now)
    walk.to(Step.INVESTIGATE)
    elsewhere.to(Step.PROPOSE)
    policy = rule_for(Step.INVESTIGATE, 5, in_force_from=now.date() - timedelta(days=1))

    assert counted_anew(at=walk.at, policy=policy) == 1
    assert walk.fresh().step_due_at == end_of(walk.at, 5)
    assert not Deadline.objects.filter(complaint=elsewhere.case, policy=policy).exists()


def test_a_rule_switched_off_and_on_again_runs_on(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.INVESTIGATE)
    for matter in ("decision", Step.INVESTIGATE):
        policy, row = house(matter), Deadline.objects.get(complaint=walk.case, matter=matter)
        for active, state in ((False, "dropped"), (True, "open"), (False, "dropped"), (True, "open")):
            DeadlinePolicy.objects.filter(pk=policy.pk).update(active=active)
            policy.refresh_from_db()
            assert counted_anew(at=walk.at, policy=policy) == 1
            row.refresh_from_db()
            assert (row.state, Deadline.objects.filter(complaint=walk.case, matter=matter).count()) == (state, 1)


def test_a_rule_switched_on_asks_nothing_that_is_done(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    walk.send()
    other = Regime.objects.create(code="other", name="其他", always=True)
    for matter in ("decision", "first_answer", Step.NOTIFY, "remedy"):
        assert counted_anew(at=walk.at, policy=rule_for(matter, 3, regime=other)) == 0
    walk.accept()
    assert Deadline.objects.filter(regime=other, state="open").values_list("matter", flat=True).get() == "remedy"


def test_a_body_of_rules_switched_off_ends_what_ran_by_it(office: Office, client: Any, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.INVESTIGATE)
    client.force_login(office.manager)
    regime = Regime.objects.get(code="house")
    page = reverse("admin:escalation_regime_change", args=[regime.pk])
    said = {"name": regime.name, "code": regime.code, "always": "on", "is_default": "on"}
    assert client.post(page, said).status_code == 302
    assert Recount.objects.count() == DeadlinePolicy.objects.filter(regime=regime, active=True).count()
    rules = [house(matter) for matter in ("decision", Step.INVESTIGATE)]
    mine = Deadline.objects.filter(complaint=walk.case, policy__in=rules)
    assert recount.recount(at=walk.at) == 3
    assert [row.state for row in mine] == ["dropped", "dropped"]

    assert client.post(page, said | {"active": "on"}).status_code == 302
    assert recount.recount(at=walk.at) == 3
    assert [row.state for row in mine.all()] == ["open", "open"]


def test_others_do_not(office: Office, client: Any) -> None:
    page = reverse("admin:escalation_deadlinepolicy_change", args=[house(Step.PROPOSE).pk])
    client.force_login(office.agent)
    assert client.post(page, {"amount": 4}).status_code == 403
    client.force_login(office.manager)
    assert client.post(page, {"amount": 0, "unit": "calendar_days", "active": "on"}).status_code == 200
    assert house(Step.PROPOSE).amount == 2
