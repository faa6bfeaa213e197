"""Who is behind a protected case: asked with a reason, consented to by a second person, open for a while, every look kept (M10)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.models import Complaint, Identity, IdentityLook, IdentityRequest
from complaints.services.errors import NotPossible
from complaints.workflow import Mode
from staff.models import Company, User


@transaction.atomic
def ask(*, complaint_id: int, reason: str, by: User, at: datetime) -> IdentityRequest:
    """Ask to see who is behind a confidential case."""
    case = _seen_case(complaint_id, by)
    permissions.require(by, case, "ask_identity", timezone.localdate(at))
    if case.complainant.mode == Mode.ANONYMOUS:
        raise NotPossible(_("Nobody knows who this is: it came anonymously."))
    if case.complainant.mode != Mode.CONFIDENTIAL:
        raise NotPossible(_("This case is in the customer's own name."))
    if not reason.strip():
        raise NotPossible(_("Say why the identity is needed."))
    if case.identity_requests.filter(asked_by=by, decided_at=None).exists():
        raise NotPossible(_("Your request is waiting for a second person already."))
    return IdentityRequest.objects.create(complaint=case, reason=reason.strip(), asked_by=by, asked_at=at)


@transaction.atomic
def decide(*, request_id: int, granted: bool, by: User, at: datetime, remark: str = "") -> IdentityRequest:
    """A second person consents or refuses. Raises Refused when it is the one who asked."""
    request = IdentityRequest.objects.visible_to(by).select_for_update(of=("self",)).select_related("complaint").get(pk=request_id)
    permissions.require(by, request.complaint, "consent_identity", timezone.localdate(at))
    if request.asked_by_id == by.pk:
        raise permissions.Refused(_("A second person must consent."), act="consent_identity", target=request.complaint.number)
    if request.decided_at is not None:
        raise NotPossible(_("This has been decided already."))
    if not granted and not remark.strip():
        raise NotPossible(_("Say why not."))
    request.decided_by, request.decided_at, request.remark = by, at, remark.strip()
    request.open_until = at + timedelta(minutes=Company.current().identity_minutes) if granted else None
    request.save(update_fields=["decided_by", "decided_at", "remark", "open_until"])
    return request


@transaction.atomic
def look(*, complaint_id: int, by: User, at: datetime) -> Identity:
    """The identity of a confidential case, for who asked and while it is open; the look is kept."""
    case = _seen_case(complaint_id, by)
    request = case.identity_requests.filter(asked_by=by, open_until__gt=at).order_by("-pk").first()
    if request is None:
        raise permissions.Refused(_("The identity is not open for you."), act="look_at_identity", target=case.number)
    permissions.require(by, case, "ask_identity", timezone.localdate(at))  # whoever lost the right meanwhile does not look
    IdentityLook.objects.create(complaint=case, request=request, by=by, at=at)
    return case.complainant.identity()


def note_look(*, case: Complaint, by: User, at: datetime) -> None:
    """The page of a case in real name was shown with name and contact to somebody: that is kept too (threats I11)."""
    IdentityLook.objects.create(complaint=case, by=by, at=at)


def _seen_case(complaint_id: int, by: User) -> Complaint:
    return Complaint.objects.visible_to(by).select_related("complainant").get(pk=complaint_id)
