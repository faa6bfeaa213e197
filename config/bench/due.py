"""What is due, asked of as many open deadlines as there are cases; the rows are taken back afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from escalation.models import Deadline
from staff.models import User

ASKED = 20
PAGE = 100
#: From five days ago to sixty ahead, spread evenly: about one in thirteen is overdue.
FILL = """
    INSERT INTO escalation_deadline
        (complaint_id, matter, regime_id, unit, extended_by, state, opened_at, due_at, is_sure, change_opened)
    SELECT c.id, 'whole_case', r.id, '', 0, 'open', least(c.received_at, %(at)s - interval '10 days'),
           %(at)s - interval '5 days' + (row_number() OVER ()) %% 65000 * interval '1.44 minutes', true, 30000
    FROM complaints_complaint c, escalation_regime r
    WHERE r.code = 'house'
      AND NOT EXISTS (SELECT 1 FROM escalation_deadline d WHERE d.complaint_id = c.id AND d.matter = 'whole_case' AND d.state IN ('open', 'paused'))
"""


def due() -> list[str]:
    """Lines of the report: median milliseconds of each question, with how many deadlines were open."""
    at = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(FILL, {"at": at})
            cursor.execute("ANALYZE escalation_deadline")
        open_ones = Deadline.objects.open().count()
        lines = [f"What is due, {open_ones} deadlines open"]
        lines += [f"{name.ljust(34)}{_median(question):9.1f} ms" for name, question in _questions(at).items()]
        transaction.set_rollback(True)
    return lines


def _questions(at: datetime) -> dict[str, Callable[[], object]]:
    handler = User.objects.filter(cases_in_hand__isnull=False).order_by("pk").first()
    theirs = Deadline.objects.running().of_handler(handler).for_list().order_by("due_at") if handler else Deadline.objects.none()
    return {
        f"the first {PAGE} due, with their cases": lambda: list(Deadline.objects.due_by(at).for_list()[:PAGE]),
        f"{PAGE} numbers of those due": lambda: list(Deadline.objects.due_by(at).values_list("pk", flat=True)[:PAGE]),
        "one handler's, the nearest first": lambda: list(theirs[:PAGE]),
        "how many are overdue": lambda: Deadline.objects.overdue(at).order_by().count(),
    }


def _median(question: Callable[[], object]) -> float:
    took = []
    for _number in range(ASKED):
        began = time.perf_counter()
        question()
        took.append(time.perf_counter() - began)
    return median(took) * 1000
