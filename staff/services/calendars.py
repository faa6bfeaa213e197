"""The working calendar is filled from the `holidays` library, and is ours from then on."""

from __future__ import annotations

from datetime import datetime, time

import holidays
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from staff.models import CalendarYear, OfficeHours, User, WorkDay
from staff.services.recording import recorded
from staff.services.refusals import NotDone

#: No case is older than this where a new installation begins.
FIRST_YEAR = 2024
COUNTRY = "CN"
#: Where so many years back no day of a weekend was worked, none is to be announced.
LOOKS_BACK = 3
OPENS, CLOSES = time(9), time(18)


def begin(*, at: datetime) -> None:
    """Where there is no calendar at all: China's, from `FIRST_YEAR` to next year, and Monday to Friday from 9 to 18. Edited rows are never touched."""
    if not CalendarYear.objects.exists():
        for year in range(FIRST_YEAR, timezone.localdate(at).year + 2):
            fill(year=year, country=COUNTRY, by=None, at=at)
    if not OfficeHours.objects.exists():
        for weekday in range(5):  # one by one: each with its history
            OfficeHours(weekday=weekday, opens=OPENS, closes=CLOSES).save()


@transaction.atomic
def fill(*, year: int, country: str, by: User | None, at: datetime, part: str = "") -> CalendarYear:
    """Enter a year, and the days the library knows of it that are not entered yet; what people entered stays as it is."""
    known = _library(year, country, part, "zh_CN" if _language(by).startswith("zh") else "en_US")
    row = CalendarYear.objects.select_for_update().filter(year=year).first() or CalendarYear(year=year)
    row.country, row.part = country.upper(), part
    row.weekend = "".join(map(str, sorted(known.weekend)))
    row.complete = (row.complete and row.pk is not None) or _is_complete(known, year, country, part)
    with recorded(row, by=by, at=at):
        row.save()
    there = set(WorkDay.objects.filter(day__year=year).values_list("day", flat=True))
    days = {day: (False, name) for day, name in known.items()}
    with translation.override(_language(by)):
        worked = _("Worked instead of a holiday")
    days |= {day: (True, worked) for day in known.weekend_workdays if day.year == year}
    for day, (working, name) in sorted(days.items()):
        if day.year == year and day not in there:
            special = WorkDay(day=day, working=working, name=name[:120])
            with recorded(special, by=by, at=at):
                special.save()
    return row


def _language(by: User | None) -> str:
    """Of whoever fills the year in; the company's own where set-up does."""
    return by.language if by is not None else settings.LANGUAGE_CODE


def _library(year: int, country: str, part: str, language: str | None = None) -> holidays.HolidayBase:
    """The days of a year; what the library cannot name in this language it names in its own."""
    try:
        return holidays.country_holidays(country.upper(), subdiv=part or None, years=year, language=language)
    except NotImplementedError as error:
        raise NotDone(
            _("No holidays are known of “%(country)s”. Enter the days by hand.") % {"country": f"{country} {part}".strip()}
        ) from error


def _is_complete(known: holidays.HolidayBase, year: int, country: str, part: str) -> bool:
    """Whether days worked instead of holidays are known, where there are such days in most years."""
    if any(day.year == year for day in known.weekend_workdays):
        return True
    before = [_library(back, country, part) for back in range(year - LOOKS_BACK, year)]
    return not any(day.year == year - LOOKS_BACK + place for place, each in enumerate(before) for day in each.weekend_workdays)


def countries() -> list[str]:
    """Codes of the countries whose holidays are known."""
    return sorted(code for code in holidays.list_supported_countries() if len(code) == 2)
