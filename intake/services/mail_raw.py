"""A mail as it arrived, for staff. It says who sent it, so it is shown where the identity may be seen, and the look is kept (threat I4)."""

from datetime import datetime

from complaints.models import Complaint
from complaints.services import vault
from complaints.workflow import Mode
from intake.models import Filing, Submission
from intake.services.mail_cases import case_about
from intake.services.mail_in import try_to_read
from staff.models import User


def raw_of(*, submission_id: int, by: User, at: datetime) -> bytes | None:
    """The mail as it arrived, for somebody who sees the submission; None where there is none, or it is about a case they do not see.

    Of a case in real name the look is kept, of a confidential one the vault must be open. Raises Refused.
    """
    submission = Submission.objects.get(pk=submission_id)
    if submission.raw is None:
        return None
    raw = bytes(submission.raw)
    filing = Filing.objects.select_related("complaint__complainant").filter(submission=submission).first()
    case = filing.complaint if filing else _about(raw)
    if case is None:
        return raw
    if not Complaint.objects.visible_to(by).filter(pk=case.pk).exists():
        return None
    if case.complainant.mode == Mode.REAL_NAME:
        vault.note_look(case=case, by=by, at=at)
    else:
        vault.look(complaint_id=case.pk, by=by, at=at)
    return raw


def _about(raw: bytes) -> Complaint | None:
    """An automatic mail repeats what we wrote: whose case it is about decides who reads it."""
    mail = try_to_read(raw)
    return case_about(mail) if mail else None
