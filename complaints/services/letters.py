"""Letters to the customer: sent as messages, and kept as they were sent."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.models import Complaint, Letter, LetterKind, LetterTemplate, Message
from complaints.models.letter import WRITTEN_BESIDE
from complaints.services import messages
from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from staff.models import User


@transaction.atomic
def send_letter(
    *, complaint_id: int, by: User, at: datetime, kind: LetterKind | str, subject: str, text: str, template: LetterTemplate | None = None
) -> Letter:
    """Write to the customer beside the steps: a holding letter, or an apology that comes later."""
    case = locked(complaint_id, by)
    permissions.require(by, case, "write_message", timezone.localdate(at))
    if kind not in WRITTEN_BESIDE:
        raise NotPossible(_("A decision or a refusal is sent by “Send the decision”."))
    message = messages.send(complaint=case, kind=Message.Kind.LETTER, by=by, at=at, text=text, extra={"subject": subject})
    return keep_letter(complaint=case, kind=kind, subject=subject, body=text, message=message, by=by, at=at, template=template)


def keep_letter(
    *,
    complaint: Complaint,
    kind: LetterKind | str,
    subject: str,
    body: str,
    message: Message,
    by: User,
    at: datetime,
    template: LetterTemplate | None = None,
) -> Letter:
    """Keep what was sent, with its fingerprint. Inside the transaction of who sends it."""
    party = complaint.complainant
    return Letter.objects.create(
        complaint=complaint,
        kind=kind,
        template=template,
        language=party.language,
        to_name=party.name,
        to_address=party.address,
        subject=subject,
        body=body,
        sha256=Letter.fingerprint(party.name, party.address, subject, body),
        message=message,
        by=by,
        at=at,
    )
