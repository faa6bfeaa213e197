"""What the worker does for the file."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.utils import timezone

from complaints import outbox
from complaints.models import Attachment
from complaints.services import assign, erasure, examinations, lapse, payouts, selection

log = logging.getLogger(__name__)

#: The next nudge or the next minute goes on; the queue takes a task for dead after 120 s.
SECONDS = 50

#: Each says whether the worker is to stop: between two messages, or two files, it can.
asked_to_stop: list[Callable[[], bool]] = []


def goes_on(end: float) -> bool:
    """Whether there is time left and nobody asked the worker to stop."""
    return monotonic() < end and not any(asked() for asked in asked_to_stop)


def deliver_outbox() -> int:
    """Send what is due, one message at a time, until nothing is or 50 s are over; how many went out."""
    end = monotonic() + SECONDS
    sent = 0
    while goes_on(end) and (claimed := outbox.claim(timezone.now(), 1)):
        for message in claimed:
            sent += outbox.deliver(message, timezone.now())
    return sent


def erase_what_is_old() -> int:
    """Erase personal data of cases closed longer ago than they are kept; how many cases."""
    return erasure.erase_what_is_old(at=timezone.now())


def lapse_unanswered(at: datetime | None = None) -> int:
    """Daily: decisions whose window has passed; how many lapsed."""
    return lapse.lapse_unanswered(at=at or timezone.now())


def close_unasked(at: datetime | None = None) -> int:
    """Daily: cases not drawn for a call, after their days for the survey; how many were closed."""
    return selection.close_unasked(at=at or timezone.now())


def examine_attachments() -> int:
    """Examine the files that wait, one after the other, until each was tried once or 50 s are over; how many were examined."""
    end = monotonic() + SECONDS
    examined, tried = 0, set[int]()
    while goes_on(end):
        waiting = Attachment.objects.unexamined().exclude(pk__in=tried).values_list("pk", flat=True).first()
        if waiting is None:
            break
        tried.add(waiting)
        try:
            examined += examinations.examine(attachment_id=waiting, at=timezone.now()) is not None
        except Exception:
            log.exception("file %s could not be examined", waiting)
    return examined


def hand_over_payouts() -> int:
    """Hand over the payments that are due, until none is or 50 s are over; how many went out."""
    end = monotonic() + SECONDS
    handed_over = 0
    while goes_on(end) and (payout := payouts.deliver_next(timezone.now())) is not None:
        handed_over += payout.state == payout.State.DELIVERED
    return handed_over


def sweep_files() -> int:
    """Delete files that no row tells of."""
    return examinations.sweep(at=timezone.now())


def hand_over_absent(at: datetime | None = None) -> int:
    """Each morning: cases of people who are away go to who stands in; how many."""
    return assign.hand_over_absent(at=at or timezone.now())
