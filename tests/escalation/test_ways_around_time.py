"""What somebody would try in order to be in time on paper, or to read what is not theirs by way of what is passed on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from complaints.models import Complaint
from complaints.services import kinds, promises
from complaints.services.errors import NotPossible, Refused
from complaints.workflow import Kind, Step
from escalation.models import Deadline, DeadlinePolicy, Pause, Recount, Regime, RoutedItem, RoutingRule, Rung
from escalation.queries.people import told_by
from escalation.services import extensions, pauses, recount, regimes, requests
from staff.models import Meeting, User, WorkDay
from staff.services import meetings
from tests.factories.cases import Office, Walk
from tests.factories.time import counted_anew, limit

pytestmark = pytest.mark.django_db


def stop(walk: Walk, by: User, **said: Any) -> Pause:
    values: dict[str, Any] = {
        "complaint_id": walk.case.pk,
        "reason": "testing",
        "words": "送检",
        "until": walk.at + timedelta(days=9),
        "at": walk.at,
    }
    return pauses.pause(by=by, **(values | said))


def test_other_rules_end_no_limit_that_is_late_already(office: Office, walk: Walk) -> None:
    petition, house = Regime.objects.get(code="petition"), Regime.objects.get(code="house")
    regimes.choose(complaint_id=walk.case.pk, regime_id=petition.pk, reason="来信", by=office.manager, at=walk.at)
    late = Deadline.objects.running().filter(complaint=walk.case, regime=petition).order_by("due_at")[0]
    after = late.due_at + timedelta(days=1)
    regimes.choose(complaint_id=walk.case.pk, regime_id=house.pk, reason="改回", by=office.investigator, at=after)
    late.refresh_from_db()
    assert late.is_late(after)
    assert not [each for each in Deadline.objects.filter(complaint=walk.case, regime=petition, state="open") if not each.is_late(after)]


def test_a_rule_switched_off_ends_no_limit_that_is_late_already(office: Office, walk: Walk) -> None:
    row = limit(walk.case, "decision")
    rule = DeadlinePolicy.objects.get(regime__code="house", matter="decision")
    rule.active = False
    rule.save()
    after = row.due_at + timedelta(days=1)
    counted_anew(at=after, policy=rule, by=office.manager)
    row.refresh_from_db()
    assert row.is_late(after)


def test_what_stands_still_runs_again_though_its_rule_no_longer_knows_the_reason(office: Office, walk: Walk) -> None:
    pause = stop(walk, office.investigator)
    assert limit(walk.case, "decision").state == "paused"
    rule = DeadlinePolicy.objects.get(regime__code="house", matter="decision")
    rule.pauses = ["customer"]
    rule.save()
    counted_anew(at=walk.at, policy=rule, by=office.manager)
    pauses.resume(pause_id=pause.pk, by=office.investigator, at=walk.at + timedelta(days=1))
    assert not Pause.objects.filter(to_at=None).exists()
    assert limit(walk.case, "decision").state == "open"


# --- counting anew ----------------------------------------------------------------------------------------------------------
def test_neither_a_holiday_entered_later_nor_a_longer_limit_makes_what_is_late_be_in_time(office: Office, walk: Walk) -> None:
    rule = DeadlinePolicy.objects.get(regime__code="house", matter="decision")
    DeadlinePolicy.objects.filter(pk=rule.pk).update(amount=3, unit="working_days")
    rule.refresh_from_db()
    assert counted_anew(at=walk.at, policy=rule) == 1
    row = limit(walk.case, "decision")
    due, after = row.due_at, row.due_at + timedelta(days=1)
    WorkDay.objects.create(day=timezone.localdate(due), working=False, name="补录")
    assert counted_anew(at=after) == 0
    DeadlinePolicy.objects.filter(pk=rule.pk).update(amount=30)
    rule.refresh_from_db()
    assert counted_anew(at=after, policy=rule) == 0
    row.refresh_from_db()
    assert (row.due_at, row.amount, row.is_late(after)) == (due, 3, True)
    assert counted_anew(at=due - timedelta(hours=9), policy=rule) == 1, "in time it would have moved"


@pytest.fixture
def three(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> DeadlinePolicy:
    """Three cases under a rule that was edited, counted anew one by one."""
    monkeypatch.setattr(recount, "SLICE", 1)
    for _number in range(3):
        Walk(office, now)
    rule: DeadlinePolicy = DeadlinePolicy.objects.get(regime__code="house", matter="decision")
    amount(rule, 9)
    return rule


def amount(rule: DeadlinePolicy, days: int) -> None:
    DeadlinePolicy.objects.filter(pk=rule.pk).update(amount=days)
    recount.later(policy=rule)


def slices(number: int, at: datetime) -> int:
    """As many as a worker does before it dies, or its time is over; how many limits moved."""
    left = iter(range(number))
    return recount.recount(at=at, may_go_on=lambda: next(left, None) is not None)


def amounts() -> list[int]:
    return list(Deadline.objects.filter(matter="decision").order_by("complaint").values_list("amount", flat=True))


def test_k6_a_recount_goes_on_where_the_last_worker_ended(three: DeadlinePolicy, now: datetime) -> None:
    assert (slices(2, now), amounts()) == (2, [9, 9, 7])
    assert (slices(9, now), amounts()) == (1, [9, 9, 9])
    assert not Recount.objects.exists()


def test_k6_a_slice_broken_off_by_the_database_is_done_again(three: DeadlinePolicy, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_args: Any, **_said: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(recount, "begin_owed", die)
    with pytest.raises(OperationalError):
        slices(1, now)
    monkeypatch.undo()
    assert (slices(9, now), amounts()) == (3, [9, 9, 9])


def test_an_edit_during_a_recount_begins_it_again_and_one_waits_at_most(three: DeadlinePolicy, now: datetime) -> None:
    slices(2, now)
    amount(three, 8)
    amount(three, 5)
    assert Recount.objects.count() == 1
    assert (slices(9, now), amounts()) == (3, [5, 5, 5])


def test_an_edit_while_a_slice_is_under_way_is_not_taken_for_done(three: DeadlinePolicy, now: datetime) -> None:
    begun = Recount.objects.select_related("policy", "by").get()
    amount(three, 4)
    recount.next_slice(begun, at=now)
    assert Recount.objects.get().done_to == 0
    slices(9, now)
    assert amounts() == [4, 4, 4]


def test_ten_days_edited_in_a_row_are_one_recount(office: Office, client: Any) -> None:
    client.force_login(office.manager)
    OrmQ.objects.all().delete()
    for day in range(1, 11):
        said = {"day": f"2030-06-{day:02}", "working": "on", "name": "补班"}
        assert client.post(reverse("admin:staff_workday_add"), said).status_code == 302
    assert [(row.policy, row.by) for row in Recount.objects.all()] == [(None, office.manager)]
    assert OrmQ.objects.count() == 1


# --- what a case is taken for -------------------------------------------------------------------------------------------------
def test_to_and_fro_between_kinds_the_decision_is_due_when_it_was(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    due = limit(walk.case, "decision").due_at
    for kind in (Kind.SUGGESTION, Kind.COMPLAINT, Kind.SUGGESTION, Kind.COMPLAINT):
        walk.at += timedelta(days=1)
        kinds.change(complaint_id=walk.case.pk, by=office.agent, at=walk.at, kind=kind, reason="看错了")
    row = Deadline.objects.get(complaint=walk.case, matter="decision")
    assert (row.state, row.opened_at, row.due_at) == ("open", now, due)


# --- standing still ---------------------------------------------------------------------------------------------------------
def test_a_pause_by_hand_has_an_end_and_no_longer_one_than_its_rule_allows(office: Office, walk: Walk) -> None:
    for until in (walk.at, walk.at + timedelta(days=31)):
        with pytest.raises(NotPossible):
            stop(walk, office.investigator, until=until)
    DeadlinePolicy.objects.filter(regime__code="house", matter="decision").update(pause_most=5)
    with pytest.raises(NotPossible):
        stop(walk, office.investigator, until=walk.at + timedelta(days=6))
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(complaint=walk.case, reason="testing", words="送检", by=office.investigator, from_at=walk.at)


def test_g10_a_pause_ends_by_itself_at_its_end_however_late_the_scheduler_comes(office: Office, walk: Walk) -> None:
    due = limit(walk.case, "decision").due_at
    end = walk.at + timedelta(days=9)
    pause = stop(walk, office.investigator, until=end)
    assert pauses.resume_over(at=end - timedelta(minutes=1)) == 0
    assert [pauses.resume_over(at=end + timedelta(days=3)) for _run in range(2)] == [1, 0]
    pause.refresh_from_db()
    assert (pause.to_at, pause.ended_by) == (end, None)
    assert (limit(walk.case, "decision").state, limit(walk.case, "decision").due_at) == ("open", due + timedelta(days=9))


def test_a_second_pause_of_a_case_is_made_by_somebody_above_it(office: Office, walk: Walk) -> None:
    first = stop(walk, office.investigator)
    after = walk.at + timedelta(hours=1)
    pauses.resume(pause_id=first.pk, by=office.investigator, at=after)
    with pytest.raises(Refused):
        stop(walk, office.investigator, at=after)
    assert stop(walk, office.head, at=after).by == office.head


def test_a_pause_is_over_when_nothing_is_left_that_stands_still(office: Office, walk: Walk) -> None:
    pause = stop(walk, office.investigator)
    assert {row.matter for row in Deadline.objects.paused()} == {"investigate", "decision"}
    for matter in ("investigate", "decision"):
        rule = DeadlinePolicy.objects.get(regime__code="house", matter=matter)
        rule.active = False
        rule.save()
        counted_anew(at=walk.at, policy=rule)
    pause.refresh_from_db()
    assert pause.to_at == walk.at


def test_an_order_to_answer_an_order_cannot_be_made(office: Office, client: Any) -> None:
    client.force_login(office.manager)
    said = {"matter": "order", "act": "order", "when_0": 1, "when_1": 60, "when_2": 1, "active": "on"}
    page = client.post(reverse("admin:escalation_rung_add"), said)
    assert (page.status_code, Rung.objects.filter(matter="order", act="order").count()) == (200, 0)
    assert page.context["errors"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Rung.objects.create(matter="order", act="order", minutes=60)


# --- more time --------------------------------------------------------------------------------------------------------------
def test_what_is_late_is_not_extended_any_more(office: Office, walk: Walk) -> None:
    row = limit(walk.case, "investigate")
    asked = extensions.ask(deadline_id=row.pk, amount=1, reason="等配件", to_customer="再等一天", by=office.investigator, at=walk.at)
    with pytest.raises(NotPossible):
        extensions.grant(extension_id=asked.pk, by=office.head, at=row.due_at + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.extended_by == 0


def test_a_call_is_not_kept_by_saying_nothing(office: Office, walk: Walk) -> None:
    call = promises.promise(complaint=walk.case, call_at=walk.at + timedelta(hours=2), about="进展", by=office.investigator, at=walk.at)
    with pytest.raises(NotPossible):
        promises.keep_promise(complaint_id=walk.case.pk, promise=call, by=office.investigator, at=walk.at, result=" ")


def test_an_escalation_reaches_the_executives_when_nobody_else_is_left(office: Office, walk: Walk) -> None:
    on = timezone.localdate(walk.at)
    gone = (office.investigator, office.head, office.division_head, office.manager)
    User.objects.filter(pk__in=[each.pk for each in gone]).update(is_active=False)
    for act in ("remind", "head", "order"):
        assert told_by(act, walk.fresh(), on) == [office.executive]


def test_a_matter_of_what_became_a_report_is_for_those_alone_who_see_it(office: Office, now: datetime) -> None:
    RoutingRule.objects.create(name="全部投诉", step="classify", role="head", question="如何决定？")
    walk = Walk(office, now)
    walk.to(Step.CLASSIFY)
    item = RoutedItem.objects.get(complaint=walk.case)
    assert RoutedItem.objects.visible_to(office.head).filter(pk=item.pk).exists()
    kinds.change(complaint_id=walk.case.pk, by=office.agent, at=walk.at, kind=Kind.REPORT, reason="反映员工收钱")
    assert not Complaint.objects.visible_to(office.head).filter(pk=walk.case.pk).exists()
    assert not RoutedItem.objects.visible_to(office.head).filter(pk=item.pk).exists()


def test_a_matter_that_climbed_is_open_to_the_head_it_climbed_to(office: Office, now: datetime) -> None:
    RoutingRule.objects.create(name="质量", step="classify", department=office.quality, question="如何决定？")
    walk = Walk(office, now)
    walk.to(Step.CLASSIFY)
    item = RoutedItem.objects.get(complaint=walk.case)
    assert RoutedItem.objects.visible_to(office.division_head).filter(pk=item.pk).exists()
    assert not RoutedItem.objects.laid_before(office.division_head).filter(pk=item.pk).exists(), "it does not wait for them yet"


def test_the_agenda_of_a_meeting_repeats_nothing_of_what_was_asked_about_a_case(office: Office, walk: Walk) -> None:
    requests.ask(
        complaint=walk.case, to_department=office.callers, question="王芳（13800138000）说赵工收了钱，请核对通话", wanted_at=walk.at + timedelta(hours=1),
        by=office.investigator, at=walk.at,
    )  # fmt: skip
    meeting: Meeting = meetings.call(
        title="例会", department=office.callers, planned_at=walk.at + timedelta(days=3), people=[office.employee], by=office.manager,
        at=walk.at + timedelta(days=2),
    )  # fmt: skip
    lines = " ".join(meeting.agenda.values_list("text", flat=True))
    assert office.quality.name in lines
    assert "13800138000" not in lines
    assert "赵工" not in lines
