"""Work of the intake that the worker does by the clock."""

import imaplib
import logging
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

from django.utils import timezone
from imap_tools import ImapToolsError

from complaints import outbox
from intake.models import Submission
from intake.services import held, limits, mail_fetch, mail_in
from intake.services.submit import file_stored, hold_as_failed

log = logging.getLogger(__name__)

#: A web process gets this long to open the case itself.
PATIENCE = timedelta(minutes=1)
#: What the worker could not open by then needs a person, and must not stand before what comes later.
TRIED_FOR = timedelta(hours=1)
#: The next minute goes on; the queue takes a task for dead after 120 s.
SECONDS = 50


def file_waiting() -> int:
    """Open the cases of submissions that were stored when something died before their case was opened; how many.

    One that cannot be understood never holds up the others: it is logged, and tried again the next time; after an hour it is left to a
    person.
    """
    now = timezone.now()
    filed = 0
    for submission in Submission.objects.waiting(since_before=now - PATIENCE)[:100]:
        try:
            _understanding(submission)(submission_id=submission.pk, at=now)
        except Exception:
            log.exception("submission %s could not be filed", submission.pk)
            if submission.received_at < now - TRIED_FOR:
                hold_as_failed(submission_id=submission.pk, at=now)
        else:
            filed += 1
    return filed


def _understanding(submission: Submission) -> Callable[..., Any]:
    """What makes sense of it, by how it came."""
    return mail_in.understand if (submission.external_id or "").startswith(mail_in.PREFIX) else file_stored


def fetch_mail() -> int:
    """Take what is unread in the mailbox, for 50 s at most; how many mails. Nothing where no mailbox is set.

    A restored copy leaves the living system's mailbox alone until its sending is released.
    """
    if outbox.is_held():
        return 0
    end = monotonic() + SECONDS
    try:
        return mail_fetch.fetch_configured(clock=timezone.now, until=lambda: monotonic() > end)
    except (OSError, imaplib.IMAP4.error, ImapToolsError, mail_in.NoChannel) as error:  # the next minute tries again; no task shall pile up
        log.error("the mailbox could not be read: %s", type(error).__name__)  # noqa: TRY400 - its text may hold the address
        return 0


def sweep_counters() -> int:
    """Forget yesterday's attempts."""
    return limits.sweep(at=timezone.now())


def empty_what_was_put_aside() -> int:
    """Forget what people put aside long ago."""
    return held.empty_old(at=timezone.now())
