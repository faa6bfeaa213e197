"""Time limits of a case."""

from datetime import datetime

from complaints.models import Complaint
from escalation.models import Deadline, DeadlinePolicy
from escalation.services import recount
from staff.models import User


def limit(case: Complaint, matter: str) -> Deadline:
    return Deadline.objects.filter(complaint=case, matter=matter).latest("pk")


def counted_anew(*, at: datetime, policy: DeadlinePolicy | None = None, by: User | None = None) -> int:
    """As after an edit of the rule, or of the calendar, when the worker has come to it: how many deadlines moved."""
    recount.later(policy=policy, by=by)
    return recount.recount(at=at)
