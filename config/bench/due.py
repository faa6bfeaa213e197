"""What is due, asked of as many open deadlines as there are cases; the rows are taken back afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from statistics import median

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from complaints.models import Complaint
from escalation.models import Deadline
from staff.models import User

#: So often in a round.
ASKED = 4
PAGE = 100
HANDLED = 500
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


def due(rounds: int = 5) -> list[str]:
    """Lines of the report: median milliseconds of each question, with how many deadlines were open."""
    at = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(FILL, {"at": at})
            cursor.execute("ANALYZE escalation_deadline")
        open_ones = Deadline.objects.open().count()
        lines = [f"What is due, {open_ones} deadlines open, medians of {rounds} rounds"]
        lines += [f"{name.ljust(44)}{milliseconds:9.1f} ms" for name, milliseconds in _asked(_questions(at), rounds).items()]
        transaction.set_rollback(True)
    return lines


def _questions(at: datetime) -> dict[str, Callable[[], object]]:
    handler, cases = _handler()
    theirs = Deadline.objects.running().of_handler(handler).for_list().order_by("due_at", "pk") if handler else Deadline.objects.none()
    return {
        f"the first {PAGE} due, with their cases": lambda: list(Deadline.objects.due_by(at).for_list()[:PAGE]),
        f"{PAGE} numbers of those due": lambda: list(Deadline.objects.due_by(at).values_list("pk", flat=True)[:PAGE]),
        f"of a handler with {cases} cases, the nearest {PAGE}": lambda: list(theirs[:PAGE]),
        "how many are overdue": lambda: Deadline.objects.overdue(at).order_by().count(),
    }


def _handler() -> tuple[User | None, int]:
    """Somebody with about as many cases as one person can have: the generated company has few people for so many."""
    counted = Complaint.objects.exclude(handler=None).order_by().values_list("handler").annotate(cases=Count("pk"))
    pk, cases = min(counted, key=lambda each: abs(each[1] - HANDLED), default=(None, 0))
    return User.objects.filter(pk=pk).first(), cases


def _asked(questions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Each in turn, so that a busy moment of the machine hits all alike; the first round warms up."""
    took: dict[str, list[float]] = {name: [] for name in questions}
    for number in range(rounds * ASKED + 1):
        for name, question in questions.items():
            began = time.perf_counter()
            question()
            if number:
                took[name].append(time.perf_counter() - began)
    return {name: median(seconds) * 1000 for name, seconds in took.items()}
