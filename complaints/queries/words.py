"""Times as people say them: due in three days, overdue by an hour."""

from datetime import datetime, timedelta

from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.calendar import OFFICE_HOURS, WORKING_DAYS, left_until
from staff.queries import calendar_shown


def due_in_words(due: datetime | None, now: datetime) -> str:
    """The office time left or lost: "2 working hours left"; where none lies in between, by the clock."""
    if due is None:
        return ""
    left = left_until(due, now, calendar_shown(now))
    if left is not None:
        return (_late if left.is_late else _left)(left.unit, left.amount)
    if abs(due - now) < timedelta(minutes=1):
        return _("due now")
    if due < now:
        return _("overdue by %(time)s") % {"time": timesince(due, now, depth=1)}
    return _("due in %(time)s") % {"time": timeuntil(due, now, depth=1)}


def _left(unit: str, amount: int) -> str:
    if unit == WORKING_DAYS:
        return ngettext("%(n)d working day left", "%(n)d working days left", amount) % {"n": amount}
    if unit == OFFICE_HOURS:
        return ngettext("%(n)d working hour left", "%(n)d working hours left", amount) % {"n": amount}
    return ngettext("%(n)d minute of office time left", "%(n)d minutes of office time left", amount) % {"n": amount}


def _late(unit: str, amount: int) -> str:
    if unit == WORKING_DAYS:
        return ngettext("overdue by %(n)d working day", "overdue by %(n)d working days", amount) % {"n": amount}
    if unit == OFFICE_HOURS:
        return ngettext("overdue by %(n)d working hour", "overdue by %(n)d working hours", amount) % {"n": amount}
    return ngettext("overdue by %(n)d minute of office time", "overdue by %(n)d minutes of office time", amount) % {"n": amount}


def cut(text: str, length: int) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
