"""The outbox: rows of Message claimed one by one, handed to the sender of their medium, and marked. At least once, never lost.

The row is the truth, a task of the queue only a nudge. A claim commits before the network is touched and the mark after it, so
whatever dies in between, the row comes back with the same Message-ID. What a row must not hold (tracking codes, links to a new
password) stands in it as a mark and is put in here, at delivery.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.html import escape
from django.utils.http import urlsafe_base64_encode

from complaints import signing
from complaints.models import Complaint, Message, SendingHold
from complaints.workflow import Medium
from staff.models import User

log = logging.getLogger(__name__)

Kind, State = Message.Kind, Message.State

#: Stand in the row for what is put in at delivery; both read as "hidden" in any language.
CODE_MARK = "••••••-••••••-••••••"
RESET_MARK = "https://••••••••/"
SURVEY_MARK = "https://••••••••/••••••"
WITH_CODE = (Kind.RECEIPT, Kind.CODE)

#: Where the recipient's own page of an incident is put in.
LINK_MARK = "https://•••••••••/"

#: Begins the key of a message that goes to an address the account had before; the number of the row of its history follows.
FORMER = "former address "

#: After so many attempts a person must look (1 min, 3, 9, 27, … apart: about 18 hours in all).
MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
WAIT_GROWS = 3
JITTER = 0.2
#: A claim this old belongs to a worker that died: no sender takes longer than its time-outs allow.
STALE_AFTER = timedelta(minutes=10)
#: Seconds between tries to mark what became of a message while the database is away; together less than a job may take.
MARK_WAITS = (1, 2, 4, 8, 15, 15)
#: The schedule comes every minute; what waits this long is not being worked on.
STUCK_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Body:
    """What is sent: the row's text with the marks replaced. Never stored."""

    subject: str
    text: str
    html: str


class SendError(Exception):
    """The message did not go out. `permanent`: trying again will not help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Sender(Protocol):
    """Hands one message to the network, or raises SendError."""

    def send(self, message: Message, recipient: str, body: Body) -> None: ...


_senders: dict[str, Sender] = {}


def register(medium: Medium, sender: Sender) -> None:
    """Called in `ready()` of the app that owns the sender."""
    _senders[medium] = sender


# --- history made afterwards ----------------------------------------------------------------------------------------
#: What a row becomes at once while history is replayed: it was delivered, or told, at its own time.
REPLAYED: dict[str, str] = {State.QUEUED: State.SENT, State.TO_TELL: State.TOLD}
_replaying: ContextVar[bool] = ContextVar("replaying", default=False)


@contextmanager
def replaying() -> Iterator[None]:
    """For the demo data alone: what is said in here was said long ago, and nothing is sent."""
    token = _replaying.set(True)
    try:
        yield
    finally:
        _replaying.reset(token)


def is_replaying() -> bool:
    return _replaying.get()


# --- what is to be done ---------------------------------------------------------------------------------------------
def due(at: datetime) -> QuerySet[Message]:
    """What should go out now, longest waiting first."""
    return Message.objects.filter(state=State.QUEUED, next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


def is_held() -> bool:
    """Whether nothing may leave the house now (`SendingHold`): neither messages, nor what else would be noticed outside."""
    return SendingHold.objects.filter(released_at=None).exists()


def is_stuck(at: datetime) -> bool:
    """Whether something has been due for minutes and nobody works on it, though it might."""
    if is_held():
        return False
    waiting = Q(state=State.QUEUED, next_attempt_at__lt=at - STUCK_AFTER)
    abandoned = Q(state=State.SENDING, claimed_at__lt=at - STALE_AFTER - STUCK_AFTER)
    return Message.objects.filter(waiting | abandoned).exists()


def claim(at: datetime, limit: int) -> list[Message]:
    """Take up to `limit` due messages for this worker alone; committed before it returns. None while sending is held."""
    if is_held():
        return []
    with transaction.atomic(durable=True):
        _return_stale(at)
        rows = list(
            due(at)
            .select_related("complaint__complainant", "to_customer", "to_user", "to_group")
            .select_for_update(skip_locked=True, of=("self",))[:limit]
        )
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1)
    for row in rows:
        row.state, row.claimed_at, row.attempts = State.SENDING, at, row.attempts + 1
    return rows


def _return_stale(at: datetime) -> None:
    """Give back what a dead worker had claimed; a message that has killed its last worker is for a person to look at."""
    stale = Message.objects.filter(state=State.SENDING, claimed_at__lte=at - STALE_AFTER).select_for_update(skip_locked=True)
    for row in stale:
        _mark_unsent(row, SendError("the worker died while sending", permanent=False), at=at)


def deliver(message: Message, at: datetime) -> bool:
    """Send one claimed message and mark the row; whether it went out. The network is touched outside any transaction."""
    try:
        _send(message)
    except SendError as error:
        _mark_unsent(message, error, at=at)
        return False
    except Exception as error:
        log.exception("message %s could not be sent", message.pk)
        _mark_unsent(message, SendError(f"{type(error).__name__}", permanent=False), at=at)
        return False
    _mark(message, state=State.SENT, delivered_at=at, last_error="")
    return True


def _send(message: Message) -> None:
    sender = _senders.get(message.medium)
    if sender is None:
        raise SendError(f"nothing sends by {message.medium}", permanent=True)
    recipient = recipient_of(message)
    if not recipient:
        raise SendError("no address on file", permanent=True)
    sender.send(message, recipient, body_of(message))


def recipient_of(message: Message) -> str:
    """The address on file now: it lives in the party or the account (for a former one: its history) alone, never in the row."""
    if message.to_user is not None:
        return _address_of(message, message.to_user) if message.to_user.is_active else ""
    if message.to_group is not None:
        return str(message.to_group.address) if message.to_group.active else ""
    if message.to_customer is not None:
        return message.to_customer.phone if message.medium == Medium.SMS else message.to_customer.email
    if message.complaint is None:
        return ""
    known = message.complaint.complainant.identity()
    return known.phone if message.medium == Medium.SMS else known.email


def _address_of(message: Message, user: User) -> str:
    key = message.dedupe_key or ""
    if not key.startswith(FORMER):
        return user.email
    row = user.history.filter(pk=int(key.removeprefix(FORMER).split()[0])).first()
    return row.email if row else ""


#: Kinds of message with a link of their recipient's own, which stands in no row: kind → the whole address.
links: dict[str, Callable[[Message], str]] = {}

#: What other apps add to a message at delivery: words for its recipient alone, which whoever reads the row on a page must not learn.
additions: list[Callable[[Message], str]] = []


def body_of(message: Message) -> Body:
    """The row's words with what no row may hold put in, and what is for the recipient alone added."""
    body = _with_secrets(message)
    more = [words for words in (add(message) for add in additions) if words]
    if not more:
        return body
    html = "".join(f"<p>{escape(words)}</p>" for words in more)
    whole = body.html.replace("</body>", f"{html}</body>") if "</body>" in body.html else body.html and body.html + html
    return Body(body.subject, "\n\n".join([body.text, *more]), whole)


def _with_secrets(message: Message) -> Body:
    mark, secret = "", ""
    if message.kind in WITH_CODE and message.complaint is not None:
        mark, secret = CODE_MARK, signing.code_for(message.complaint.code_key)
    elif message.kind == Kind.PASSWORD_RESET and message.to_user is not None:
        token = default_token_generator.make_token(message.to_user)
        user = urlsafe_base64_encode(force_bytes(message.to_user.pk))
        mark, secret = RESET_MARK, settings.SITE_URL + reverse("password_reset_confirm", args=[user, token])
    elif message.kind == Kind.SURVEY and message.complaint is not None:
        mark, secret = SURVEY_MARK, _survey_url(message.complaint)
    elif message.kind in links:
        mark, secret = LINK_MARK, links[message.kind](message)
    if not mark:
        return Body(message.subject, message.text, message.html)
    return Body(message.subject, message.text.replace(mark, secret), message.html.replace(mark, secret))


def _survey_url(complaint: Complaint) -> str:
    """The link of the round last asked about; where there is none, the way by the tracking code."""
    link = complaint.survey_links.order_by("-round").first()
    page = reverse("survey", args=[signing.survey_token(link.key)]) if link else reverse("track")
    return f"{settings.SITE_URL}{page}"


# --- marks ----------------------------------------------------------------------------------------------------------
def _mark_unsent(message: Message, error: SendError, *, at: datetime) -> None:
    """Back into the queue with a longer wait, or given up where a person sees it. After a manual retry the count goes on: another series."""
    given_up = error.permanent or message.attempts % MAX_ATTEMPTS == 0
    _mark(
        message,
        state=State.FAILED if given_up else State.QUEUED,
        next_attempt_at=None if given_up else at + wait_after(message.attempts),
        last_error=str(error)[:300],
    )


def wait_after(attempts: int) -> timedelta:
    """How long until the next attempt; grows, and differs a little from row to row so that they do not come back all at once."""
    tries = (attempts - 1) % MAX_ATTEMPTS
    wait: timedelta = FIRST_WAIT * WAIT_GROWS**tries * random.SystemRandom().uniform(1 - JITTER, 1 + JITTER)
    return wait


def _mark(message: Message, **columns: object) -> None:
    """Write the outcome, if the claim is still ours: after ten minutes it may be another worker's.

    While the database is away it is tried again for a while: what went out and is not marked would go out twice.
    """
    for wait in MARK_WAITS:
        try:
            _mark_once(message, columns)
        except (OperationalError, InterfaceError) as error:
            log.warning("message %s cannot be marked now: %s", message.pk, type(error).__name__)
            connection.close()
            time.sleep(wait)
        else:
            return
    _mark_once(message, columns)


def _mark_once(message: Message, columns: Mapping[str, object]) -> None:
    ours = Message.objects.filter(pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at)
    if not ours.update(**columns, claimed_at=None):
        log.warning("message %s was claimed by another worker meanwhile", message.pk)
