"""What time is kept of what an anonymous complainant does: the hour, for the minute could tell who was at their telephone (threats I6)."""

from datetime import datetime

from django.db.models import Max

from complaints.models import Complaint
from complaints.workflow import Mode


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def moment_for(case: Complaint, at: datetime) -> datetime:
    """The time itself; of an anonymous case the hour, though never before what was done last, or the record would run backwards."""
    if case.complainant.mode != Mode.ANONYMOUS:
        return at
    last = (case.changes.aggregate(last=Max("at"))["last"], case.messages.aggregate(last=Max("at"))["last"])
    return max(hour_of(at), *(moment for moment in last if moment is not None))
