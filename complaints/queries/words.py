"""Times as people say them: due in three days, overdue by an hour."""

from datetime import datetime

from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _


def due_in_words(due: datetime | None, now: datetime) -> str:
    if due is None:
        return ""
    if due < now:
        return _("overdue by %(time)s") % {"time": timesince(due, now, depth=1)}
    return _("due in %(time)s") % {"time": timeuntil(due, now, depth=1)}


def cut(text: str, length: int) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
