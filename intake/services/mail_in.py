"""A mail comes in: kept as it arrived, then understood: a case, a word on a case there is, or something for a person to look at.

Both steps can be repeated: what is kept already is not kept twice, what is understood is left alone. So whatever dies in between, nothing
is lost and nothing happens twice; the worker understands what was only kept (`intake.tasks.file_waiting`).

A mail is in its sender's real name: it bears an address whether they want it or not. Who they are lies in `claim` alone, encrypted; the
words in `payload` hold no header but the subject; the raw form is shown where the identity may be seen (`mail_raw`).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import uuid
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from complaints.models import Complaint, Demand, Message
from complaints.services import filing, messages
from complaints.services.attachments import shown_name
from complaints.services.inputs import DemandInput, PartyInput
from complaints.workflow import Actor, Kind, Medium
from intake.mail.headers import split
from intake.mail.mime import MOST_BYTES
from intake.mail.parse import ParsedMail, TooLarge, parse
from intake.mail.quoting import newly_said
from intake.mail.screen import Odd, Ours, screen
from intake.mail.tokens import tokens_in
from intake.models import Channel, Filing, Hold, Submission
from intake.models.words import tidy
from intake.queries.arrived import FILES
from intake.services import limits, mail_files
from intake.services.mail_cases import case_about, case_answered
from intake.services.submit import code_key_of, digest_of

log = logging.getLogger(__name__)

#: Begins the external id of every mail.
PREFIX = "mail:"
#: Of a larger mail the beginning is kept; a mail server that takes more than this is not set up for people.
MOST_KEPT = 2 * MOST_BYTES
#: A case's story and a message are at most this long; the rest stays in the raw form.
LONGEST_STORY = messages.LONGEST
LONGEST_NAME = 80


class NoChannel(Exception):
    """There is no channel for mail, or it is closed (`closed`)."""

    def __init__(self, *, closed: bool) -> None:
        super().__init__("the channel for mail is closed" if closed else "there is no channel for mail yet: run `manage.py setup`")
        self.closed = closed


def ingest(*, raw: bytes, at: datetime) -> Submission:
    """Keep a mail and understand it. Once this returns it is kept, even if it could not be understood; raises NoChannel, DatabaseError."""
    submission, mail = _keep(raw=raw[:MOST_KEPT], at=at)
    try:
        understand(submission_id=submission.pk, at=at, mail=mail)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail is kept; the worker tries again, and then leaves it to a person
        log.error("mail %s is kept, but could not be understood: %s", submission.pk, type(error).__name__)  # noqa: TRY400 - as below
    return submission


def store(*, raw: bytes, at: datetime) -> Submission:
    """The submission of this mail, committed before this returns. The same mail again is the same submission."""
    return _keep(raw=raw[:MOST_KEPT], at=at)[0]


def _keep(*, raw: bytes, at: datetime) -> tuple[Submission, ParsedMail | None]:
    name = external_id_of(raw)
    known = Submission.objects.filter(external_id=name).first()
    if known:
        return known, None
    mail = try_to_read(raw)
    payload, claim = (_words_of(mail), _claim_of(mail)) if mail else ({}, {})
    row = Submission(
        channel=_channel(), form_key=uuid.uuid4(), external_id=name, language=_language_of(mail), payload=payload,
        claim=json.dumps(claim, ensure_ascii=False) if claim else None, raw=raw,
        digest=digest_of(payload=payload, claim=claim, raw=raw), received_at=at,
    )  # fmt: skip
    with transaction.atomic(durable=True):
        Submission.objects.bulk_create([row], ignore_conflicts=True)  # its twin may be under way
    return Submission.objects.get(external_id=name), mail


@transaction.atomic
def understand(*, submission_id: int, at: datetime, mail: ParsedMail | None = None) -> Filing | Hold:
    """What a kept mail became; decided now if it was not. Of two at once the second waits and finds it."""
    submission = Submission.objects.select_for_update(of=("self",)).select_related("channel__department").get(pk=submission_id)
    known = Filing.objects.filter(submission=submission).first() or Hold.objects.filter(submission=submission).first()
    if known:
        return known
    try:
        mail = mail or parse(bytes(submission.raw or b""))
    except TooLarge as error:
        return _hold(submission, Hold.Why.TOO_LARGE, str(error), at=at)
    except Exception as error:  # noqa: BLE001 - a mail that breaks the parser waits for a person
        log.error("mail %s cannot be read: %s", submission.pk, type(error).__name__)  # noqa: TRY400 - its text may hold words of the mail
        return _hold(submission, Hold.Why.UNREADABLE, type(error).__name__, at=at)
    if not mail.headers.fields:
        return _hold(submission, Hold.Why.UNREADABLE, "no headers", at=at)
    return _sort(submission, mail, at=at)


def _sort(submission: Submission, mail: ParsedMail, *, at: datetime) -> Filing | Hold:
    odd = screen(mail, _ours())
    if odd:
        return _hold(submission, odd.value, _about(mail, odd, at=at), at=at)
    try:
        limits.count(limits.Act.MAIL, address=f"mail from {mail.sender.address}", at=at)
    except limits.TooOften:
        return _hold(submission, Hold.Why.FLOOD, "", at=at)
    case = case_answered(mail)
    return _file(submission, mail, at=at) if case is None else _join(submission, mail, case, at=at)


# --- what it becomes ------------------------------------------------------------------------------------------------
def _file(submission: Submission, mail: ParsedMail, *, at: datetime) -> Filing:
    """A new case. Nobody said what they ask for in one of our words: the one demand is what the mail says."""
    with translation.override(submission.language):
        nothing, asked = _("(The mail has no words.)"), _("What the mail asks for.")
    claim = submission.claimed
    case = filing.file(
        story=_story_of(mail) or nothing,
        demands=[DemandInput(kind=Demand.Kind.OTHER, text=asked)],
        complainant=PartyInput(name=claim.get("name", ""), email=claim.get("email", ""), language=submission.language),
        medium=Medium.EMAIL,
        department=submission.channel.department,
        code_key=code_key_of(submission.form_key),
        by=Actor.COMPLAINANT,
        at=at,
        received_at=submission.received_at,
    )
    mail_files.attach_each(complaint_id=case.pk, mail=mail, message=None, at=at)
    return Filing.objects.create(submission=submission, complaint=case, at=at)


def _join(submission: Submission, mail: ParsedMail, case: Complaint, *, at: datetime) -> Filing:
    """A word of the customer on their case, whoever the mail says it is from; never anything else (threats D6, D7). It is not answered."""
    with translation.override(submission.language):
        nothing = _("(The mail has no words.)")
    text = tidy(newly_said(mail.text))[:LONGEST_STORY] or nothing
    message = messages.receive(complaint_id=case.pk, text=text, medium=Medium.EMAIL, by=Actor.COMPLAINANT, at=at)
    mail_files.attach_each(complaint_id=case.pk, mail=mail, message=message, at=at)
    return Filing.objects.create(submission=submission, complaint=case, message=message, at=at)


def _hold(submission: Submission, why: str, detail: str, *, at: datetime) -> Hold:
    return Hold.objects.create(submission=submission, why=why, detail=detail[:300], at=at)


def _about(mail: ParsedMail, odd: Odd, *, at: datetime) -> str:
    """What staff should know of a held mail: which case it is about, and that our mail did not arrive. No address stands here."""
    said = []
    if odd == Odd.BOUNCE:
        returned = [message for each in mail.returned.ids if (message := _mark_returned(each, mail, at=at))]
        said += [_("Our message did not arrive: the address does not work.")] if returned else []
        said += [mail.returned.status] if mail.returned.status else []
    case = case_about(mail)
    if case and case.kind != Kind.REPORT:  # of a report not even the number reaches whom it may be about
        said.insert(0, _("Complaint %(number)s.") % {"number": case.number})
    return " ".join(said)


def _mark_returned(message_id: str, mail: ParsedMail, *, at: datetime) -> Message | None:
    if not mail.returned.failed:
        return None
    return messages.mark_returned(message_id=message_id, status=mail.returned.status, at=at)


# --- what is kept ---------------------------------------------------------------------------------------------------
def external_id_of(raw: bytes) -> str:
    """What a mail is known by: its Message-ID and what it says, whatever servers write above it on the way; without one all its bytes.

    Not the Message-ID alone: there are machines that give every mail the same, and whoever guesses one could keep a mail from us.
    """
    headers, body = split(raw)
    name = headers.first("message-id").strip()
    whole = hashlib.sha256(body if name else raw).hexdigest()
    return PREFIX + salted_hmac("redress.mail-name", f"{name}\n{whole}", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def try_to_read(raw: bytes) -> ParsedMail | None:
    """The mail, if it can be read: what cannot is kept all the same, and held when it comes to be understood."""
    try:
        return parse(raw)
    except TooLarge:
        return None
    except Exception as error:  # noqa: BLE001 - it is kept first
        log.error("a mail cannot be read: %s", type(error).__name__)  # noqa: TRY400 - its text may hold words of the mail
        return None


def _words_of(mail: ParsedMail) -> dict[str, Any]:
    """The words, and nothing of who says them; of an automatic mail about a case none, for it may repeat what not everybody may read.

    Names of files tell names of people: an answer may be to a protected case.
    """
    if screen(mail, _ours()) and case_about(mail):
        return {}
    files = [shown_name(file.name) for file in mail.attachments]
    if tokens_in(mail):
        files = [f"{number}{os.path.splitext(name)[1]}" for number, name in enumerate(files, start=1)]  # noqa: PTH122 - no paths
    said = {"subject": mail.subject, "story": mail.text, FILES: files}
    return {name: value for name, value in said.items() if value}


def _claim_of(mail: ParsedMail) -> dict[str, str]:
    """Who the sender says they are. An address that is not one is none: nothing is ever sent there."""
    reply_to = mail.reply_to.address if mail.reply_to.address != mail.sender.address else ""
    told = {"name": mail.sender.name[:LONGEST_NAME], "email": _usable(mail.sender.address), "reply_to": _usable(reply_to)}
    return {name: value for name, value in told.items() if value}


def _usable(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def _story_of(mail: ParsedMail) -> str:
    """Subject and words as one text, as far as a case holds it."""
    subject = "" if mail.text.startswith(mail.subject) else mail.subject
    return tidy(f"{subject}\n\n{mail.text}")[:LONGEST_STORY]


def _language_of(mail: ParsedMail | None) -> str:
    """Chinese, unless there is not one Chinese character in it."""
    said = f"{mail.subject}{mail.text[:5000]}{mail.sender.name}" if mail else ""
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in said)
    return "en" if said and not chinese else "zh-hans"


def _ours() -> Ours:
    addresses = (parseaddr(settings.DEFAULT_FROM_EMAIL)[1], settings.MAIL_IN_ADDRESS)
    host = urlsplit(settings.SITE_URL).hostname or ""
    return Ours(frozenset(address.lower() for address in addresses if address), host)


def _channel() -> Channel:
    found: Channel | None = Channel.objects.filter(code="email").first()
    if found is None or not found.active:
        raise NoChannel(closed=found is not None)
    return found
