"""What the worker does by the clock."""

from django.utils import timezone

from escalation.services import lapse


def lapse_unanswered() -> int:
    """Daily: decisions whose window has passed; how many lapsed."""
    return lapse.lapse_unanswered(at=timezone.now())
