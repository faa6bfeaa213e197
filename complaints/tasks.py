"""What the worker does for the file."""

from time import monotonic

from django.utils import timezone

from complaints import outbox
from complaints.services import erasure

#: The next nudge or the next minute goes on; the queue takes a task for dead after 120 s.
SECONDS = 50


def deliver_outbox() -> int:
    """Send what is due, one message at a time, until nothing is or 50 s are over; how many went out."""
    end = monotonic() + SECONDS
    sent = 0
    while monotonic() < end and (claimed := outbox.claim(timezone.now(), 1)):
        for message in claimed:
            sent += outbox.deliver(message, timezone.now())
    return sent


def erase_what_is_old() -> int:
    """Erase personal data of cases closed longer ago than they are kept; how many cases."""
    return erasure.erase_what_is_old(at=timezone.now())
