"""The same words to many people: one row of the outbox for each, written in batches; the rest is the outbox's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import mail, outbox
from complaints.models import Complaint, Customer, Message
from complaints.services.errors import NotPossible
from complaints.services.messages import new_message_id, nudge
from complaints.workflow import Actor, Medium
from staff.models import User

Kind, State = Message.Kind, Message.State

#: How a row begins by its medium: what only a person can say waits for one, what stands on a page is there at once.
BEGINS = {Medium.EMAIL: State.QUEUED, Medium.SMS: State.QUEUED, Medium.PHONE: State.TO_TELL, Medium.WEB: State.SENT}


@dataclass(frozen=True)
class Letter:
    """One recipient's copy. `key` is its own for ever: the same person is never written to twice about the same thing by the same medium."""

    key: str
    medium: Medium
    language: str
    customer: Customer | None = None
    #: Of a protected person: reached through their case, where alone their address lies.
    complaint: Complaint | None = None


@dataclass(frozen=True)
class Words:
    """What everybody is told, in one language."""

    subject: str
    text: str
    amount: str = ""


@transaction.atomic
def enqueue(*, letters: Iterable[Letter], words: dict[str, Words], at: datetime) -> list[Message]:
    """Write the rows, in the order given; `words` by language. A key used before fails the whole batch (the row is unique)."""
    rendered = {language: render(said, language) for language, said in words.items()}
    rows = [_row(letter, rendered[letter.language], at) for letter in letters]
    Message.objects.bulk_create(rows)
    if any(row.state == State.QUEUED for row in rows):
        nudge()
    return rows


def render(said: Words, language: str) -> mail.Rendered:
    """As it leaves the house; the way to each customer's own page is put in at delivery."""
    return mail.render_incident(language=language, **vars(said))


def _row(letter: Letter, said: mail.Rendered, at: datetime) -> Message:
    state = BEGINS[letter.medium]
    if state == State.QUEUED and outbox.is_replaying():
        state = State.SENT
    row = Message(
        complaint=letter.complaint,
        to_customer=letter.customer,
        direction=Message.Direction.OUT,
        kind=Kind.INCIDENT,
        medium=letter.medium,
        language=letter.language,
        subject=said.subject,
        text=said.text,
        html=said.html,
        actor=Actor.SYSTEM,
        dedupe_key=letter.key,
        at=at,
        state=state,
        next_attempt_at=at if state == State.QUEUED else None,
        delivered_at=at if state == State.SENT else None,
    )
    row.message_id = new_message_id(row)
    return row


@transaction.atomic
def mark_told(*, message_id: int, by: User, at: datetime) -> Message:
    """Somebody called the customer; the right to do so is asked by whoever runs the broadcast."""
    message = Message.objects.select_for_update(of=("self",)).get(pk=message_id, kind=Kind.INCIDENT)
    if message.state != State.TO_TELL:
        raise NotPossible(_("This message is not waiting to be told."))
    message.state, message.told_by, message.told_at, message.delivered_at = State.TOLD, by, at, at
    message.save(update_fields=["state", "told_by", "told_at", "delivered_at"])
    return message


@transaction.atomic
def give_up(*, message_id: int, at: datetime) -> None:
    """Nobody answers: what waited to be told by telephone has failed."""
    message = Message.objects.select_for_update(of=("self",)).get(pk=message_id, kind=Kind.INCIDENT)
    if message.state == State.TO_TELL:
        message.state, message.last_error = State.FAILED, f"not reached by telephone, {at:%Y-%m-%d}"
        message.save(update_fields=["state", "last_error"])
