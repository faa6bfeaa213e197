"""Low answers of the survey that the person's department asks back about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import LowScore
from complaints.permissions import scope_of
from config.work.pile import Pile, day_of, list_page, pile_of, row_of
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    if not user.has_perm("complaints.follow_up"):
        return
    waiting = LowScore.objects.visible_to(user).filter(decided_at=None, department__in=scope_of(user).departments)
    row = row_of("complaints_lowscore", lambda each: str(each.complaint), lambda each: day_of(each.raised_at))
    found = waiting.select_related("complaint").order_by("raised_at")
    yield pile_of(_("Low survey answers to ask back about"), found, row, list_page("", "lowscore"))
