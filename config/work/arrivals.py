"""What arrived and waits for a person: submissions, boxes, slips."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from config.work.pile import SHOWN, Pile, Row, day_of, list_page, pile_of, row_of
from intake.models import BoxOpening, Submission
from intake.services import boxes
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    if user.has_perm("complaints.file_case"):
        held = Submission.objects.held_for(user).select_related("channel", "hold").defer("raw", "claim", "payload")
        row = row_of(
            "intake_submission", lambda each: f"{each.channel} · {each.hold.get_why_display()}", lambda each: day_of(each.received_at)
        )
        yield pile_of(_("Arrived, waits for a person"), held, row, list_page("filed=held", "submission", "intake"))
    if not user.has_perm(boxes.RIGHT):
        return
    openings = BoxOpening.objects.select_related("box", "by").annotate(typed=Count("slip_rows")).order_by("at")
    row = row_of("intake_boxopening", lambda each: str(each.box), lambda each: day_of(each.at))
    to_confirm = openings.filter(witness=user, confirmation=None)
    yield pile_of(_("Box openings to confirm"), to_confirm, row, list_page("", "boxopening", "intake"))
    mine = openings.filter(Q(by=user) | Q(witness=user), confirmation__isnull=False, slips__gt=F("typed"))
    yield pile_of(_("Slips to type in"), mine, row, list_page("", "boxopening", "intake"))
    late: list[Any] = boxes.overdue(at=at)  # each with `last`, which is no column
    add = reverse("admin:intake_boxopening_add")
    rows = [
        Row(str(box), f"{add}?box={box.pk}", day_of(box.last) if box.last else _("never opened yet"), is_late=True) for box in late[:SHOWN]
    ]
    yield Pile(_("Boxes to open"), len(late), rows, list_page("", "boxopening", "intake"))
