"""Findings on which this person has to say a word, and improvements whose effect nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.queries.improvements import to_check
from complaints.queries.penalties import waiting_for
from complaints.queries.words import cut
from config.work.pile import LOOKED_AT_CLOSELY, SHOWN, Pile, Row, list_page, pile_of, row_of
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    titles = {
        "approve_penalty": _("Findings waiting for my approval"),
        "consent_penalty": _("Findings waiting for my consent"),
        "decide_appeal": _("Appeals to decide"),
    }
    for act, title in titles.items():
        waiting = waiting_for(user, act, timezone.localdate(at), LOOKED_AT_CLOSELY)
        rows = [
            Row(
                f"{each.accountability.complaint} {each.get_responsible_as_display()}",
                reverse("admin:complaints_penalty_change", args=[each.pk]),
            )
            for each in waiting
        ]
        yield Pile(title, len(rows), rows[:SHOWN], list_page("", "penalty"))
    row = row_of("complaints_improvement", lambda each: cut(each.action, 40), lambda each: str(each.complaint))
    yield pile_of(_("Did the improvement help?"), to_check(user, at), row, list_page("", "improvement"))
