"""The handler lets time stand still, with a reason and an end, and run again; a second time in the same case somebody above it does."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from escalation.models import Pause
from escalation.obligations import BY_ITSELF
from escalation.permissions import require_asking, require_granting
from escalation.services.deadlines import Book
from staff.models import User

log = logging.getLogger(__name__)


@transaction.atomic
def pause(*, complaint_id: int, reason: str, words: str, until: datetime, by: User, at: datetime) -> Pause:
    """Stop the limits whose rule names the reason, until then. NotPossible where there are none, or all are overdue: late stays late."""
    case = locked(complaint_id, by)
    again = Pause.objects.by_hand().filter(complaint=case).exists()
    (require_granting if again else require_asking)(by, case, timezone.localdate(at), act="pause")
    if not words.strip():
        raise NotPossible(_("Say why time stands still."))
    if reason in BY_ITSELF or Pause.objects.filter(complaint=case, reason=reason, to_at=None).exists():
        raise NotPossible(_("Time stands still for this reason already."))
    book = Book.of(case, at, by=by)
    held = book.to_hold(reason)
    if not held:
        raise NotPossible(_("No time limit of this case stands still for this reason; what is overdue stays overdue."))
    most = min(row.policy.pause_most for row in held if row.policy)
    if not at < until <= at + timedelta(days=most):
        raise NotPossible(_("Say until when: at most %(days)d days from now.") % {"days": most})
    made = book.pause(reason, held, words=words.strip(), until=until)
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


def resume_over(*, at: datetime) -> int:
    """Let time pass again where the end of a pause has come, from that moment on; how many ended."""
    over = Pause.objects.over(at).values_list("pk", "complaint")
    return sum(_resume_over(pause_id, case_id) for pause_id, case_id in over)


def _resume_over(pause_id: int, case_id: int) -> bool:
    """One, in a transaction of its own; one that cannot be ended stops no other."""
    try:
        with transaction.atomic():
            case = Complaint.objects.locked(case_id, "department")
            pause = Pause.objects.filter(pk=pause_id, to_at=None).first()
            if pause is None or pause.until is None:  # ended since we looked
                return False
            book = Book.of(case, pause.until)
            book.resume(pause)
            book.keep()
    except Exception:
        log.exception("pause %d could not be ended", pause_id)
        return False
    return True
