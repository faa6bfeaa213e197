"""Deadlines follow the steps; unanswered decisions lapse."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from complaints.models import Complaint
from complaints.services import endings, notify
from complaints.workflow import OPEN_STEPS, TEN_STEPS, Outcome, Step
from escalation.models import Deadline, DeadlinePolicy
from escalation.services import policies
from escalation.services.lapse import lapse_unanswered
from staff.models import Company
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
State = Deadline.State


@pytest.fixture
def office(db: None) -> Office:
    return Office.found()


def open_of(case: Complaint) -> Deadline:
    return Deadline.objects.get(complaint=case, state=State.OPEN)


def test_every_step_has_a_limit_from_the_start() -> None:
    found = dict(DeadlinePolicy.objects.values_list("step", "days"))

    assert found == {
        "apologize": 1, "record": 1, "classify": 1, "assign": 1, "investigate": 3,
        "propose": 2, "notify": 2, "penalize": 7, "improve": 7, "follow_up": 7,
        "answer": 3,
    }  # fmt: skip


def test_seeding_again_leaves_what_was_edited() -> None:
    DeadlinePolicy.objects.filter(step=Step.RECORD).update(days=5)
    policies.seed()

    assert DeadlinePolicy.objects.get(step=Step.RECORD).days == 5
    assert DeadlinePolicy.objects.count() == len(OPEN_STEPS)


def test_a_new_case_is_due_a_day_later(office: Office, now: datetime) -> None:
    case = Walk(office, now).fresh()

    assert case.due_at == now + timedelta(days=1)
    deadline = open_of(case)
    assert (deadline.step, deadline.opened_at, deadline.due_at, deadline.change_opened) == (Step.APOLOGIZE, now, case.due_at, 1)


def test_each_step_opens_its_own_and_closes_the_one_before(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    case = walk.apologize()

    before = Deadline.objects.get(complaint=case, step=Step.APOLOGIZE)
    assert (before.state, before.closed_at) == (State.MET, walk.at)
    assert open_of(case).step == Step.RECORD
    assert case.due_at == walk.at + timedelta(days=1)


def test_late_is_kept_as_late(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.at += timedelta(days=3)
    case = walk.apologize()

    assert Deadline.objects.get(complaint=case, step=Step.APOLOGIZE).state == State.BREACHED


def test_an_act_that_leaves_the_step_leaves_the_deadline(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    case = walk.to(Step.PROPOSE)
    due = case.due_at
    case = walk.submit()

    assert case.due_at == due
    assert open_of(case).due_at == due


def test_with_the_decision_sent_the_case_is_due_when_the_answer_is(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    case = walk.send()

    assert case.due_at == walk.at + timedelta(days=Company.current().answer_days)
    assert not Deadline.objects.filter(complaint=case, state=State.OPEN).exists()
    assert Deadline.objects.get(complaint=case, step=Step.NOTIFY).state == State.MET


def test_a_closed_case_is_due_no_more(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    case = walk.to(Step.CLOSED)

    assert case.due_at is None
    assert set(Deadline.objects.filter(complaint=case).values_list("state", flat=True)) == {State.MET}
    assert list(Deadline.objects.filter(complaint=case).order_by("pk").values_list("step", flat=True)) == [step.value for step in TEN_STEPS]


def test_a_withdrawn_case_is_due_no_more(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    endings.withdraw(complaint_id=walk.case.pk, by=office.agent, at=now, reason="已自行解决")

    assert walk.fresh().due_at is None
    assert not Deadline.objects.filter(state=State.OPEN).exists()


def test_a_step_without_limit_has_no_date(office: Office, now: datetime) -> None:
    DeadlinePolicy.objects.filter(step=Step.RECORD).update(active=False)
    walk = Walk(office, now)
    case = walk.apologize()

    assert case.due_at is None
    assert walk.record().due_at is not None


def test_deadlines_stay(office: Office, now: datetime) -> None:
    deadline = open_of(Walk(office, now).case)
    with pytest.raises(DatabaseError), transaction.atomic():
        deadline.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(due_at=now + timedelta(days=9))
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.create(
            complaint=deadline.complaint, step=Step.RECORD, opened_at=now, due_at=now + timedelta(days=1), change_opened=9
        )


# --- lapse ----------------------------------------------------------------------------------------------------------
def test_a_decision_lapses_after_its_window_and_not_before(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    walk.send()
    end = walk.at + timedelta(days=Company.current().answer_days)

    assert lapse_unanswered(at=end - timedelta(minutes=1)) == 0
    assert walk.fresh().step == Step.NOTIFY
    assert lapse_unanswered(at=end) == 1
    assert walk.fresh().step == Step.PENALIZE
    assert lapse_unanswered(at=end) == 0
    walk.at = end
    assert walk.to(Step.CLOSED).outcome == Outcome.LAPSED


def test_one_case_that_cannot_lapse_stops_no_other(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    walks = [Walk(office, now) for _number in range(2)]
    for walk in walks:
        walk.to(Step.NOTIFY)
        walk.send()
    lapse, broken = notify.lapse, walks[0].case

    def failing(*, complaint_id: int, at: datetime) -> Complaint:
        if complaint_id == broken.pk:
            raise ZeroDivisionError
        return lapse(complaint_id=complaint_id, at=at)

    monkeypatch.setattr(notify, "lapse", failing)

    assert lapse_unanswered(at=now + timedelta(days=30)) == 1
    assert [walk.fresh().step for walk in walks] == [Step.NOTIFY, Step.PENALIZE]
    assert broken.number in caplog.text


# --- the back office ------------------------------------------------------------------------------------------------
def test_the_manager_edits_a_limit_and_it_is_kept_who(office: Office, client: Any) -> None:
    client.force_login(office.manager)
    policy = DeadlinePolicy.objects.get(step=Step.PROPOSE)
    page = reverse("admin:escalation_deadlinepolicy_change", args=[policy.pk])

    assert client.get(reverse("admin:escalation_deadlinepolicy_changelist")).status_code == 200
    assert client.post(page, {"days": 4, "active": "on", "note": "决议 12 号"}).status_code == 302

    policy.refresh_from_db()
    assert (policy.step, policy.days, policy.note) == (Step.PROPOSE, 4, "决议 12 号")
    assert policy.history.first().history_user == office.manager


def test_others_do_not(office: Office, client: Any) -> None:
    page = reverse("admin:escalation_deadlinepolicy_change", args=[DeadlinePolicy.objects.get(step=Step.PROPOSE).pk])
    client.force_login(office.agent)
    assert client.post(page, {"days": 4}).status_code == 403
    client.force_login(office.manager)
    assert client.get(reverse("admin:escalation_deadlinepolicy_add")).status_code == 403
    assert client.post(page, {"days": 0, "active": "on"}).status_code == 200
    assert DeadlinePolicy.objects.get(step=Step.PROPOSE).days == 2
