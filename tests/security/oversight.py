"""A row of each page about time, escalation, routing and meetings, with hostile words wherever somebody can write them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from complaints.models import Complaint
from complaints.services import promises
from escalation.models import CaseMark, Deadline, Digest, Escalation, MarkRule, Regime, RoutedItem, RoutingRule, Rung
from escalation.services import digests, extensions, marks, orders, pauses, requests, rungs
from staff.models import ActionItem, CalendarYear, ChatGroup, OfficeHours, WorkDay
from staff.services import calendars, meetings
from tests.factories.cases import Office, Walk

FOREVER = 60 * 24 * 80
#: Far from the days of the tests: no time limit moves by it.
YEAR = 2035


def rows_of_oversight(office: Office, walk: Walk, young: Complaint, hostile: str, at: datetime) -> dict[str, Any]:
    """By "app.model". `walk` stands at the investigation, `young` is still with the reception."""
    made = [
        *_of_time(office, walk, hostile), *_of_rungs(office, walk.case, young, hostile, at), *_of_routing(office, walk, hostile),
        *_of_the_calendar(office), *_of_meetings(office, hostile, at),
    ]  # fmt: skip
    return {row._meta.label_lower: row for row in made}


def _of_time(office: Office, walk: Walk, hostile: str) -> list[Any]:
    deadline = Deadline.objects.get(complaint=walk.case, matter="decision")
    asked = extensions.ask(
        deadline_id=deadline.pk, amount=1, reason=hostile, to_customer=hostile, by=office.investigator, at=walk.at + timedelta(minutes=1)
    )
    pause = pauses.pause(
        complaint_id=walk.case.pk, reason="testing", words=hostile, until=walk.at + timedelta(days=9), by=office.investigator,
        at=walk.at + timedelta(minutes=2),
    )  # fmt: skip
    call = promises.promise(
        complaint=walk.case, call_at=walk.at + timedelta(days=3), about=hostile[:200], by=office.investigator, at=walk.at
    )
    return [deadline, asked, pause, Regime.objects.order_by("pk").first(), call]


def _of_rungs(office: Office, case: Complaint, young: Complaint, hostile: str, at: datetime) -> list[Any]:
    rule = MarkRule.objects.get(cause=CaseMark.Cause.MEDIA)
    mark = marks.mark(complaint_id=young.pk, cause=CaseMark.Cause.MEDIA, words=hostile, by=office.agent, at=at)
    order = orders.give(complaint_id=young.pk, words=hostile, due_at=at + timedelta(days=9), by=office.executive, at=at)
    rung = Rung.objects.create(matter="first_answer", minutes=-FOREVER, act=Rung.Act.HEAD)
    rungs.climb(at=at)
    return [rule, mark, order, rung, Escalation.objects.filter(complaint=case).latest("pk")]


def _of_routing(office: Office, walk: Walk, hostile: str) -> list[Any]:
    rule = RoutingRule.objects.create(name=hostile[:100], step="propose", department=office.quality, question=hostile[:200])
    walk.investigate()
    asked = requests.ask(
        complaint=walk.case, to_department=office.reception, question=hostile, wanted_at=walk.at + timedelta(days=2), by=office.investigator,
        at=walk.at,
    )  # fmt: skip
    evening = walk.at + timedelta(hours=1)
    _work_on(timezone.localdate(evening), office)
    digests.make(at=evening)
    return [rule, RoutedItem.objects.get(complaint=walk.case), asked, Digest.objects.get(department=office.quality)]


def _work_on(day: date, office: Office) -> None:
    """Whatever the calendar says: what is made on working days alone is there on whatever day the tests run."""
    if not CalendarYear.objects.filter(year=day.year).exists():
        calendars.fill(year=day.year, country="CN", by=office.manager, at=office.manager.date_joined)
    WorkDay.objects.update_or_create(day=day, defaults={"working": True})


def _of_the_calendar(office: Office) -> list[Any]:
    calendars.fill(year=YEAR, country="CN", by=office.manager, at=office.manager.date_joined)
    hours = OfficeHours.objects.create(department=office.board, weekday=1, opens=time(9), closes=time(10))
    return [CalendarYear.objects.get(year=YEAR), WorkDay.objects.filter(day__year=YEAR).first(), hours]


def _of_meetings(office: Office, hostile: str, at: datetime) -> list[Any]:
    meeting = meetings.call(
        title=hostile[:100], department=office.quality, planned_at=at + timedelta(hours=1), people=[office.employee], place=hostile[:60],
        matters=[hostile], by=office.manager, at=at,
    )  # fmt: skip
    asked = [meetings.Asked(hostile[:200], office.employee, at.date() + timedelta(days=9))]
    meeting = meetings.hold(meeting=meeting, minutes=hostile, asked=asked, by=office.manager, at=at + timedelta(hours=2))
    group = ChatGroup.objects.create(name=hostile[:60], format=ChatGroup.Format.WECOM, address="https://chat.example/key")
    return [meeting, ActionItem.objects.get(meeting=meeting), group]
