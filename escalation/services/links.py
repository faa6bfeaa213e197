"""The page of one affected customer: by a signed link that stands in no row, and dies with who it was for."""

from django.conf import settings
from django.urls import reverse

from complaints import signing
from complaints.models import Message
from escalation.models import Affected


def own_page(message: Message) -> str:
    """The address of the page of whoever this letter is for; its key is `incident:<measure>:<affected>:<medium>`."""
    affected_id = int((message.dedupe_key or "").split(":")[2])
    return settings.SITE_URL + reverse("safety_own", args=[signing.affected_token(affected_id)])


def affected_by(token: str) -> Affected | None:
    """Whom a link was made for; None of any other, and of somebody of whom nothing is left."""
    number = signing.affected_of_token(token)
    rows = Affected.objects.select_related("incident", "customer", "complaint").filter(pk=number or 0)
    affected: Affected | None = rows.first()
    if affected is None or affected.state != Affected.State.CONFIRMED:
        return None
    who = affected.customer
    gone = not (who.name or who.email or who.phone) if who else affected.complaint is None or affected.complaint.is_erased
    return None if gone else affected
