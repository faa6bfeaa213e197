"""Calls promised to the customer, and made: also when there is no solution yet (M11)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.models import Complaint, Promise
from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from staff.models import User


def promise(*, complaint: Complaint, call_at: datetime, about: str, by: User, at: datetime) -> Promise:
    """Keep what was promised. Inside the transaction of the conversation it was promised in."""
    if call_at <= at:
        raise ValidationError({"call_at": _("This time is past already.")})
    return Promise.objects.create(complaint=complaint, call_at=call_at, about=about, by=by, at=at)


@transaction.atomic
def promise_call(*, complaint_id: int, call_at: datetime, about: str, by: User, at: datetime) -> Promise:
    """Promise a call outside of a guided conversation; the customer sees it on the page of their case."""
    case = locked(complaint_id, by)
    permissions.require(by, case, "guide", timezone.localdate(at))
    return promise(complaint=case, call_at=call_at, about=about, by=by, at=at)


@transaction.atomic
def keep_promise(
    *, complaint_id: int, promise: Promise, by: User, at: datetime, result: str, next_at: datetime | None = None, next_about: str = ""
) -> Promise:
    """The call was made: progress, what was done; and, with no solution yet, the next time that was agreed."""
    case = locked(complaint_id, by)
    permissions.require(by, case, "guide", timezone.localdate(at))
    row: Promise = Promise.objects.select_for_update().get(pk=promise.pk, complaint=case)
    if row.called_at is not None:
        raise NotPossible(_("This call has been recorded already."))
    if not result.strip():
        raise NotPossible(_("Say what was told: how far it is, and what was done."))
    row.result, row.called_by, row.called_at = result, by, at
    row.save(update_fields=["result", "called_by", "called_at"])
    if next_at is not None:
        if next_at <= at:
            raise ValidationError({"next_at": _("This time is past already.")})
        Promise.objects.create(complaint=case, call_at=next_at, about=next_about or row.about, by=by, at=at)
    return row
