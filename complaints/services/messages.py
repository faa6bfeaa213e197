"""What is said between the company and people: rows that the outbox delivers, and rows of what was heard."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from complaints import mail, outbox, permissions, signing
from complaints.events import listeners
from complaints.models import Complaint, Message
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, Medium
from staff.models import ChatGroup, User
from staff.models.compiled import Figures, Given

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import Promise

Kind, State, Direction = Message.Kind, Message.State, Message.Direction

#: Receipts and new codes go to addresses nobody has confirmed: more of a kind per hour would make us a weapon (threats D5, E5).
#: Each kind counts alone, or whoever files three complaints under somebody's address keeps their lost code from them.
UNASKED_PER_HOUR = 3
#: Who files by these gets number and code at once, on the page or from the person before them.
RECEIPT_SEEN = (Medium.WEB, Medium.PHONE, Medium.COUNTER, Medium.VISIT)
LONGEST = 20_000


@dataclass(frozen=True)
class Delivery:
    """By what medium a message goes, and the state its row begins with."""

    medium: Medium
    state: str


@transaction.atomic
def send(
    *,
    complaint: Complaint,
    kind: str,
    by: User | Actor,
    at: datetime,
    text: str = "",
    extra: Mapping[str, Any] | None = None,
    dedupe_key: str | None = None,
) -> Message:
    """Say something to the complainant: the row that will be delivered, or that is to be told.

    `text` is what a person wrote: the words of an APOLOGY, a REQUEST, a REPLY, an ANSWER, the letter of a DECISION, the item of FULFILLED,
    what changed of IMPROVED, the reason of ENDED; RECORD, RECEIPT, SURVEY and CODE need none.
    `extra` keys: `said_by` (a Medium: it was already said in person that way; the row is TOLD), `fulfilled_on` (date, FULFILLED),
    `outcome` (an Outcome, or "reopened"; ENDED).
    A CODE past the hourly limit, or with nothing to send it by, raises NotPossible: ask `may_send_code` before renewing.
    A RECEIPT past it stands on the tracking page alone. The same `dedupe_key` gives the same row.
    """
    known: Message | None = Message.objects.filter(dedupe_key=dedupe_key).first() if dedupe_key else None
    if known:
        return known
    if kind == Kind.CODE and not may_send_code(complaint=complaint, at=at):
        raise NotPossible(_("No new code can be sent to this address now."))
    return _say(complaint, kind, by=by, at=at, text=text, extra=extra or {}, dedupe_key=dedupe_key)


def send_receipt(*, complaint: Complaint, at: datetime) -> Message:
    """The receipt of a case opened in this very transaction: nobody else can send one, so nobody is waited for."""
    return _say(complaint, Kind.RECEIPT, by=Actor.SYSTEM, at=at, text="", extra={}, dedupe_key=f"receipt:{complaint.pk}", is_new=True)


def _say(
    complaint: Complaint, kind: str, *, by: User | Actor, at: datetime, text: str, extra: Mapping[str, Any], dedupe_key: str | None = None,
    is_new: bool = False,
) -> Message:  # fmt: skip
    said_by = extra.get("said_by")
    delivery = Delivery(Medium(said_by), State.TOLD) if said_by and isinstance(by, User) else _delivery_to(complaint, kind)
    if kind == Kind.RECEIPT and delivery.state == State.QUEUED and not _may_send_unasked(complaint, Kind.RECEIPT, at=at):
        delivery = Delivery(Medium.WEB, State.SENT)
    rendered = mail.render(complaint=complaint, kind=kind, by=by, at=at, text=text, extra=extra)
    return _store(
        Message(
            complaint=complaint,
            direction=Direction.OUT,
            kind=kind,
            medium=delivery.medium,
            language=complaint.complainant.language,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            dedupe_key=dedupe_key,
            **_who(by),
            at=at,
        ),
        state=delivery.state,
        by=by,
        is_new=is_new,
    )


def may_send_code(*, complaint: Complaint, at: datetime) -> bool:
    """Whether a new tracking code may go to this address within the hour. Never where only a person could tell it."""
    return _delivery_to(complaint, Kind.CODE).state == State.QUEUED and _may_send_unasked(complaint, Kind.CODE, at=at)


@transaction.atomic
def write(*, complaint_id: int, by: User, at: datetime, text: str, kind: str = Kind.REPLY) -> Message:
    """Staff write to the customer: a reply, or a request for more."""
    if kind not in (Kind.REPLY, Kind.REQUEST):
        raise NotPossible(_("Only a reply or a request can be written by hand."))
    complaint = Complaint.objects.visible_to(by).select_related("complainant").get(pk=complaint_id)
    _require(by, complaint, "write_message", at=at)
    return _told(_say(complaint, kind, by=by, at=at, text=_written(text), extra={}))


@transaction.atomic
def receive(*, complaint_id: int, text: str, medium: str, by: User | Actor, at: datetime) -> Message:
    """The customer said something: written by themselves, or put on file by the member of staff who heard it."""
    complaint = Complaint.objects.visible_to(by).select_related("complainant").get(pk=complaint_id)
    if isinstance(by, User):
        _require(by, complaint, "write_message", at=at)
    if complaint.is_erased:
        raise NotPossible(_("This case has been erased: nothing more is done with it."))
    message = Message.objects.create(
        complaint=complaint,
        direction=Direction.IN,
        kind=Kind.REPLY,
        medium=medium,
        language=complaint.complainant.language,
        text=_written(text),
        state=State.RECEIVED,
        **_who(by),
        at=at,
    )
    return _told(message)


def _told(message: Message) -> Message:
    """Other apps hear of what was said, in this very transaction."""
    for listener in listeners:
        listener(message)
    return message


@transaction.atomic
def mark_returned(*, message_id: str, status: str, at: datetime) -> Message | None:
    """A mail server could not deliver what we had sent: the message needs a person. None when there is no such message, or it was dealt with.

    Only the recipient and the servers on the way know a Message-ID; whoever makes up a return can hurt nobody's messages but their own.
    """
    sent = Message.objects.filter(message_id=message_id, medium=Medium.EMAIL, state=State.SENT).select_for_update(of=("self",))
    message: Message | None = sent.first()
    if message is None or message.attempts == 0:
        return None
    message.state, message.last_error = State.FAILED, f"the mail came back {at:%Y-%m-%d %H:%M} {status}".strip()
    message.save(update_fields=["state", "last_error"])
    return message


@transaction.atomic
def mark_told(*, message_id: int, by: User, at: datetime) -> Message:
    """A person called or wrote the letter: what waited to be told is told."""
    message = _visible(message_id, by)
    _require(by, message.complaint, "write_message", at=at)
    if message.state != State.TO_TELL:
        raise NotPossible(_("This message is not waiting to be told."))
    message.state, message.told_by, message.told_at, message.delivered_at = State.TOLD, by, at, at
    message.save(update_fields=["state", "told_by", "told_at", "delivered_at"])
    return message


@transaction.atomic
def retry(*, message_id: int, by: User, at: datetime) -> Message:
    """Try a failed message again; the attempts made so far stay counted."""
    message = _visible(message_id, by)
    if not by.has_perm("complaints.manage_messages"):
        raise permissions.Refused(_("Your role does not allow this."), act="manage_messages", target=str(message.pk))
    if message.state != State.FAILED:
        raise NotPossible(_("Only a failed message can be tried again."))
    message.state, message.next_attempt_at, message.claimed_at = State.QUEUED, at, None
    message.save(update_fields=["state", "next_attempt_at", "claimed_at"])
    nudge()
    return message


@transaction.atomic
def notify_employee(*, user: User, subject: str | Promise, text: str | Promise, at: datetime, by: User | Actor) -> Message:
    """Tell an employee by e-mail. Lazy translations are put into the employee's language here."""
    rendered = mail.render_notice(user=user, subject=subject, text=text)
    return _to_employee(user=user, kind=Kind.NOTICE, rendered=rendered, at=at, by=by)


def point_employee(*, user: User, subject: str | Promise, number: str, page: str, row: int, at: datetime, by: User | Actor) -> Message:
    """Tell an employee by e-mail where something waits: the case's number and the link to its `page`, no word of the case or of anybody.

    A mailbox keeps what is erased here.
    """
    link = settings.SITE_URL + reverse(page, args=[row])
    return notify_employee(user=user, subject=subject, text=f"{number}\n{link}", at=at, by=by)


@transaction.atomic
def tell_group(*, group: ChatGroup, subject: str, text: str, by: User | Actor, at: datetime, dedupe_key: str) -> Message:
    """Copy a notice to a group of a chat program."""
    message = Message(
        to_group=group, direction=Direction.OUT, kind=Kind.NOTICE, medium=Medium.API, subject=subject[:200], text=text,
        dedupe_key=dedupe_key, **_who(by), at=at,
    )  # fmt: skip
    return _store(message, state=State.QUEUED, by=by)


@transaction.atomic
def remind_employee(*, user: User, subject: str | Promise, text: str | Promise, at: datetime, by: User | Actor, key: str) -> bool:
    """Tell an employee by e-mail once for this key, however often it is asked; whether it was told now."""
    if Message.objects.filter(dedupe_key=key).exists():
        return False
    rendered = mail.render_notice(user=user, subject=subject, text=text)
    _to_employee(user=user, kind=Kind.NOTICE, rendered=rendered, at=at, by=by, dedupe_key=key)
    return True


def tell_employee(*, user: User, subject: str, text: str, by: User, at: datetime, former: int | None) -> None:
    """What the staff app says to an employee; `former`: the row of their history with the address to use instead of the one on file."""
    rendered = mail.render_notice(user=user, subject=subject, text=text)
    # A key of its own for each: it is there to say where the message goes, not that it was said before.
    key = None if former is None else f"{outbox.FORMER}{former} {secrets.token_hex(8)}"
    _to_employee(user=user, kind=Kind.NOTICE, rendered=rendered, at=at, by=by, dedupe_key=key)


def send_reset(user: User, at: datetime) -> bool:
    """Whether the link to a new password is on its way."""
    return send_password_reset(user=user, at=at) is not None


@transaction.atomic
def send_password_reset(*, user: User, at: datetime) -> Message | None:
    """Enqueue the link to a new password, at most three an hour; None when more were asked for or there is no address.

    The row holds no link: the outbox makes it at delivery.
    """
    _one_at_a_time(f"reset {user.pk}")
    recent = Message.objects.filter(to_user=user, kind=Kind.PASSWORD_RESET, at__gt=at - timedelta(hours=1)).count()
    if not user.email or recent >= UNASKED_PER_HOUR:
        return None
    rendered = mail.render_password_reset(user=user)
    return _to_employee(user=user, kind=Kind.PASSWORD_RESET, rendered=rendered, at=at, by=Actor.SYSTEM)


# --- by what medium -------------------------------------------------------------------------------------------------
def _delivery_to(complaint: Complaint, kind: str) -> Delivery:
    """The best way there is to this person; every message stands on the tracking page besides."""
    known = complaint.complainant.identity()
    if known.email:
        return Delivery(Medium.EMAIL, State.QUEUED)
    if known.phone and settings.SMS_URL:
        return Delivery(Medium.SMS, State.QUEUED)
    seen_already = kind == Kind.RECEIPT and complaint.medium in RECEIPT_SEEN
    # Whoever would have to call a protected person, or write their letter, would learn who they are.
    if not seen_already and not complaint.complainant.is_protected and (known.phone or known.address):
        return Delivery(Medium.PHONE if known.phone else Medium.LETTER, State.TO_TELL)
    return Delivery(Medium.WEB, State.SENT)


def _unasked() -> QuerySet[Message, Any]:
    to_contact = Message.objects.filter(complaint__complainant__contact_digest=Given("contact"), medium__in=(Medium.EMAIL, Medium.SMS))
    return to_contact.filter(kind=Given("kind"), at__gt=Given("since")).order_by().values_list("pk")[:UNASKED_PER_HOUR]


UNASKED = Figures(_unasked)


def _may_send_unasked(complaint: Complaint, kind: str, *, at: datetime) -> bool:
    """Whether fewer than three messages of this kind went to this address within the hour."""
    contact = complaint.complainant.contact_digest
    _one_at_a_time(f"unasked {contact}")
    return len(UNASKED(contact=contact, kind=str(kind), since=at - timedelta(hours=1))) < UNASKED_PER_HOUR


def _one_at_a_time(name: str) -> None:
    """Until the end of the transaction nobody else counts under this name, or a burst would pass the limit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"messages {name}"])


# --- rows -----------------------------------------------------------------------------------------------------------
def _to_employee(
    *, user: User, kind: str, rendered: mail.Rendered, at: datetime, by: User | Actor, dedupe_key: str | None = None
) -> Message:
    delivery = (
        Delivery(Medium.EMAIL, State.QUEUED)
        if user.email or (dedupe_key or "").startswith(outbox.FORMER)
        else Delivery(Medium.WEB, State.SENT)
    )
    message = Message(
        to_user=user,
        direction=Direction.OUT,
        kind=kind,
        medium=delivery.medium,
        language=user.language,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        dedupe_key=dedupe_key,
        **_who(by),
        at=at,
    )
    return _store(message, state=delivery.state, by=by)


def _store(message: Message, *, state: str, by: User | Actor, is_new: bool = False) -> Message:
    """Write the row with the state it begins in; what is queued wakes the worker when, and only if, this transaction commits.

    `is_new`: nobody can have written the row of this event before.
    """
    if outbox.is_replaying():
        state = outbox.REPLAYED.get(state, state) if isinstance(by, User) or state == State.QUEUED else state
    message.state = state
    message.message_id = new_message_id(message)
    if state in (State.SENT, State.TOLD):
        message.delivered_at = message.at
    if state == State.TOLD and isinstance(by, User):
        message.told_by, message.told_at = by, message.at
    if state == State.QUEUED:
        message.next_attempt_at = message.at
    if message.dedupe_key and not is_new:
        stored, created = _store_once(message)
    else:
        message.save(force_insert=True)
        stored, created = message, True
    if created and state == State.QUEUED:
        nudge()
    return stored


def new_message_id(message: Message) -> str:
    """Of a case's message it holds the case's token, by which a reply finds back."""
    name = secrets.token_hex(16) if message.complaint_id is None else f"{signing.mail_token(message.complaint_id)}.{secrets.token_hex(8)}"
    return f"<{name}@{urlsplit(settings.SITE_URL).hostname}>"


def _store_once(message: Message) -> tuple[Message, bool]:
    """The row of this event; whoever comes second gets the first one's."""
    _one_at_a_time(f"dedupe {message.dedupe_key}")
    known: Message | None = Message.objects.filter(dedupe_key=message.dedupe_key).first()
    if known:
        return known, False
    message.save(force_insert=True)
    return message, True


def nudge() -> None:
    """Wake the worker. The queue lies in the same database: a rolled-back act takes its nudge along. The row is the truth, not the task."""
    async_task("complaints.tasks.deliver_outbox")


def _who(by: User | Actor) -> dict[str, Any]:
    return {"actor": Actor.STAFF, "by": by} if isinstance(by, User) else {"actor": by, "by": None}


def _written(text: str) -> str:
    """What somebody wrote, or ValidationError when it is nothing or a book."""
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("This is too long: at most %(limit)d characters.") % {"limit": LONGEST}})
    return text


def _visible(message_id: int, by: User) -> Message:
    """A message this user may see, locked; else Message.DoesNotExist."""
    message: Message = Message.objects.visible_to(by).select_for_update(of=("self",)).select_related("complaint").get(pk=message_id)
    return message


def _require(by: User, complaint: Complaint | None, act: str, *, at: datetime) -> None:
    if complaint is None:  # a mail to an employee: nobody but its sender's code has business with it
        raise permissions.Refused(_("This message belongs to no case."), act=act, target="")
    permissions.require(by, complaint, act, timezone.localdate(at))
