"""The arithmetic of office time: which days are worked, how much time is left, when a time limit ends. No Django, no clock, no database.

Rules, so that they can be read in one place:

- Minutes and hours *of the office* run while the office is open and stand still otherwise. A limit that is used up at closing time ends at closing
  time, not at the next opening.
- *Days* do not count the day a limit begins (Civil Code of China, Art. 201). A limit of working days ends when the office closes on the last of
  them (Art. 203: "where there are business hours, when business stops"); one of calendar days or months ends with the last day, also when that
  is a holiday: nobody here takes the extra day the law would give.
- Plain *hours* run day and night.
- In a *pause* no time passes. A day is not counted when the limit was paused as the day began, so that a pause from the very start is a later
  start; and no limit ends within a pause.
- Times are compared as moments (UTC); days and opening hours are those of the calendar's zone.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59, 59, 999999)
DAY = timedelta(days=1)
NOTHING = timedelta(0)
#: Nothing is promised further ahead; a calendar in which a limit never ends is a mistake, and is said to be one.
LONGEST = 3660
#: When nobody has said when the office is open.
USUAL_HOURS: Mapping[int, tuple[tuple[time, time], ...]] = {weekday: ((time(9), time(18)),) for weekday in range(5)}
USUAL_WEEKEND = frozenset({5, 6})

OFFICE_MINUTES, OFFICE_HOURS, WORKING_DAYS = "office_minutes", "office_hours", "working_days"
HOURS, CALENDAR_DAYS, MONTHS = "hours", "calendar_days", "months"
#: Units that mean something only with a calendar.
OF_THE_OFFICE = frozenset({OFFICE_MINUTES, OFFICE_HOURS, WORKING_DAYS})

Moment = datetime
Span = tuple[Moment, Moment]


class NoWorkingTime(ValueError):
    """In this calendar the office is never open: a limit would never end."""


@dataclass(frozen=True)
class Year:
    """What is special in one year: days off beside the weekend, and days of the weekend that are worked (调休)."""

    weekend: frozenset[int] = USUAL_WEEKEND
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Calendar:
    """Working days and opening hours in one place of the company."""

    zone: ZoneInfo
    years: Mapping[int, Year] = field(default_factory=dict)
    #: Weekday (Monday is 0) → when it opens and closes, in order.
    hours: Mapping[int, Sequence[tuple[time, time]]] = field(default_factory=lambda: USUAL_HOURS)

    # --- days -------------------------------------------------------------------------------------------------------
    def knows(self, first: date, last: date) -> bool:
        """Whether every year from the one day to the other is in the calendar."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def is_working(self, day: date) -> bool:
        """Whether the company works that day. Of a year nobody has filled in only the weekend is known."""
        year = self.years.get(day.year, self._usual)
        if day in year.on:
            return True
        return day not in year.off and day.weekday() not in year.weekend

    @cached_property
    def _usual(self) -> Year:
        """What is taken for a year that is missing: no holidays, the weekend of the newest year there is."""
        return Year(weekend=self.years[max(self.years)].weekend) if self.years else Year()

    # --- hours ------------------------------------------------------------------------------------------------------
    def hours_of(self, day: date) -> Sequence[tuple[time, time]]:
        """When the office is open that day.

        A day of the weekend that is worked has the hours of an ordinary day. A department that is open at the weekend by its own hours is so
        on every weekend, but on no holiday.
        """
        own = self.hours.get(day.weekday(), ())
        if self.is_working(day):
            return own or self._ordinary
        year = self.years.get(day.year, self._usual)
        return own if day not in year.off else ()

    @cached_property
    def _ordinary(self) -> Sequence[tuple[time, time]]:
        return next((self.hours[weekday] for weekday in range(7) if self.hours.get(weekday)), ())

    @cached_property
    def minutes_a_day(self) -> int:
        """How long the office is open on an ordinary day; 0 where it never is."""
        day = date(2000, 1, 1)
        lengths = (datetime.combine(day, closes) - datetime.combine(day, opens) for opens, closes in self._ordinary)
        return int(sum(lengths, NOTHING) / timedelta(minutes=1))

    def spans(self, day: date) -> list[Span]:
        """The same as moments."""
        return [(self.at(day, opens), self.at(day, closes)) for opens, closes in self.hours_of(day)]

    def closing(self, day: date) -> Moment:
        """When a working day is over."""
        hours = self.hours_of(day)
        return self.at(day, hours[-1][1] if hours else END_OF_DAY)

    def at(self, day: date, clock: time) -> Moment:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def day_of(self, moment: Moment) -> date:
        return moment.astimezone(self.zone).date()

    # --- time -------------------------------------------------------------------------------------------------------
    def open_time(self, start: Moment, end: Moment) -> timedelta:
        """How long the office is open between two moments; nothing if the second comes first."""
        if end <= start:
            return NOTHING
        days = _days(self.day_of(start), self.day_of(end))
        return sum((_overlap(span, (start, end)) for day in days for span in self.spans(day)), NOTHING)


@dataclass(frozen=True)
class Limit:
    """How much time there is."""

    amount: int
    unit: str

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("a limit is longer than nothing")


@dataclass(frozen=True)
class Due:
    at: Moment
    #: False where a year is missing from the calendar that should have been asked: the date may be too early or too late.
    is_sure: bool


def due(start: Moment, limit: Limit, calendar: Calendar, pauses: Iterable[Span] = ()) -> Due:
    """When a limit that began at `start` ends, with the pauses that are over."""
    paused = merged(pauses)
    at = _AT[limit.unit](start, limit.amount, calendar, paused)
    first, last = calendar.day_of(start), calendar.day_of(at)
    return Due(at, limit.unit not in OF_THE_OFFICE or calendar.knows(first, last))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same spans in order, those that touch made one."""
    found: list[Span] = []
    for start, end in sorted((start.astimezone(UTC), end.astimezone(UTC)) for start, end in spans if start < end):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


# --- by unit ----------------------------------------------------------------------------------------------------------------
def _open_minutes(start: Moment, minutes: int, calendar: Calendar, paused: list[Span]) -> Moment:
    left = timedelta(minutes=minutes)
    start = start.astimezone(UTC)
    for day in _days(calendar.day_of(start)):
        for span in calendar.spans(day):
            for begins, ends in _without(_from(span, start), paused):
                if left <= ends - begins:
                    return begins + left
                left -= ends - begins
    raise NoWorkingTime


def _open_hours(start: Moment, hours: int, calendar: Calendar, paused: list[Span]) -> Moment:
    return _open_minutes(start, hours * 60, calendar, paused)


def _hours(start: Moment, hours: int, _calendar: Calendar, paused: list[Span]) -> Moment:
    at = start.astimezone(UTC) + timedelta(hours=hours)
    for begins, ends in paused:
        if begins < at and ends > start:
            at += ends - max(begins, start.astimezone(UTC))
    return at


def _working_days(start: Moment, days: int, calendar: Calendar, paused: list[Span]) -> Moment:
    worked = (day for day in _days(calendar.day_of(start) + DAY) if calendar.is_working(day))
    return _nth(((calendar.at(day, time.min), calendar.closing(day)) for day in worked), days, paused)


def _calendar_days(start: Moment, days: int, calendar: Calendar, paused: list[Span]) -> Moment:
    all_days = _days(calendar.day_of(start) + DAY)
    return _nth(((calendar.at(day, time.min), calendar.at(day, END_OF_DAY)) for day in all_days), days, paused)


def _months(start: Moment, months: int, calendar: Calendar, paused: list[Span]) -> Moment:
    first = calendar.day_of(start)
    return _calendar_days(start, (_months_later(first, months) - first).days, calendar, paused)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_AT = {
    OFFICE_MINUTES: _open_minutes,
    OFFICE_HOURS: _open_hours,
    WORKING_DAYS: _working_days,
    HOURS: _hours,
    CALENDAR_DAYS: _calendar_days,
    MONTHS: _months,
}
UNITS = tuple(_AT)


def _nth(days: Iterator[Span], number: int, paused: list[Span]) -> Moment:
    """The end of the nth day that began while no pause was; a later one, if that end lies in a pause."""
    counted = 0
    for begins, ends in days:
        if counted < number and not _in(begins, paused):
            counted += 1
        if counted == number and not _in(ends, paused):
            return ends
    raise NoWorkingTime


def _days(first: date, last: date | None = None) -> Iterator[date]:
    """Day by day, to the last one, or as far ahead as anything is promised."""
    for number in range((last - first).days + 1 if last else LONGEST):
        yield first + number * DAY


def _in(moment: Moment, spans: list[Span]) -> bool:
    place = bisect_right(spans, moment, key=lambda span: span[0])
    return place > 0 and moment < spans[place - 1][1]


def _from(span: Span, start: Moment) -> Span:
    return max(span[0], start), span[1]


def _without(span: Span, paused: list[Span]) -> Iterator[Span]:
    """What is left of a span."""
    begins, ends = span
    for start, end in paused:
        if end <= begins or start >= ends:
            continue
        if start > begins:
            yield begins, start
        begins = max(begins, end)
    if begins < ends:
        yield begins, ends


def _overlap(one: Span, other: Span) -> timedelta:
    return max(min(one[1], other[1]) - max(one[0], other[0]), NOTHING)


# --- in words -----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Left:
    """How much office time lies between now and a moment, in the largest unit that fits. `unit` is HOURS or MINUTES of the office, or DAYS."""

    amount: int
    unit: str
    is_late: bool


def left_until(moment: Moment, now: Moment, calendar: Calendar) -> Left | None:
    """The office time left, or since; None where there is none in between (tonight, over a weekend): then only the clock can say."""
    is_late = moment < now
    start, end = (moment, now) if is_late else (now, moment)
    if end - start > timedelta(days=LONGEST):
        return None
    first, last = calendar.day_of(start), calendar.day_of(end)
    days = sum(calendar.is_working(day) for day in _days(first + DAY, last)) if last > first else 0
    if days > 1:
        return Left(days, WORKING_DAYS, is_late)
    minutes = int(calendar.open_time(start, end) / timedelta(minutes=1))
    if minutes and minutes >= calendar.minutes_a_day:
        return Left(minutes // calendar.minutes_a_day, WORKING_DAYS, is_late)
    if minutes >= 60:
        return Left(minutes // 60, OFFICE_HOURS, is_late)
    return Left(minutes, OFFICE_MINUTES, is_late) if minutes else None
