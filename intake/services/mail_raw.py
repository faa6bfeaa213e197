"""A mail as it arrived, for staff. It says who sent it, so it is shown where the identity may be seen, and the look is kept (threat I4)."""

from datetime import datetime

from complaints.services import vault
from complaints.workflow import Mode
from intake.models import Filing, Submission
from staff.models import User


def raw_of(*, submission_id: int, by: User, at: datetime) -> bytes | None:
    """The mail as it arrived, for somebody who sees the submission; None where there is none.

    It says who sent it: of a case in real name the look is kept, of a confidential one the vault must be open. Raises Refused.
    """
    submission = Submission.objects.get(pk=submission_id)
    if submission.raw is None:
        return None
    found = Filing.objects.select_related("complaint__complainant").filter(submission=submission).first()
    if found and found.complaint.complainant.mode == Mode.REAL_NAME:
        vault.note_look(case=found.complaint, by=by, at=at)
    elif found:
        vault.look(complaint_id=found.complaint_id, by=by, at=at)
    return bytes(submission.raw)
