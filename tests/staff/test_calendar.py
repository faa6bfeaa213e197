"""H3: due dates against a table worked out by hand with a printed calendar, and what must hold of every date.

The days are China's of 2025/26 as announced: New Year 1–3 January (worked: Sunday 4 January), Spring Festival 15–23 February (worked: Saturdays 14
and 28 February), Tomb Sweeping 4–6 April, Labour Day 1–5 May (worked: Saturday 9 May), Dragon Boat 19 June, Mid-Autumn 25 September, National Day
1–7 October (worked: Sunday 20 September, Saturday 10 October). The office is open from Monday to Friday, 9 to 18.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from staff.calendar import (
    CALENDAR_DAYS,
    HOURS,
    MONTHS,
    OFFICE_HOURS,
    OFFICE_MINUTES,
    UNITS,
    USUAL_HOURS,
    WORKING_DAYS,
    Calendar,
    Limit,
    NoWorkingTime,
    Year,
    due,
    left_until,
)

SHANGHAI, NEW_YORK, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
END = "23:59:59.999999"


def days(text: str) -> frozenset[date]:
    """“2026: 1-1 2-16” as days."""
    year, listed = text.split(":")
    return frozenset(date(int(year), *map(int, each.split("-"))) for each in listed.split())


CHINA = Calendar(
    SHANGHAI,
    {
        2025: Year(),
        2026: Year(
            off=days("2026: 1-1 1-2 1-3 2-15 2-16 2-17 2-18 2-19 2-20 2-21 2-22 2-23 4-4 4-5 4-6 5-1 5-2 5-3 5-4 5-5 6-19 6-20 6-21 9-25 9-26 9-27 10-1 10-2 10-3 10-4 10-5 10-6 10-7"),
            on=days("2026: 1-4 2-14 2-28 5-9 9-20 10-10"),
        ),
        2027: Year(off=days("2027: 1-1 2-5 2-8 2-9 2-10")),
        2028: Year(),
        2029: Year(),
    },
)  # fmt: skip
PLAIN = {year: Year() for year in range(2025, 2030)}
AMERICA, EUROPE = Calendar(NEW_YORK, PLAIN), Calendar(BERLIN, PLAIN)
NIGHT_WATCH = Calendar(NEW_YORK, PLAIN, {**USUAL_HOURS, 6: [(time(0), time(6))]})
HOTLINE = Calendar(SHANGHAI, CHINA.years, {**USUAL_HOURS, 5: [(time(10), time(16))]})
NOON_PAUSE = Calendar(SHANGHAI, CHINA.years, {day: [(time(9), time(12)), (time(13, 30), time(18))] for day in range(5)})

#: What, when it begins, how much, until when; all in the calendar's own time.
TABLE = [
    # half an hour of office time: the apology
    ("in the morning", "2026-03-02 09:00", 30, OFFICE_MINUTES, "2026-03-02 09:30"),
    ("a breath before midnight", "2026-03-02 23:59:59.900000", 30, OFFICE_MINUTES, "2026-03-03 09:30"),
    ("at midnight", "2026-03-02 00:00", 30, OFFICE_MINUTES, "2026-03-02 09:30"),
    ("Friday, a minute before closing", "2026-03-06 17:59", 30, OFFICE_MINUTES, "2026-03-09 09:29"),
    ("used up at closing time", "2026-03-06 17:30", 30, OFFICE_MINUTES, "2026-03-06 18:00"),
    ("a second too late for that", "2026-03-06 17:30:01", 30, OFFICE_MINUTES, "2026-03-09 09:00:01"),
    ("at closing time", "2026-03-06 18:00", 30, OFFICE_MINUTES, "2026-03-09 09:30"),
    ("Saturday", "2026-03-07 12:00", 30, OFFICE_MINUTES, "2026-03-09 09:30"),
    ("Sunday, a breath before midnight", "2026-03-08 23:59:59.900000", 30, OFFICE_MINUTES, "2026-03-09 09:30"),
    ("working Saturday", "2026-02-14 10:00", 30, OFFICE_MINUTES, "2026-02-14 10:30"),
    ("working Saturday before the long holiday", "2026-02-14 17:45", 30, OFFICE_MINUTES, "2026-02-24 09:15"),
    ("in the Spring Festival", "2026-02-18 12:00", 30, OFFICE_MINUTES, "2026-02-24 09:30"),
    ("Friday before a working Saturday", "2026-02-13 17:50", 30, OFFICE_MINUTES, "2026-02-14 09:20"),
    ("last day of the year, to a working Sunday", "2025-12-31 17:50", 30, OFFICE_MINUTES, "2026-01-04 09:20"),
    ("a breath before the National Day", "2026-09-30 17:59:59.900000", 30, OFFICE_MINUTES, "2026-10-08 09:29:59.900000"),
    ("working Saturday after it", "2026-10-10 09:00", 30, OFFICE_MINUTES, "2026-10-10 09:30"),
    ("working Sunday before opening", "2026-09-20 08:59:59", 30, OFFICE_MINUTES, "2026-09-20 09:30"),
    ("evening before a Friday off", "2026-06-18 17:45", 30, OFFICE_MINUTES, "2026-06-22 09:15"),
    # hours of office time
    ("two hours", "2026-03-02 09:00", 2, OFFICE_HOURS, "2026-03-02 11:00"),
    ("two hours over night", "2026-03-02 17:00", 2, OFFICE_HOURS, "2026-03-03 10:00"),
    ("nine hours over the weekend", "2026-03-06 17:00", 9, OFFICE_HOURS, "2026-03-09 17:00"),
    ("one day's hours", "2026-03-02 09:00", 9, OFFICE_HOURS, "2026-03-02 18:00"),
    ("two days' hours", "2026-03-02 09:00", 18, OFFICE_HOURS, "2026-03-03 18:00"),
    ("a week's hours", "2026-03-02 09:00", 45, OFFICE_HOURS, "2026-03-06 18:00"),
    ("over Labour Day", "2026-04-30 16:00", 8, OFFICE_HOURS, "2026-05-06 15:00"),
    ("into a working Saturday", "2026-05-08 16:00", 4, OFFICE_HOURS, "2026-05-09 11:00"),
    ("into 29 February", "2028-02-28 17:00", 2, OFFICE_HOURS, "2028-02-29 10:00"),
    ("out of 29 February", "2028-02-29 17:30", 1, OFFICE_HOURS, "2028-03-01 09:30"),
    # working days
    ("the next day", "2026-03-02 09:00", 1, WORKING_DAYS, "2026-03-03 18:00"),
    ("the next day, from a breath before midnight", "2026-03-02 23:59:59.900000", 1, WORKING_DAYS, "2026-03-03 18:00"),
    ("the next day, from midnight", "2026-03-03 00:00", 1, WORKING_DAYS, "2026-03-04 18:00"),
    ("Friday before closing", "2026-03-06 17:59", 1, WORKING_DAYS, "2026-03-09 18:00"),
    ("from Saturday", "2026-03-07 12:00", 1, WORKING_DAYS, "2026-03-09 18:00"),
    ("five", "2026-03-02 09:00", 5, WORKING_DAYS, "2026-03-09 18:00"),
    ("seven", "2026-03-02 09:00", 7, WORKING_DAYS, "2026-03-11 18:00"),
    ("a working Saturday counts", "2026-02-13 10:00", 1, WORKING_DAYS, "2026-02-14 18:00"),
    ("the second comes after the festival", "2026-02-13 10:00", 2, WORKING_DAYS, "2026-02-24 18:00"),
    ("from the working Saturday on", "2026-02-14 10:00", 1, WORKING_DAYS, "2026-02-24 18:00"),
    ("five with a working Saturday", "2026-02-24 10:00", 5, WORKING_DAYS, "2026-03-02 18:00"),
    ("due on a working Saturday", "2026-02-26 10:00", 2, WORKING_DAYS, "2026-02-28 18:00"),
    ("over New Year to a working Sunday", "2025-12-31 10:00", 1, WORKING_DAYS, "2026-01-04 18:00"),
    ("three over New Year", "2025-12-31 10:00", 3, WORKING_DAYS, "2026-01-06 18:00"),
    ("over the National Day", "2026-09-30 10:00", 1, WORKING_DAYS, "2026-10-08 18:00"),
    ("three, to the working Saturday after it", "2026-09-30 10:00", 3, WORKING_DAYS, "2026-10-10 18:00"),
    ("four, past it", "2026-09-30 10:00", 4, WORKING_DAYS, "2026-10-12 18:00"),
    ("to a working Sunday", "2026-09-18 10:00", 1, WORKING_DAYS, "2026-09-20 18:00"),
    ("over Mid-Autumn", "2026-09-24 10:00", 1, WORKING_DAYS, "2026-09-28 18:00"),
    ("29 February", "2028-02-28 10:00", 1, WORKING_DAYS, "2028-02-29 18:00"),
    ("the day after it", "2028-02-28 10:00", 2, WORKING_DAYS, "2028-03-01 18:00"),
    ("forty-five (mediation, Order 20 Art. 21)", "2026-03-02 09:00", 45, WORKING_DAYS, "2026-05-08 18:00"),
    ("fifteen over Labour Day", "2026-04-27 09:00", 15, WORKING_DAYS, "2026-05-20 18:00"),
    ("seven over Dragon Boat (acceptance, Art. 14)", "2026-06-12 09:00", 7, WORKING_DAYS, "2026-06-24 18:00"),
    ("fifteen, extended by fifteen (Art. 23)", "2026-03-02 09:00", 15 + 15, WORKING_DAYS, "2026-04-14 18:00"),
    # plain hours
    ("a day and a night", "2026-03-06 17:59", 24, HOURS, "2026-03-07 17:59"),
    ("into 29 February by the clock", "2028-02-28 12:00", 24, HOURS, "2028-02-29 12:00"),
    ("out of it", "2028-02-29 23:59:59.900000", 24, HOURS, "2028-03-01 23:59:59.900000"),
    ("over New Year by the clock", "2026-12-31 12:00", 24, HOURS, "2027-01-01 12:00"),
    # calendar days
    ("a week", "2026-03-02 09:00", 7, CALENDAR_DAYS, f"2026-03-09 {END}"),
    ("to 29 February", "2028-02-28 09:00", 1, CALENDAR_DAYS, f"2028-02-29 {END}"),
    ("from 29 February", "2028-02-29 09:00", 1, CALENDAR_DAYS, f"2028-03-01 {END}"),
    ("fifteen from the last breath of the year", "2026-12-31 23:59:59.900000", 15, CALENDAR_DAYS, f"2027-01-15 {END}"),
    ("fifteen", "2026-03-02 09:00", 15, CALENDAR_DAYS, f"2026-03-17 {END}"),
    ("fifteen, extended by fifteen", "2026-03-02 09:00", 15 + 15, CALENDAR_DAYS, f"2026-04-01 {END}"),
    ("ends in the festival all the same", "2026-02-13 09:00", 7, CALENDAR_DAYS, f"2026-02-20 {END}"),
    ("sixty, to a holiday", "2026-03-02 09:00", 60, CALENDAR_DAYS, f"2026-05-01 {END}"),
    # months
    ("to the last day of a leap February", "2027-11-30 09:00", 3, MONTHS, f"2028-02-29 {END}"),
    ("to the last day of a short one", "2026-11-30 09:00", 3, MONTHS, f"2027-02-28 {END}"),
    ("from the 31st to the 30th", "2026-10-31 09:00", 1, MONTHS, f"2026-11-30 {END}"),
    ("a year from 29 February", "2028-02-29 09:00", 12, MONTHS, f"2029-02-28 {END}"),
]
ELSEWHERE = [
    ("New York, the night an hour is lost", AMERICA, "2026-03-07 12:00", 24, HOURS, "2026-03-08 13:00"),
    ("the same by days", AMERICA, "2026-03-07 12:00", 1, CALENDAR_DAYS, f"2026-03-08 {END}"),
    ("the same by office time", AMERICA, "2026-03-06 17:45", 30, OFFICE_MINUTES, "2026-03-09 09:15"),
    ("New York, the night an hour is won, by working days", AMERICA, "2026-10-30 12:00", 1, WORKING_DAYS, "2026-11-02 18:00"),
    ("the same by the clock", AMERICA, "2026-10-31 12:00", 24, HOURS, "2026-11-01 11:00"),
    ("an office open in the hour that is lost", NIGHT_WATCH, "2026-03-08 00:00", 3, OFFICE_HOURS, "2026-03-08 04:00"),
    ("an office open in the hour that is won", NIGHT_WATCH, "2026-11-01 00:00", 3, OFFICE_HOURS, "2026-11-01 02:00"),
    ("Berlin over the change of the clock", EUROPE, "2026-03-27 17:00", 2, OFFICE_HOURS, "2026-03-30 10:00"),
    ("a hotline open on Saturdays", HOTLINE, "2026-03-07 12:00", 30, OFFICE_MINUTES, "2026-03-07 12:30"),
    ("its Saturday is no working day by law", HOTLINE, "2026-03-06 12:00", 1, WORKING_DAYS, "2026-03-09 18:00"),
    ("it is closed on the Saturday of a holiday", HOTLINE, "2026-10-03 12:00", 30, OFFICE_MINUTES, "2026-10-08 09:30"),
    ("over a pause at noon", NOON_PAUSE, "2026-03-02 11:30", 1, OFFICE_HOURS, "2026-03-02 14:00"),
    ("used up at noon", NOON_PAUSE, "2026-03-02 11:30", 30, OFFICE_MINUTES, "2026-03-02 12:00"),
]
PAUSED = [
    ("hours stand still", "2026-03-02 09:00", 8, OFFICE_HOURS, ["2026-03-02 11:00/2026-03-04 11:00"], "2026-03-04 17:00"),
    ("working days", "2026-03-02 09:00", 5, WORKING_DAYS, ["2026-03-03 10:00/2026-03-05 10:00"], "2026-03-11 18:00"),
    ("across a holiday", "2026-02-11 10:00", 3, WORKING_DAYS, ["2026-02-13 09:00/2026-02-25 09:00"], "2026-02-26 18:00"),
    ("within a holiday changes nothing", "2026-02-13 10:00", 2, WORKING_DAYS, ["2026-02-16 09:00/2026-02-20 09:00"], "2026-02-24 18:00"),
    ("calendar days", "2026-03-02 09:00", 7, CALENDAR_DAYS, ["2026-03-04 12:00/2026-03-06 12:00"], f"2026-03-11 {END}"),
    ("the clock", "2026-03-02 09:00", 24, HOURS, ["2026-03-02 12:00/2026-03-02 15:00"], "2026-03-03 12:00"),
    ("two pauses", "2026-03-02 09:00", 24, HOURS, ["2026-03-02 12:00/2026-03-02 15:00", "2026-03-03 10:00/2026-03-03 11:00"], "2026-03-03 13:00"),
    ("a pause while nobody works", "2026-03-06 17:50", 30, OFFICE_MINUTES, ["2026-03-06 18:00/2026-03-09 09:00"], "2026-03-09 09:20"),
    ("a pause of two hours costs no day", "2026-03-02 09:00", 1, WORKING_DAYS, ["2026-03-03 10:00/2026-03-03 12:00"], "2026-03-03 18:00"),
    ("pauses that overlap", "2026-03-02 09:00", 24, HOURS, ["2026-03-02 12:00/2026-03-02 15:00", "2026-03-02 14:00/2026-03-02 16:00"], "2026-03-03 13:00"),
    ("from the very start", "2026-03-02 09:00", 2, WORKING_DAYS, ["2026-03-02 09:00/2026-03-04 09:00"], "2026-03-06 18:00"),
    ("over the last day", "2026-03-02 09:00", 1, WORKING_DAYS, ["2026-03-03 10:00/2026-03-04 10:00"], "2026-03-04 18:00"),
    ("a pause and an extension", "2026-03-02 09:00", 5 + 2, WORKING_DAYS, ["2026-03-03 10:00/2026-03-05 10:00"], "2026-03-13 18:00"),
]  # fmt: skip


def moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def ids(table: list[tuple[object, ...]]) -> list[str]:
    return [f"{row[0]}" for row in table]


@pytest.mark.parametrize("row", TABLE, ids=ids(TABLE))  # type: ignore[arg-type]  # rows of the same kinds
def test_h3_dates_are_those_of_the_hand_table(row: tuple[str, str, int, str, str]) -> None:
    _what, start, amount, unit, expected = row
    found = due(moment(start, SHANGHAI), Limit(amount, unit), CHINA)
    assert (found.at.astimezone(SHANGHAI), found.is_sure) == (moment(expected, SHANGHAI), True)


@pytest.mark.parametrize("row", ELSEWHERE, ids=ids(ELSEWHERE))  # type: ignore[arg-type]  # the same
def test_h3_other_zones_hours_and_changes_of_the_clock(row: tuple[str, Calendar, str, int, str, str]) -> None:
    _what, calendar, start, amount, unit, expected = row
    found = due(moment(start, calendar.zone), Limit(amount, unit), calendar).at
    assert found == moment(expected, calendar.zone).astimezone(UTC)


@pytest.mark.parametrize("row", PAUSED, ids=ids(PAUSED))  # type: ignore[arg-type]  # the same
def test_h3_pauses_and_extensions(row: tuple[str, str, int, str, list[str], str]) -> None:
    _what, start, amount, unit, paused, expected = row
    pauses = [(moment(each.split("/")[0], SHANGHAI), moment(each.split("/")[1], SHANGHAI)) for each in paused]
    found = due(moment(start, SHANGHAI), Limit(amount, unit), CHINA, pauses).at
    assert found == moment(expected, SHANGHAI).astimezone(UTC)


def test_the_table_is_as_long_as_promised() -> None:
    assert len(TABLE) + len(ELSEWHERE) + len(PAUSED) >= 90


def test_the_same_moment_said_in_utc_has_the_same_date() -> None:
    """A breath before midnight in Shanghai is four in the afternoon in UTC."""
    before, after = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    found = [due(each, Limit(1, WORKING_DAYS), CHINA).at for each in (before, after)]
    assert found == [datetime(2026, 3, 3, 10, tzinfo=UTC), datetime(2026, 3, 4, 10, tzinfo=UTC)]


def test_h3_a_missing_year_is_said_and_not_passed_over() -> None:
    """Of a year nobody filled in only the weekend is known: the date is marked as unsure."""
    short = Calendar(SHANGHAI, {2026: CHINA.years[2026]})
    start = moment("2026-12-30 10:00", SHANGHAI)

    assert due(start, Limit(1, WORKING_DAYS), short).is_sure
    into_the_dark = due(start, Limit(2, WORKING_DAYS), short)
    assert (into_the_dark.at.astimezone(SHANGHAI), into_the_dark.is_sure) == (moment("2027-01-01 18:00", SHANGHAI), False)
    assert due(start, Limit(2, WORKING_DAYS), CHINA).at.astimezone(SHANGHAI) == moment("2027-01-04 18:00", SHANGHAI)
    assert due(start, Limit(15, CALENDAR_DAYS), short).is_sure


def test_an_office_that_never_opens_is_a_mistake() -> None:
    never = Calendar(SHANGHAI, PLAIN, {0: []})
    with pytest.raises(NoWorkingTime):
        due(moment("2026-03-02 09:00", SHANGHAI), Limit(1, OFFICE_MINUTES), never)
    with pytest.raises(ValueError, match="longer than nothing"):
        Limit(0, WORKING_DAYS)


# --- what must hold of every date -------------------------------------------------------------------------------------------
START, LAST = datetime(2025, 6, 1, tzinfo=UTC), datetime(2028, 6, 1, tzinfo=UTC)
moments = st.datetimes(START.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
calendars = st.sampled_from([CHINA, AMERICA, EUROPE, HOTLINE, NOON_PAUSE])
units = st.sampled_from(UNITS)
amounts = st.integers(1, 40)


@settings(max_examples=300, deadline=None)
@given(calendars, moments, moments, amounts, units)
def test_whoever_begins_later_is_not_due_earlier(calendar: Calendar, one: datetime, other: datetime, amount: int, unit: str) -> None:
    first, second = sorted((one, other))
    assert due(first, Limit(amount, unit), calendar).at <= due(second, Limit(amount, unit), calendar).at


@settings(max_examples=300, deadline=None)
@given(calendars, moments, amounts, units)
def test_a_limit_ends_after_it_began_and_more_time_ends_later(calendar: Calendar, start: datetime, amount: int, unit: str) -> None:
    assert start < due(start, Limit(amount, unit), calendar).at < due(start, Limit(amount + 1, unit), calendar).at


@settings(max_examples=300, deadline=None)
@given(calendars, moments, amounts)
def test_working_days_end_on_none_that_is_not_worked(calendar: Calendar, start: datetime, amount: int) -> None:
    end = due(start, Limit(amount, WORKING_DAYS), calendar).at
    day = calendar.day_of(end)
    assert calendar.is_working(day)
    assert end == calendar.closing(day)
    counted = (calendar.day_of(start) + timedelta(days=n) for n in range(1, (day - calendar.day_of(start)).days + 1))
    assert sum(calendar.is_working(each) for each in counted) == amount


@settings(max_examples=200, deadline=None)
@given(calendars, moments, amounts, units, st.lists(st.integers(0, 20_000), min_size=3, max_size=3))
def test_two_pauses_that_touch_are_one(calendar: Calendar, start: datetime, amount: int, unit: str, minutes: list[int]) -> None:
    one, two, three = (start + timedelta(minutes=each) for each in sorted(minutes))
    limit = Limit(amount, unit)
    assert due(start, limit, calendar, [(one, two), (two, three)]).at == due(start, limit, calendar, [(one, three)]).at


@settings(max_examples=200, deadline=None)
@given(calendars, moments, st.integers(1, 40), st.integers(0, 20_000), st.integers(1, 20_000))
def test_a_pause_costs_just_the_office_time_in_it(calendar: Calendar, start: datetime, hours: int, after: int, length: int) -> None:
    """Additive: whatever the office was open during a pause before the end is added to the limit."""
    began = start + timedelta(minutes=after)
    ended = began + timedelta(minutes=length)
    assume(began < due(start, Limit(hours, OFFICE_HOURS), calendar).at)
    lost = calendar.open_time(began, ended)
    assume(lost % timedelta(minutes=1) == timedelta(0))
    paused = due(start, Limit(hours, OFFICE_HOURS), calendar, [(began, ended)]).at
    longer = due(start, Limit(hours * 60 + int(lost / timedelta(minutes=1)), OFFICE_MINUTES), calendar).at
    assert calendar.open_time(start, paused) == calendar.open_time(start, longer)


@settings(max_examples=200, deadline=None)
@given(calendars, moments, amounts, st.sampled_from([WORKING_DAYS, CALENDAR_DAYS]), st.integers(0, 30), st.integers(1, 30))
def test_a_pause_costs_just_the_days_that_began_in_it(
    calendar: Calendar, start: datetime, amount: int, unit: str, after: int, length: int
) -> None:
    """Additive; one day more where the pause ends after closing time of the day that would be the last."""
    began, ended = start + timedelta(days=after), start + timedelta(days=after + length)
    assume(began < due(start, Limit(amount, unit), calendar).at)
    ends = [due(start, Limit(n, unit), calendar).at for n in range(1, amount + length + 2)]
    begins = [calendar.at(calendar.day_of(end), time.min) for end in ends]
    lost = sum(began <= moment < ended for moment in begins)
    found = due(start, Limit(amount, unit), calendar, [(began, ended)]).at
    assert not began <= found < ended
    assert found == next(end for end in ends[amount + lost - 1 :] if not began <= end < ended)


@settings(max_examples=200, deadline=None)
@given(calendars, moments, amounts, units, st.integers(1, 20_000))
def test_a_pause_from_the_very_start_is_a_later_start(calendar: Calendar, start: datetime, amount: int, unit: str, length: int) -> None:
    assume(unit != MONTHS)  # months are counted in days of the month the limit began in
    later = start + timedelta(minutes=length)
    assert due(start, Limit(amount, unit), calendar, [(start, later)]).at == due(later, Limit(amount, unit), calendar).at


@settings(max_examples=200, deadline=None)
@given(calendars, moments, moments, moments)
def test_office_time_adds_up(calendar: Calendar, one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    last = min(last, first + timedelta(days=60))
    middle = min(middle, last)
    assert calendar.open_time(first, middle) + calendar.open_time(middle, last) == calendar.open_time(first, last)


# --- in words ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "end", "expected"),
    [
        ("2026-03-02 16:00", "2026-03-02 18:00", (2, OFFICE_HOURS, False)),
        ("2026-03-02 17:30", "2026-03-03 10:45", (2, OFFICE_HOURS, False)),
        ("2026-03-06 17:45", "2026-03-09 09:15", (30, OFFICE_MINUTES, False)),
        ("2026-02-13 10:00", "2026-02-25 18:00", (3, WORKING_DAYS, False)),
        ("2026-03-04 10:00", "2026-03-02 18:00", (2, WORKING_DAYS, True)),
        ("2026-03-02 18:00", "2026-03-02 17:00", (1, OFFICE_HOURS, True)),
        ("2026-03-07 10:00", "2026-03-08 10:00", None),
        # From one office day on it is days: nobody says sixteen working hours.
        ("2026-03-03 17:00", "2026-03-02 10:00", (1, WORKING_DAYS, True)),
        ("2026-03-02 09:00", "2026-03-02 18:00", (1, WORKING_DAYS, False)),
        ("2026-03-02 10:00", "2026-03-03 09:30", (8, OFFICE_HOURS, False)),
    ],
)
def test_time_left_as_people_say_it(now: str, end: str, expected: tuple[int, str, bool] | None) -> None:
    found = left_until(moment(end, SHANGHAI), moment(now, SHANGHAI), CHINA)
    assert (found and (found.amount, found.unit, found.is_late)) == expected
