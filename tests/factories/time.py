"""Time limits of a case."""

from complaints.models import Complaint
from escalation.models import Deadline


def limit(case: Complaint, matter: str) -> Deadline:
    return Deadline.objects.filter(complaint=case, matter=matter).latest("pk")
