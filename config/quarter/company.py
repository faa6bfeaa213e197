"""The company of the quarter: the demo's, with people who go away, a rule that lays cases before heads, notices, a crisis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from config.demo.cast import Cast
from config.demo.organisation import found
from config.quarter.expect import NOTICED, STATED, Away, Expectation, beat
from escalation.models import RoutingRule
from escalation.services import crises
from staff.models import CalendarYear, Notice, User
from staff.services import absences, calendars, notices

#: Who is away from which day of a quarter of 91 on, for how long, and who stands in.
ABSENCES = (("agent", 8, 5, "agent2"), ("head2", 20, 9, "manager"), ("agent2", 40, 12, "agent"), ("agent", 66, 4, "agent2"))
#: On which days of 91 a notice goes out, after how many days it shall be understood, and by whom.
NOTICES = ((5, 2), (33, 4), (70, 3))
READERS = ("agent2", "investigator", "E1006", "E1015")
CRISIS_ON = 50
QUARTER_DAYS = 91
HEADED = """
    SELECT DISTINCT m.department_id, m.user_id FROM staff_membership m JOIN staff_user u ON u.id = m.user_id
    WHERE m.role = 'head' AND m.to_on IS NULL AND u.is_active
"""


@dataclass(frozen=True)
class Stage:
    """When something outside the cases is done."""

    at: datetime
    what: str
    number: int


def set_up(*, password: str, begin: datetime, days: int) -> list[Away]:
    """Make it; who will be away when."""
    found(password=password, now=begin)
    cast = Cast.assemble()
    manager = cast.person("manager")
    years = set(CalendarYear.objects.values_list("year", flat=True))
    for year in {begin.year, (begin + timedelta(days=days)).year} - years:
        calendars.fill(year=year, country="CN", by=manager, at=begin)
    rule = RoutingRule(name="严重投诉", step="investigate", severity="serious", department=cast.departments["QC"], hours=24)
    rule.question = "需要采取什么措施？"
    rule.full_clean()
    rule.save()
    return [_away(cast, row, begin=begin, days=days) for row in ABSENCES]


def _away(cast: Cast, row: tuple[str, int, int, str], *, begin: datetime, days: int) -> Away:
    who, day, length, deputy = row
    first = timezone.localdate(begin) + timedelta(days=max(1, day * days // QUARTER_DAYS))
    last = first + timedelta(days=max(0, length * days // QUARTER_DAYS - 1))
    user, stands_in = cast.person(who), cast.person(deputy)
    absences.add(user=user, from_on=first, to_on=last, deputy=stands_in, by=user, at=begin)
    return Away(user.pk, stands_in.pk, first, last)


def stages(*, begin: datetime, days: int) -> list[Stage]:
    share = days / QUARTER_DAYS
    told = [Stage(begin + timedelta(days=day * share, hours=3), "notice", number) for number, (day, _due) in enumerate(NOTICES)]
    return [*told, Stage(begin + timedelta(days=CRISIS_ON * share, hours=5), "crisis", 0)]


# --- notices ------------------------------------------------------------------------------------------------------------------------
def publish(number: int, cast: Cast, *, at: datetime, expectation: Expectation) -> Notice:
    """A notice, and who will be told of whom if nobody reads it."""
    readers = [cast.person(each) for each in READERS]
    due_on = timezone.localdate(at) + timedelta(days=NOTICES[number][1])
    by = cast.person("manager")
    notice = notices.publish(title=f"通知{number + 1}", body="请阅读并确认。", by=by, at=at, users=readers, answer_due_on=due_on)
    for reader in readers:
        for rung in range(1, min(len(NOTICED), heads_over(reader)) + 1):
            expectation.await_(("notice", notice.pk, reader.pk, rung), expectation.midnight(due_on + timedelta(days=NOTICED[rung - 1])))
    return notice


def understand(notice: Notice, reader: User, *, at: datetime, expectation: Expectation) -> None:
    notices.receive(notice=notice, state="understood", by=reader, at=at)
    expectation.give_up([("notice", notice.pk, reader.pk, rung) for rung in range(1, len(NOTICED) + 1)])


def heads_over(reader: User) -> int:
    """On how many levels above somebody there is a head other than they."""
    place = reader.memberships.filter(to_on=None).select_related("department").order_by("from_on", "pk")[0]
    units = [int(each) for each in place.department.path.strip("/").split("/")]
    with connection.cursor() as cursor:
        cursor.execute(HEADED)
        headed = {unit for unit, user in cursor.fetchall() if user != reader.pk}
    return len(headed & set(units))


# --- the crisis ---------------------------------------------------------------------------------------------------------------------
def open_crisis(cast: Cast, *, at: datetime, expectation: Expectation) -> None:
    """A crisis in which nobody speaks: both who lead it are reminded twice."""
    lead, voice, by = cast.person("manager"), cast.person("executive"), cast.person("manager")
    crisis = crises.open_crisis(title="热水器召回", what="多起漏水", lead=lead, spokesperson=voice, by=by, at=at)
    for person in (lead, voice):
        for name, before in STATED:
            expectation.await_(("crisis", crisis.pk, person.pk, name), beat(crisis.statement_due_at - before))
