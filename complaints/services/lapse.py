"""A decision the customer has not answered lapses after its window, and the case goes on."""

import logging
from datetime import datetime

from complaints.models import Complaint
from complaints.services import notify
from complaints.services.errors import NotPossible

log = logging.getLogger(__name__)


def lapse_unanswered(*, at: datetime) -> int:
    """Let every decision lapse whose window has passed, each in a transaction of its own; how many did."""
    waiting = Complaint.objects.unanswered(at).values_list("pk", "number")
    return sum(_lapse(pk, number, at=at) for pk, number in waiting)


def _lapse(complaint_id: int, number: str, *, at: datetime) -> bool:
    try:
        notify.lapse(complaint_id=complaint_id, at=at)
    except NotPossible as reason:  # answered, or withdrawn, since we looked
        log.info("case %s did not lapse: %s", number, reason)
        return False
    except Exception:
        log.exception("case %s could not lapse", number)
        return False
    return True
