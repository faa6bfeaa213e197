"""A pile of the first page: a count and its first rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

SHOWN = 5
#: Counting stops here; "99+" says as much as a number.
MOST_COUNTED = 100
#: What fell to somebody higher up is little; each needs a closer look.
LOOKED_AT_CLOSELY = 10


@dataclass(frozen=True)
class Row:
    text: str
    url: str
    detail: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Pile:
    title: str
    count: int
    rows: list[Row]
    url: str = ""
    #: It is there even when empty, and then at the end.
    stays: bool = False

    @property
    def count_shown(self) -> str:
        return f"{MOST_COUNTED - 1}+" if self.count >= MOST_COUNTED else str(self.count)


def pile_of(title: str, rows: Any, row: Callable[[Any], Row], url: str = "", *, stays: bool = False) -> Pile:
    first = list(rows[: SHOWN + 1])
    count = len(first) if len(first) <= SHOWN else rows[:MOST_COUNTED].count()
    return Pile(title, count, [row(each) for each in first[:SHOWN]], url, stays)


def row_of(
    page: str, text: Callable[[Any], str], detail: Callable[[Any], str], late: Callable[[Any], bool] = lambda _each: False
) -> Callable[[Any], Row]:
    return lambda each: Row(text(each), reverse(f"admin:{page}_change", args=[each.pk]), detail(each), late(each))


def case_page(pk: int) -> str:
    return reverse("admin:complaints_complaint_change", args=[pk])


def list_page(query: str, model: str = "complaint", app: str = "complaints") -> str:
    return reverse(f"admin:{app}_{model}_changelist") + (f"?{query}" if query else "")


def day_of(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def until(day: date) -> str:
    return _("by %(day)s") % {"day": day}
