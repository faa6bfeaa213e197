"""What people may do about their own data on the tracking page: have it corrected. (Copy: queries.own_data; erasure: complaints.services.erasure.)"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.services import messages, people
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Medium, Mode


@transaction.atomic
def correct_contact(*, complaint_id: int, name: str, phone: str, email: str, at: datetime) -> None:
    """Put name and contact right. Staff read in the conversation that it was done, without the values: of a confidential case they must not."""
    case = Complaint.objects.locked(complaint_id, "complainant__customer")
    if case.complainant.mode == Mode.REAL_NAME and not phone and not email:
        raise ValidationError(_("Please give a telephone number or an e-mail address, so that we can answer you."))
    people.correct(case.complainant, PartyInput(name=name, phone=phone, email=email), at=at)
    messages.receive(
        complaint_id=complaint_id, text=_("I have put my name or contact right."), medium=Medium.WEB, by=Actor.COMPLAINANT, at=at
    )
