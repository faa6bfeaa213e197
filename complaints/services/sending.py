"""Sending is held after a restore, and released by somebody who has looked (threats R16)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from complaints import permissions
from complaints.models import Message, Payout, SendingHold
from complaints.services.errors import NotPossible
from staff.models import User

State = Message.State

KEPT_BACK = "waited when the backup was made: it may have gone out since"


def hold(*, why: str, at: datetime, backup_at: datetime | None = None) -> SendingHold:
    """From now on nothing goes out, until it is released."""
    return SendingHold.objects.create(why=why, at=at, backup_at=backup_at)


@transaction.atomic
def release(*, hold_id: int, keep_back: bool, by: User | None, at: datetime) -> SendingHold:
    """Send again. With `keep_back`, not what waited when the backup was made: it goes to those that failed, each to be sent by a click.

    `by` is nobody only from the command line of the server.
    """
    if by is not None and not by.has_perm("complaints.manage_messages"):
        raise permissions.Refused(_("Your role does not allow this."), act="manage_messages", target=str(hold_id))
    held = SendingHold.objects.select_for_update().get(pk=hold_id)
    if held.released_at is not None:
        raise NotPossible(_("This was released already."))
    held.released_at, held.released_by = at, by
    held.kept_back = _keep_back(held.backup_at or held.at) if keep_back else 0
    held.save(update_fields=["released_at", "released_by", "kept_back"])
    async_task("complaints.tasks.deliver_outbox")
    return held


def _keep_back(before: datetime) -> int:
    """Messages, which are counted, and payments: what was done twice outside cannot be taken back."""
    tried = Greatest(F("attempts"), 1)  # by the old system, for all we know
    untold: dict[str, Any] = {"attempts": tried, "next_attempt_at": None, "claimed_at": None, "last_error": KEPT_BACK}
    messages = Message.objects.filter(state__in=[State.QUEUED, State.SENDING], at__lte=before)
    payments = Payout.objects.filter(state__in=[Payout.State.WAITING, Payout.State.SENDING], at__lte=before)
    payments.update(state=Payout.State.FAILED, **untold)
    return messages.update(state=State.FAILED, **untold)
