"""The handler lets time stand still, with a reason, and run again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from escalation.models import Pause
from escalation.obligations import BY_ITSELF
from escalation.permissions import require_asking
from escalation.services.deadlines import Book
from staff.models import User


@transaction.atomic
def pause(*, complaint_id: int, reason: str, words: str, by: User, at: datetime) -> Pause:
    """Stop the limits whose rule names the reason. NotPossible where there are none, or all are overdue: late stays late."""
    case = locked(complaint_id, by)
    require_asking(by, case, timezone.localdate(at), act="pause")
    if not words.strip():
        raise NotPossible(_("Say why time stands still."))
    if reason in BY_ITSELF or Pause.objects.filter(complaint=case, reason=reason, to_at=None).exists():
        raise NotPossible(_("Time stands still for this reason already."))
    book = Book.of(case, at, by=by)
    made = book.pause(reason, words=words.strip())
    if made is None:
        raise NotPossible(_("No time limit of this case stands still for this reason; what is overdue stays overdue."))
    book.keep()
    return made


@transaction.atomic
def resume(*, pause_id: int, by: User, at: datetime) -> Pause:
    """Let time pass again."""
    found = Pause.objects.visible_to(by).get(pk=pause_id)
    case = locked(found.complaint_id, by)
    require_asking(by, case, timezone.localdate(at), act="resume")
    row: Pause = Pause.objects.select_for_update().get(pk=pause_id)
    if row.to_at is not None or row.reason in BY_ITSELF:
        raise NotPossible(_("This is over already, or ends by itself."))
    book = Book.of(case, at, by=by)
    book.resume(row)
    book.keep()
    return row
