"""What the worker does by the clock."""

from django.utils import timezone

from escalation.services import digests, lapse, routing
from staff.services import notices


def lapse_unanswered() -> int:
    """Daily: decisions whose window has passed; how many lapsed."""
    return lapse.lapse_unanswered(at=timezone.now())


def climb_unanswered() -> int:
    """Every few minutes: matters not decided and notices not understood in time are told higher up; how many were."""
    now = timezone.now()
    return routing.climb(at=now) + notices.climb(at=now)


def make_digests() -> int:
    """On working mornings: the sorted originals of each department; how many departments have some."""
    return digests.make(at=timezone.now())
