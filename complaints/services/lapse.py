"""A decision the customer has not answered lapses after its window, and the case goes on."""

from datetime import datetime

from complaints.models import Complaint
from complaints.services import notify
from complaints.services.one_by_one import one_by_one


def lapse_unanswered(*, at: datetime) -> int:
    """Let every decision lapse whose window has passed; how many did."""
    return one_by_one(Complaint.objects.unanswered(at), "lapse", lambda pk: notify.lapse(complaint_id=pk, at=at))
