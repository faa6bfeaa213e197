"""Work of the intake that the worker does by the clock."""

import logging
from datetime import timedelta

from django.utils import timezone

from intake.models import Submission
from intake.services import limits
from intake.services.submit import file_stored, hold_as_failed

log = logging.getLogger(__name__)

#: A web process gets this long to open the case itself.
PATIENCE = timedelta(minutes=1)
#: What the worker could not open by then needs a person, and must not stand before what comes later.
TRIED_FOR = timedelta(hours=1)


def file_waiting() -> int:
    """Open the cases of submissions that were stored when something died before their case was opened; how many.

    One that cannot be understood never holds up the others: it is logged, and tried again the next time; after an hour it is left to a
    person.
    """
    now = timezone.now()
    filed = 0
    for submission in Submission.objects.waiting(since_before=now - PATIENCE)[:100]:
        try:
            file_stored(submission_id=submission.pk, at=now)
        except Exception:
            log.exception("submission %s could not be filed", submission.pk)
            if submission.received_at < now - TRIED_FOR:
                hold_as_failed(submission_id=submission.pk, at=now)
        else:
            filed += 1
    return filed


def sweep_counters() -> int:
    """Forget yesterday's attempts."""
    return limits.sweep(at=timezone.now())
