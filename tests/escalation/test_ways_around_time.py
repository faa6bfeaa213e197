"""What somebody would try in order to be in time on paper, or to read what is not theirs by way of what is passed on."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from complaints.models import Complaint
from complaints.services import kinds, promises
from complaints.services.errors import NotPossible
from complaints.workflow import Kind, Step
from escalation.models import Deadline, DeadlinePolicy, Pause, Regime, RoutedItem, RoutingRule
from escalation.queries.people import told_by
from escalation.services import extensions, pauses, recount, regimes, requests
from staff.models import Meeting, User
from staff.services import meetings
from tests.factories.cases import Office, Walk
from tests.factories.time import limit

pytestmark = pytest.mark.django_db


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
    recount.recount(at=after, policy=rule, by=office.manager)
    row.refresh_from_db()
    assert row.is_late(after)


def test_what_stands_still_runs_again_though_its_rule_no_longer_knows_the_reason(office: Office, walk: Walk) -> None:
    pause = pauses.pause(complaint_id=walk.case.pk, reason="testing", words="送检", by=office.investigator, at=walk.at)
    assert limit(walk.case, "decision").state == "paused"
    rule = DeadlinePolicy.objects.get(regime__code="house", matter="decision")
    rule.pauses = ["customer"]
    rule.save()
    recount.recount(at=walk.at, policy=rule, by=office.manager)
    pauses.resume(pause_id=pause.pk, by=office.investigator, at=walk.at + timedelta(days=1))
    assert not Pause.objects.filter(to_at=None).exists()
    assert limit(walk.case, "decision").state == "open"


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
