"""Questions about the organisation that other apps ask."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from time import monotonic
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from staff import calendar
from staff.models import Absence, CalendarYear, Department, Membership, OfficeHours, User, WorkDay
from staff.models.compiled import Figures, Given
from staff.querysets import DepartmentQuerySet, UserQuerySet
from staff.roles import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: From this month on the days worked next year instead of holidays are known.
ANNOUNCED_FROM = 12


@dataclass(frozen=True)
class Place:
    """One membership: the role, the department, and the path of the nearest supervision at or above it ("" where there is none)."""

    role: str
    department: int
    path: str
    supervision: str

    @property
    def top(self) -> int:
        return _nearest_first(self.path)[-1]

    @property
    def counted(self) -> tuple[int, ...]:
        return counted_units(self.path, self.supervision)


def places_of(user: User) -> list[Place]:
    """Where a person works now, in one query."""
    supervision = Subquery(_supervising(OuterRef("department__path")).values("path")[:1])
    rows = user.memberships.filter(to_on=None).annotate(supervision=supervision)
    return [
        Place(role, pk, path, at or "")
        for role, pk, path, at in rows.values_list("role", "department_id", "department__path", "supervision")
    ]


def counted_units(path: str, supervision: str) -> tuple[int, ...]:
    """The units whoever works at this path is part of, from the top down: the supervision is no part of what stands above it, for it looks into
    reports on the whole company too."""
    units = _nearest_first(path)[::-1]
    above = len(_nearest_first(supervision)) - 1 if supervision else 0
    return tuple(units[above:])


def is_part_of(department: Department, units: Iterable[Department]) -> bool:
    """Whether the department is one of these units or belongs to one; see `counted_units`."""
    nearest = _supervising(department.path).values_list("path", flat=True).first()
    counted = counted_units(department.path, nearest or "")
    return any(unit.pk in counted for unit in units)


def lines_of(user: User) -> set[int]:
    """Ids of everybody who heads a department of this person or one above it, now; without the person."""
    paths = Membership.objects.filter(user=user, to_on=None).values_list("department__path", flat=True)
    above = {pk for path in paths for pk in _nearest_first(path)}
    return set(Membership.objects.heads().filter(department__in=above).values_list("user", flat=True)) - {user.pk}


def _supervising(path: str | OuterRef) -> DepartmentQuerySet:
    """The supervisions at or above this path, the nearest first."""
    here = Department.objects.filter(supervises=True).alias(here=Cast(Value(path) if isinstance(path, str) else path, TextField()))
    found: DepartmentQuerySet = here.filter(here__startswith=F("path")).order_by("-path")
    return found


def superiors_of(users: Iterable[User | int]) -> set[int]:
    """Ids of the nearest heads of these people: of their own department, or of the nearest above that has another head.

    Five people cost as many queries as one: two.
    """
    ids = {user.pk if isinstance(user, User) else user for user in users}
    places = Membership.objects.filter(user__in=ids, to_on=None).values_list("user", "department__path").distinct()
    chains = [(user, _nearest_first(path)) for user, path in places]
    heads = _heads_by_department({pk for _, chain in chains for pk in chain})
    found: set[int] = set()
    for user, chain in chains:
        found.update(next((others for pk in chain if (others := {head.pk for head in heads[pk]} - {user})), set()))
    return found


def heads_above(department: Department) -> list[list[User]]:
    """Heads of the department, then of each department above that has any, nearest first."""
    path: str = Department.objects.values_list("path", flat=True).get(pk=department.pk)
    chain = _nearest_first(path)
    heads = _heads_by_department(chain)
    return [heads[pk] for pk in chain if heads[pk]]


def executives() -> UserQuerySet:
    people: UserQuerySet = User.objects.with_role(Role.EXECUTIVE)
    return people


ABSENCES = Figures(
    lambda: Absence.objects.filter(from_on__lte=Given("on"), to_on__gte=Given("on"), user=Given("user")).order_by().values_list("pk")[:1]
)


def is_absent(user: User, on: date) -> bool:
    return bool(ABSENCES(on=on, user=user.pk))


def deputy_of(user: User, on: date) -> User | None:
    """Who stands in that day: the deputy, or theirs when they are away too; nobody when the user is there or all are away."""
    asked: set[int] = set()
    person = user
    while person.pk not in asked:
        asked.add(person.pk)
        absence = Absence.objects.on(on).filter(user=person).select_related("deputy").order_by("-pk").first()
        if absence is None:
            return None if person.pk == user.pk or not person.is_active else person
        person = absence.deputy
    return None


def present(person: User, on: date) -> User | None:
    """The person, or on a day they are away who stands in; nobody when all are away."""
    return deputy_of(person, on) if is_absent(person, on) else person


def _nearest_first(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")][::-1]


def _heads_by_department(departments: Iterable[int]) -> dict[int, list[User]]:
    heads: dict[int, list[User]] = defaultdict(list)
    memberships = Membership.objects.heads().filter(department__in=set(departments)).select_related("user")
    for membership in memberships.order_by("from_on", "pk"):
        heads[membership.department_id].append(membership.user)
    return heads


# --- the working calendar ---------------------------------------------------------------------------------------------------
def _years() -> "QuerySet[CalendarYear, Any]":
    of_year = WorkDay.objects.filter(day__year=OuterRef("year"))
    special = {
        "off": ArraySubquery(of_year.filter(working=False).values("day")),
        "on": ArraySubquery(of_year.filter(working=True).values("day")),
    }
    rows: Any = CalendarYear.objects.filter(year__gte=Given("since")).annotate(**special).order_by("year")
    years: QuerySet[CalendarYear, Any] = rows.values_list("year", "weekend", "off", "on")
    return years


YEARS = Figures(_years)
OPENING = Figures(
    lambda: OfficeHours.objects.order_by("department", "weekday", "opens").values_list("department", "weekday", "opens", "closes")
)


class Calendars:
    """The working calendar with the office hours of every department, read once (two queries)."""

    def __init__(self, *, since: datetime, zone: ZoneInfo | None = None) -> None:
        """From the year before `since` on; in the company's zone, which is the current one."""
        self.zone = zone or ZoneInfo(str(timezone.get_current_timezone()))
        rows = YEARS(since=since.astimezone(self.zone).year - 1)
        self.years = {year: calendar.Year(frozenset(map(int, weekend)), frozenset(off), frozenset(on)) for year, weekend, off, on in rows}
        self.hours: dict[int | None, dict[int, list[tuple[time, time]]]] = {}
        for department, weekday, opens, closes in OPENING():
            self.hours.setdefault(department, {}).setdefault(weekday, []).append((opens, closes))
        self._made: dict[int | None, calendar.Calendar] = {}

    def of(self, department: Department | None) -> calendar.Calendar:
        """The calendar by which this department works: its own hours, or those of the nearest department above it that has any, or everybody's."""
        key = next((pk for pk in reversed(department.path_ids()) if pk in self.hours), None) if department else None
        if key not in self._made:
            hours = self.hours.get(key) or self.hours.get(None) or calendar.USUAL_HOURS
            self._made[key] = calendar.Calendar(zone=self.zone, years=self.years, hours=hours)
        return self._made[key]


#: The calendar that words like "2 working hours left" are said by is read at most once in so many seconds by each process; dates never rest on it.
SHOWN_FOR = 60
_shown: dict[str, tuple[float, calendar.Calendar]] = {}


def calendar_shown(now: datetime) -> calendar.Calendar:
    """Everybody's calendar from last year on, for words on pages alone."""
    zone = str(timezone.get_current_timezone())
    known = _shown.get(zone)
    if known is None or known[0] < monotonic():
        known = _shown[zone] = (monotonic() + SHOWN_FOR, Calendars(since=now).of(None))
    return known[1]


def calendar_problems(on: date) -> list[str]:
    """What is missing from the working calendar that dates already rest on, or soon will; loud words for people (threat H3)."""
    years = {row.year: row for row in CalendarYear.objects.filter(year__in=(on.year, on.year + 1))}
    found = [
        _("The working calendar of %(year)d is missing: holidays and make-up days of that year are not counted.") % {"year": year}
        for year in (on.year, on.year + 1)
        if year not in years
    ]
    found += [
        _("The working calendar of %(year)d is not complete: days worked instead of holidays have not been entered.") % {"year": year}
        for year, row in sorted(years.items())
        if not row.complete and (year == on.year or on.month >= ANNOUNCED_FROM)
    ]
    if not OfficeHours.objects.filter(department=None).exists():
        found.append(_("Nobody has entered office hours: Monday to Friday, 9 to 18, is taken instead."))
    return found
