"""What an erased case was made of is emptied: words, claim and raw form. That it arrived, when and by what channel, stays."""

from complaints.models import Complaint
from intake.models import Submission


def empty_submissions(case: Complaint) -> int:
    """Empty every submission that became this case or a message on it; how many."""
    return int(Submission.objects.filter(filing__complaint=case).update(payload={}, claim=None, raw=None))
