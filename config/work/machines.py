"""What stands still until somebody who looks after messages or jobs lets it go on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.models import Task

from complaints.models import SendingHold
from config import jobs
from config.work.pile import Pile, Row, list_page, pile_of, row_of
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    if not user.has_perm("complaints.manage_messages"):
        return
    held = SendingHold.objects.filter(released_at=None).order_by("at")
    row = row_of(
        "complaints_sendinghold", lambda each: each.why, lambda each: f"{timezone.localtime(each.at):%Y-%m-%d %H:%M}", lambda _each: True
    )
    yield pile_of(_("Sending is held: no message goes out"), held, row, list_page("", "sendinghold"))

    def job(each: Task) -> Row:
        return Row(each.func, reverse("jobs"), f"{timezone.localtime(each.stopped):%Y-%m-%d %H:%M}", is_late=True)

    yield pile_of(_("Jobs that were given up"), jobs.given_up(), job, reverse("jobs"))
