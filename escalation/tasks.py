"""What the worker does by the clock."""

from datetime import datetime
from time import monotonic

from django.utils import timezone

from complaints import outbox
from complaints.tasks import goes_on
from escalation.models import Measure
from escalation.services import broadcast as broadcasts
from escalation.services import crises, digests, pauses, routing, rungs
from escalation.services import recount as recounting
from staff.services import notices


def climb_unanswered(at: datetime | None = None) -> int:
    """Every few minutes: matters not decided and notices not understood in time are told higher up; how many were."""
    now = at or timezone.now()
    return routing.climb(at=now) + notices.climb(at=now)


def make_digests(at: datetime | None = None) -> int:
    """On working mornings: the sorted originals of each department; how many departments have some."""
    return digests.make(at=at or timezone.now())


#: The next nudge or the next minute goes on; the queue takes a task for dead after 120 s.
SECONDS = 50


def broadcast() -> int:
    """Each minute, and when a measure starts: tell everybody affected. Makes the rows of a batch, helps to send them, makes the next.

    Returns how many letters were made. While sending is held nothing is made either: it would be old when it went out.
    """
    end = monotonic() + SECONDS
    made = broadcasts.try_next_channels(at=timezone.now())
    while goes_on(end) and not outbox.is_held():
        new = _next_batches()
        made += new
        if not new and not _deliver_some(end):
            break
    return made


def _next_batches() -> int:
    """A batch of each running measure, unless enough still wait."""
    made = 0
    for measure in Measure.objects.running().values_list("pk", flat=True):
        if broadcasts.waiting(timezone.now()) < broadcasts.BATCH // 2:
            made += broadcasts.send_batch(measure_id=measure, at=timezone.now())
    return made


def _deliver_some(end: float) -> int:
    """Send what is due, of whatever kind, for a while; how many rows were taken."""
    taken = 0
    while taken < broadcasts.BATCH // 2 and goes_on(end) and (claimed := outbox.claim(timezone.now(), 1)):
        taken += len(claimed)
        for message in claimed:
            outbox.deliver(message, timezone.now())
    return taken


def remind_of_statements(at: datetime | None = None) -> int:
    """Every few minutes: open crises whose next statement is due soon or late; how many were reminded of."""
    return crises.remind(at=at or timezone.now())


def recount() -> int:
    """Each minute, and when a rule or the calendar was edited: how many deadlines moved."""
    end = monotonic() + SECONDS
    return recounting.recount(at=timezone.now(), may_go_on=lambda: monotonic() < end)


def resume_over(at: datetime | None = None) -> int:
    """Every minute: time that stood still until now runs again; how many pauses ended."""
    return pauses.resume_over(at=at or timezone.now())


def climb_rungs(at: datetime | None = None) -> int:
    """Every minute: what is due soon or overdue is said on its rung; how many were climbed."""
    return rungs.climb(at=at or timezone.now())
