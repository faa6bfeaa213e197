"""Rungs fire once and to the minute; marks reach whom they must; orders are answered; nobody away is left with work."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.models import Assignment, Classification, Complaint, Message, Promise, Recusal
from complaints.services import assign, recusals
from complaints.services.errors import NotPossible, Refused
from complaints.services.inputs import PartyInput
from complaints.workflow import Severity, Step
from config.work.first_page import work_for
from escalation.forms.rungs import PlaceWidget
from escalation.models import CaseMark, Deadline, Escalation, MarkRule, Rung, SupervisionOrder
from escalation.queries.climbed import by_matter
from escalation.services import marks, orders, rungs, starter_rungs
from staff.models import Absence, User
from staff.roles import Role
from tests.complaints.admin.desk import Desk
from tests.complaints.test_races import at_once
from tests.factories.cases import Office, Walk
from tests.factories.staff import person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at() -> datetime:
    return timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture
def office() -> Office:
    office = Office.found()
    starter_rungs.seed()
    return office


def only(*wanted: tuple[str, int, Rung.Act]) -> None:
    Rung.objects.all().update(active=False)
    for matter, minutes, act in wanted:
        Rung.objects.update_or_create(matter=matter, severity="", kind="", minutes=minutes, act=act, defaults={"active": True})


def running(walk: Walk) -> Deadline:
    return Deadline.objects.filter(complaint=walk.case, matter=walk.case.step, state="open").get()


def test_g10_each_rung_is_climbed_once_and_to_the_minute(office: Office, at: datetime) -> None:
    """G10, H4: twice, late, and by a clock that jumps back."""
    walk = Walk(office, at)
    walk.apologize()
    due = running(walk)
    only((due.matter, -60, Rung.Act.REMIND), (due.matter, 0, Rung.Act.HEAD), (due.matter, 60, Rung.Act.EXECUTIVES))
    fired: dict[int, int] = {}
    for offset in (-61, -60, -60, -1, 0, 0, 59, 60, 60, 500, -30, 500):
        fired[offset] = fired.get(offset, 0) + rungs.climb(at=due.due_at + offset * MINUTE)
    assert {offset: count for offset, count in fired.items() if count} == {-60: 1, 0: 1, 60: 1}
    told = [(row.act, [who.name for who in row.told.all()]) for row in Escalation.objects.order_by("pk")]
    assert told == [("remind", ["林小雨"]), ("head", ["周敏"]), ("executives", ["高远"])]


def test_what_was_escalated_waits_on_the_first_page_of_who_was_told(office: Office, at: datetime) -> None:
    """With a mail that says which case, who has it and what is asked, and no word of the case; it goes when the matter is done."""
    walk = Walk(office, at)
    walk.apologize()
    due = running(walk)
    only((due.matter, 60, Rung.Act.EXECUTIVES))
    late = due.due_at + 61 * MINUTE
    rungs.climb(at=late)
    mail = Message.objects.filter(to_user=office.executive).latest("pk")
    with translation.override(office.executive.language):
        for words in (
            walk.case.number,
            "林小雨",
            f"/admin/complaints/complaint/{walk.case.pk}/change/",
            _("Please see to it that it moves."),
        ):
            assert words in mail.subject + mail.text
    assert walk.case.story not in mail.text
    assert escalated(office.executive, late) == [walk.case.number]
    assert escalated(office.division_head, late) == []
    desk = Desk(office.executive)
    listed = desk.get("escalation_escalation_changelist", whose="me").content.decode()
    assert walk.case.number in listed
    walk.at = late + MINUTE
    walk.record()
    assert escalated(office.executive, late) == []


def test_what_was_escalated_is_one_line_a_matter_on_the_page_of_the_case(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    due = running(walk)
    only((due.matter, 0, Rung.Act.REMIND), (due.matter, 60, Rung.Act.HEAD))
    rungs.climb(at=due.due_at + 60 * MINUTE)
    with translation.override("en"):
        [(label, said)] = by_matter(Escalation.objects.order_by("pk"), [])
    when = f"{timezone.localtime(due.due_at + 60 * MINUTE):%m-%d %H:%M}"
    assert (label, said) == ("Record", f"reminded 林小雨 ({when}), told 周敏 ({when})")
    assert f"周敏 ({when})" in Desk(office.agent).case(walk.case).content.decode()


def escalated(user: User, at: datetime) -> list[str]:
    with translation.override("en"):
        piles = {str(pile.title): pile for pile in work_for(User.objects.get(pk=user.pk), at)}
    pile = piles.get("Complaints escalated to me")
    return [row.text.split()[0] for row in pile.rows] if pile else []


def test_what_is_done_in_time_climbs_nothing(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    due = running(walk)
    only((due.matter, 0, Rung.Act.HEAD))
    walk.record()
    assert rungs.climb(at=due.due_at + MINUTE) == 0


def test_who_is_away_is_stepped_over_and_who_is_named_hears_nothing(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    due = running(walk)
    deputy = person(Role.HEAD, office.reception, name="代班")
    Absence.objects.create(
        user=office.reception_head, from_on=due.due_at.date(), to_on=due.due_at.date() + timedelta(days=3), deputy=deputy
    )
    only((due.matter, 0, Rung.Act.HEAD))
    recusals.name(complaint_id=walk.case.pk, user=deputy, by=office.agent, at=walk.at)
    rungs.climb(at=due.due_at)
    told = set(Escalation.objects.get().told.all())
    assert told == {office.manager}, "the deputy is named in it, so it goes on to complaint management"


def test_an_order_by_rung_is_answered_by_the_head_or_climbs(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    due = running(walk)
    only((due.matter, 60, Rung.Act.ORDER), ("order", 0, Rung.Act.MANAGEMENT))
    rungs.climb(at=due.due_at + 60 * MINUTE)
    order = SupervisionOrder.objects.get()
    with pytest.raises(Refused):
        orders.answer(order_id=order.pk, text="好", by=office.agent, at=at)
    assert rungs.climb(at=order.due_at + MINUTE) == 1
    orders.answer(order_id=order.pk, text="今天内完成。", by=office.reception_head, at=at)
    with pytest.raises(NotPossible):
        orders.answer(order_id=order.pk, text="再答", by=office.reception_head, at=at)


def test_who_stands_in_for_the_head_finds_the_order_and_answers_it(office: Office, at: datetime, client: Any) -> None:
    walk = Walk(office, at)
    walk.apologize()
    deputy = person(Role.AGENT, office.reception)
    now = timezone.now()
    away = {"from_on": timezone.localdate(now), "to_on": timezone.localdate(now) + timedelta(days=3)}
    Absence.objects.create(user=office.reception_head, deputy=deputy, **away)
    order = orders.give(complaint_id=walk.case.pk, words="为何迟缓？", due_at=now + timedelta(days=1), by=office.executive, at=now)
    assert list(SupervisionOrder.objects.to_answer(deputy, away["from_on"])) == [order]
    client.force_login(deputy)
    page = client.get(reverse("admin:escalation_supervisionorder_change", args=[order.pk]))
    assert len(page.context["acts"]) == 1
    orders.answer(order_id=order.pk, text="已调人。", by=deputy, at=now)


def test_whoever_ordered_it_by_hand_reads_the_answer(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    order = orders.give(complaint_id=walk.case.pk, words="为何迟缓？", due_at=at + timedelta(days=1), by=office.executive, at=at)
    orders.answer(order_id=order.pk, text="人手不足，已调人。", by=office.reception_head, at=at)
    assert Message.objects.filter(to_user=office.executive, text__contains=f"/supervisionorder/{order.pk}/").exists()


def test_a_promised_call_reminds_and_climbs_when_missed(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    call_at = at + timedelta(hours=4)
    promise = Promise.objects.create(complaint=walk.case, call_at=call_at, about="进展", by=office.agent, at=at)
    only(("promise", -30, Rung.Act.REMIND), ("promise", 15, Rung.Act.HEAD))
    assert rungs.climb(at=call_at - 30 * MINUTE) == 1
    assert rungs.climb(at=call_at + 15 * MINUTE) == 1
    assert [list(row.told.all()) for row in Escalation.objects.order_by("pk")] == [[office.agent], [office.reception_head]]
    assert promise.called_at is None


def test_somebody_hurt_reaches_the_executives_at_once(office: Office, at: datetime) -> None:
    office.category.injury = True
    office.category.save()
    walk = Walk(office, at)
    walk.to(Step.CLASSIFY)
    walk.classify(severity=Severity.SEVERE, fault=Classification.Fault.PRODUCT)
    assert CaseMark.objects.get(cause="injury").charged_to == office.reception
    assert Message.objects.filter(to_user=office.executive).exists()


def test_a_second_complaint_on_the_same_matter_is_marked_a_repeat(office: Office, at: datetime) -> None:
    Walk(office, at).to(Step.ASSIGN)
    second = Walk(office, at + timedelta(days=1))
    second.to(Step.ASSIGN)
    mark = CaseMark.objects.get(cause="repeat")
    assert (mark.complaint, mark.times) == (second.case, 2)


def test_staff_say_once_that_it_reached_the_media_and_the_rule_says_whom_that_reaches(office: Office, at: datetime) -> None:
    MarkRule.objects.filter(cause="media").update(to_head=False, to_management=False, to_executives=True)
    walk = Walk(office, at)
    walk.apologize()
    marks.mark(complaint_id=walk.case.pk, cause="media", words="记者来电", by=office.agent, at=at)
    assert list(Escalation.objects.get().told.all()) == [office.executive]
    with pytest.raises(NotPossible):
        marks.mark(complaint_id=walk.case.pk, cause="media", words="又来电", by=office.agent, at=at)
    with pytest.raises(NotPossible):
        marks.mark(complaint_id=walk.case.pk, cause="injury", words="受伤", by=office.agent, at=at)


def test_cases_dealt_out_go_to_whoever_has_fewest_and_nobody_picks(office: Office, at: datetime) -> None:
    second = person(Role.INVESTIGATOR, office.quality, name="新手")
    office.quality.deals_out = True
    office.quality.save()
    first = Walk(office, at)
    first.to(Step.ASSIGN)
    first.assign(handler=None)
    assert first.case.handler == office.investigator
    other = Walk(office, at, complainant=PartyInput(name="李四", email="li@example.com"))
    other.to(Step.ASSIGN)
    other.assign(handler=None)
    assert other.case.handler == second


def test_who_is_named_is_not_dealt_the_case(office: Office, at: datetime) -> None:
    office.quality.deals_out = True
    office.quality.save()
    walk = Walk(office, at)
    walk.to(Step.ASSIGN)
    recusals.name(complaint_id=walk.case.pk, user=office.investigator, by=office.agent, at=walk.at)
    walk.assign(handler=None)
    assert Recusal.objects.filter(user=office.investigator).exists()
    assert walk.case.handler is None


def test_what_people_away_have_in_hand_goes_to_their_deputy(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    walk.apologize()
    deputy = person(Role.AGENT, office.reception, name="代班")
    Absence.objects.create(user=office.agent, from_on=at.date() + timedelta(days=1), to_on=at.date() + timedelta(days=5), deputy=deputy)
    assert assign.hand_over_absent(at=at) == 0
    assert assign.hand_over_absent(at=at + timedelta(days=1)) == 1
    assert assign.hand_over_absent(at=at + timedelta(days=1)) == 0
    assert walk.fresh().handler == deputy


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-120, "2 hours before it is due"), (0, "as it falls due"), (15, "15 minutes after it was due"), (1440, "1 day after it was due")],
)
def test_a_rung_says_its_place_as_people_do(minutes: int, words: str) -> None:
    with translation.override("en"):
        assert Rung(minutes=minutes, act=Rung.Act.HEAD).when == words


def test_an_order_is_given_by_the_form_of_the_back_office(office: Office, at: datetime, client: Any) -> None:
    walk = Walk(office, at)
    walk.apologize()
    client.force_login(office.executive)
    soon = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    page = reverse("admin:escalation_supervisionorder_add")
    assert walk.case.number in client.get(page, {"case": walk.case.pk}).content.decode()
    said = {"complaint": walk.case.pk, "words": "为何迟缓？", "due_at": soon}
    assert client.post(page, said, follow=True).status_code == 200
    order = SupervisionOrder.objects.get()
    assert (order.by, order.department) == (office.executive, office.reception)


@pytest.mark.django_db(transaction=True)
def test_g10_two_schedulers_at_once_say_it_once(at: datetime) -> None:
    """G10: two processes climb the same rungs at the same moment."""
    office = Office.found()
    starter_rungs.seed()
    walks = [Walk(office, at, complainant=PartyInput(name=f"顾客{number}", email=f"c{number}@example.com")) for number in range(4)]
    for walk in walks:
        walk.apologize()
    only((Step.RECORD, 0, Rung.Act.HEAD))
    late = max(row.due_at for row in Deadline.objects.filter(state="open")) + MINUTE
    climbed: list[int] = []
    assert at_once(*[lambda: climbed.append(rungs.climb(at=late))] * 3) == [None] * 3
    assert sum(climbed) == Escalation.objects.filter(rung__matter=Step.RECORD).count() == len(walks)
    assert Complaint.objects.count() == len(walks)


@pytest.mark.django_db(transaction=True)
def test_g10_two_schedulers_at_once_hand_over_the_work_of_who_is_away_once(at: datetime) -> None:
    """G10: both find the case with somebody who is away; the second finds it with the deputy."""
    office = Office.found()
    walks = [Walk(office, at, complainant=PartyInput(name=f"顾客{number}", email=f"c{number}@example.com")) for number in range(4)]
    for walk in walks:
        walk.apologize()
    deputy = person(Role.AGENT, office.reception, name="代班")
    Absence.objects.create(user=office.agent, from_on=at.date(), to_on=at.date() + timedelta(days=5), deputy=deputy)
    later, handed_over = at + timedelta(hours=5), list[int]()
    assert at_once(*[lambda: handed_over.append(assign.hand_over_absent(at=later))] * 3) == [None] * 3
    assert sum(handed_over) == Assignment.objects.filter(kind="handed_over").count() == len(walks)


def test_what_was_said_long_ago_is_not_read_again_each_minute(office: Office, at: datetime, django_assert_num_queries: Any) -> None:
    """What is overdue and was said stays in the database: a minute later there is one query for each rung, and one for the rungs."""
    walk = Walk(office, at)
    walk.apologize()
    due = running(walk)
    only((due.matter, 0, Rung.Act.HEAD), (due.matter, 60, Rung.Act.EXECUTIVES), ("promise", 0, Rung.Act.HEAD))
    promise = Promise.objects.create(complaint=walk.case, call_at=due.due_at, about="进展", by=office.agent, at=at)
    late = max(due.due_at, promise.call_at) + 90 * MINUTE
    assert rungs.climb(at=late) == 3
    with django_assert_num_queries(4):
        assert rungs.climb(at=late + MINUTE) == 0


def test_a_rung_is_entered_as_people_say_it(office: Office) -> None:
    desk = Desk(office.manager)
    add = reverse("admin:escalation_rung_add")
    said = {"matter": "decision", "severity": "", "kind": "", "when_0": 3, "when_1": 24 * 60, "when_2": -1, "act": "head", "active": "on"}
    assert desk.client.post(add, said).status_code == 302
    rung = Rung.objects.get(matter="decision")
    assert rung.minutes == -3 * 24 * 60
    assert PlaceWidget().decompress(rung.minutes) == [3, 24 * 60, -1]
    shown = desk.client.get(reverse("admin:escalation_rung_change", args=[rung.pk])).content.decode()
    assert [f'name="when_{part}"' in shown for part in range(3)] == [True, True, True]
    again = desk.client.post(add, said)
    assert (again.status_code, Rung.objects.filter(matter="decision").count()) == (200, 1)
    beyond = desk.client.post(add, said | {"when_0": 400})
    assert (beyond.status_code, bool(beyond.context["errors"])) == (200, True)
    for reader in (office.agent, office.manager):
        assert Desk(reader).get("escalation_rung_change", rung.pk).status_code == 200
    history = rung.history.latest("pk")
    assert desk.client.get(reverse("admin:escalation_rung_simple_history", args=[rung.pk, history.pk])).status_code == 200


def test_a_new_order_has_one_button(office: Office, at: datetime) -> None:
    page = Desk(office.executive).client.get(reverse("admin:escalation_supervisionorder_add"), {"case": Walk(office, at).case.pk})
    assert [f'name="{button}"' in page.content.decode() for button in ("_save", "_addanother", "_continue")] == [True, False, False]


def test_one_order_at_a_time_waits_for_a_head(office: Office, at: datetime) -> None:
    """A further limit that becomes late stands as an escalation and on the page of the order, and makes none of its own until that is answered."""
    walk = Walk(office, at)
    walk.apologize()
    first, step = (Deadline.objects.get(complaint=walk.case, matter=matter, state="open") for matter in ("first_answer", walk.case.step))
    only(("", 0, Rung.Act.ORDER))
    early, late = sorted((first.due_at, step.due_at))
    rungs.climb(at=early)
    rungs.climb(at=late)
    order = SupervisionOrder.objects.get()
    assert Escalation.objects.filter(act="order").count() == 2
    mails = Message.objects.filter(to_user=office.reception_head, text__contains=f"/supervisionorder/{order.pk}/change/")
    assert mails.count() == 2
    page = Desk(office.reception_head).get("escalation_supervisionorder_change", order.pk).content.decode()
    assert all(f"({timezone.localtime(moment):%m-%d %H:%M})" in page for moment in (early, late))
    orders.answer(order_id=order.pk, text="今天办结。", by=office.reception_head, at=late + MINUTE)
    decision = Deadline.objects.get(complaint=walk.case, matter="decision", state="open")
    rungs.climb(at=decision.due_at)
    assert SupervisionOrder.objects.count() == 2
