"""A lost tracking code is replaced by a new one, sent to the contact on file; the old one opens nothing any more."""

from datetime import datetime

from django.db import transaction

from complaints import signing
from complaints.models import Complaint, Message
from complaints.services import messages
from complaints.services.advance import keep
from complaints.services.people import digits
from complaints.workflow import Actor


@transaction.atomic
def renew(*, complaint: Complaint, at: datetime) -> bool:
    """Make a new code and enqueue it. Where none may be sent (too many this hour, no way to send one) the old code stays and False is returned."""
    case = Complaint.objects.locked(complaint.pk, "complainant")
    if not messages.may_send_code(complaint=case, at=at):
        return False
    case.code_key = signing.new_key()
    case.code_digest = signing.digest_of(signing.code_for(case.code_key))
    keep(case, by=Actor.COMPLAINANT, at=at, reason="renew_code", update_fields=["code_key", "code_digest"])
    messages.send(complaint=case, kind=Message.Kind.CODE, by=Actor.SYSTEM, at=at)
    return True


def contact_matches(case: Complaint, contact: str) -> bool:
    """Whether what was typed is the e-mail address or phone number on file, sealed or not."""
    known = case.complainant.identity()
    by_mail = bool(known.email) and contact.strip().lower() == known.email
    return by_mail or bool(digits(known.phone) and digits(contact) == digits(known.phone))
