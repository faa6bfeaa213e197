"""The mailbox is emptied: each mail is kept and committed before it is marked as read, so a crash in between only fetches it again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from intake.mail.mailbox import Inbox, opened
from intake.services import mail_in

log = logging.getLogger(__name__)


def fetch_configured(*, clock: Callable[[], datetime], until: Callable[[], bool] = lambda: False) -> int:
    """`fetch` from the mailbox of the settings; nothing where none is set."""
    if not settings.MAIL_IN_URL:
        return 0
    with opened(settings.MAIL_IN_URL, done_folder=settings.MAIL_IN_DONE) as inbox:
        return fetch(inbox=inbox, clock=clock, until=until)


def fetch(*, inbox: Inbox, clock: Callable[[], datetime], until: Callable[[], bool] = lambda: False) -> int:
    """Take what is unread, one mail at a time, or till `until()`; how many were kept. Raises NoChannel and the database's errors.

    One mail that cannot be kept, whatever it is, stays unread and stops none of the others.
    """
    taken = 0
    for uid in inbox.unread():
        if until():
            break
        raw = inbox.raw(uid, mail_in.MOST_KEPT)
        if raw is None:  # another program has taken it away meanwhile
            continue
        try:
            mail_in.ingest(raw=raw, at=clock())
        except (mail_in.NoChannel, DatabaseError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.error("mail %s of the mailbox could not be kept: %s", uid, type(error).__name__)  # noqa: TRY400 - its text may hold the mail
            continue
        inbox.done(uid)
        taken += 1
    return taken
