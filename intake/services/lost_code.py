"""A customer has lost the tracking code: a new one goes to the contact on file, and nobody else learns whether there is one."""

from datetime import datetime

from complaints.models import Complaint
from complaints.services import codes


def renew_if_matching(*, number: str, contact: str, at: datetime) -> bool:
    """Send a new code if the contact belongs to the case; whether it did. The caller's page must not tell."""
    plain = "".join(number.split()).upper()
    case = Complaint.objects.select_related("complainant").filter(number=plain).first()
    if case is None or not codes.contact_matches(case, contact):
        return False
    codes.renew(complaint=case, at=at)
    return True
