"""Extensions to decide on; and, loudly, what the calendar lacks (threat H3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.queries.words import cut
from config.work.pile import Pile, Row, day_of, list_page, pile_of, row_of
from escalation.models import Extension
from staff.models import User
from staff.queries import calendar_problems


def piles(user: User, at: datetime) -> Iterable[Pile]:
    if user.has_perm("escalation.approve_extension"):
        asked = (
            Extension.objects.visible_to(user).filter(state=Extension.State.ASKED).exclude(asked_by=user).exclude(complaint__handler=user)
        )
        row = row_of("escalation_extension", lambda each: f"{each.complaint} {cut(each.reason, 24)}", lambda each: day_of(each.asked_at))
        yield pile_of(
            _("Extensions asked for"),
            asked.select_related("complaint").order_by("asked_at"),
            row,
            list_page("state=asked", "extension", "escalation"),
        )
    if user.has_perm("escalation.manage_deadlines"):
        url = list_page("", "calendaryear", "staff")
        rows = [Row(problem, url, is_late=True) for problem in calendar_problems(timezone.localdate(at))]
        yield Pile(_("The working calendar has gaps"), len(rows), rows, url)
