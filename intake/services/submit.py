"""What a customer sends is stored first and understood afterwards: once stored, nothing of it can be lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from complaints.models import Complaint
from complaints.services import filing
from complaints.services.attachments import shown_name
from complaints.workflow import Actor, Kind, Mode
from intake.models import Channel, Filing, Hold, Submission
from intake.models.words import tidy
from intake.queries.arrived import FILES
from intake.services import form_events, limits, questions, reading, reception_days
from intake.services.form_events import FormUse
from staff.models import User
from staff.models.compiled import Compiled, Given

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """What became of a form: its case, and whether these very words had been sent (False: other words under the same key).

    Without a case it has arrived and is kept, but could not be understood just now: the worker opens the case.
    """

    complaint: Complaint | None
    same_words: bool


@dataclass(frozen=True)
class Form:
    """A form as it was sent: words and claim apart (`Submission`), where from, and when."""

    channel: Channel
    form_key: UUID
    language: str
    payload: Mapping[str, Any]
    claim: Mapping[str, Any]
    at: datetime
    #: Where it came from, to be counted against the limits; empty: not counted.
    address: str = ""
    #: How many times as much this source may file: more, when it has proved work.
    times: int = 1
    #: How it was filled in; none of what did not come by the form.
    use: FormUse | None = None

    def says_what(self, submission: Submission) -> bool:
        """Whether these words were kept in this submission."""
        return typed_in(submission.payload) == typed_in(self.payload) and submission.claimed == self.claim


def submit(
    *, channel: Channel, form_key: UUID, language: str, payload: Mapping[str, Any], at: datetime, claim: Mapping[str, Any] | None = None,
    files: Sequence[UploadedFile[Any]] = (), address: str = "", times: int = 1, use: FormUse | None = None,
) -> Sent:  # fmt: skip
    """Store the form and open its case, with one commit. The same form sent again leads to the same case, with the same tracking code.

    Of `files` the names are stored: should everything die before they are added to the case, staff see which to ask for.
    Raises limits.TooOften and limits.CannotCount, and then has stored nothing.
    """
    in_the_open = payload.get("mode", Mode.REAL_NAME) == Mode.REAL_NAME  # names of files tell names of people
    named = {FILES: [shown_name(file.name or "") if in_the_open else str(number) for number, file in enumerate(files, 1)]} if files else {}
    form = Form(channel, form_key, language, {**payload, **named}, dict(claim or {}), at, address, times, use)
    try:
        return _submit(form)
    except IntegrityError as error:
        if "form_key" not in str(error):
            raise
    return _submit(form)  # its twin was under way and is committed now


SENT_BEFORE = Compiled(lambda: Submission.objects.filter(form_key=Given("key")))


@transaction.atomic(durable=True)
def _submit(form: Form) -> Sent:
    known = SENT_BEFORE.first(key=form.form_key)
    if known is not None:
        return Sent(_understood(known, fresh=False, at=form.at), form.says_what(known))
    submission = store(
        channel=form.channel, form_key=form.form_key, language=form.language, payload=form.payload, claim=form.claim,
        at=reading.moment_of(form.payload, form.at),
    )  # fmt: skip
    if form.address:
        limits.count(limits.Act.FILE, address=form.address, at=form.at, times=form.times)
    if form.use:
        form_events.sent(form.use, at=form.at)
    return Sent(_understood(submission, fresh=True, at=form.at), same_words=True)


def _understood(submission: Submission, *, fresh: bool, at: datetime) -> Complaint | None:
    """The case of what is stored, in this transaction (`fresh`) or before. What cannot be understood stays stored all the same."""
    try:
        return _file(submission, at=at) if fresh else file_stored(submission_id=submission.pk, at=at)
    except Exception:
        log.exception("submission %s could not be filed", submission.pk)
    # Only a whole transaction answers here: nothing may be acknowledged that will not be committed.
    Submission.objects.only("pk").get(pk=submission.pk)
    return None


def store(
    *, channel: Channel, form_key: UUID, language: str, payload: Mapping[str, Any], at: datetime, claim: Mapping[str, Any] | None = None,
    raw: bytes | None = None, recorded_by: User | None = None, external_id: str | None = None,
) -> Submission:  # fmt: skip
    """Keep what arrived. Raises IntegrityError if this form was stored before; a twin that is under way is waited for."""
    told = {name: value for name, value in (claim or {}).items() if value}
    submission = Submission(
        channel=channel,
        form_key=form_key,
        language=language,
        payload=dict(payload),
        claim=json.dumps(told, ensure_ascii=False) if told else None,
        raw=raw,
        digest=digest_of(payload=payload, claim=told, raw=raw),
        external_id=external_id,
        recorded_by=recorded_by,
        received_at=at,
    )
    submission.save(force_insert=True)
    return submission


@transaction.atomic
def file_stored(*, submission_id: int, at: datetime) -> Complaint:
    """The case of a stored submission, opened now if it was not. Of two at once the second waits and finds it."""
    submission = Submission.objects.select_for_update(of=("self",)).select_related("channel__department").get(pk=submission_id)
    known = Filing.objects.select_related("complaint").filter(submission=submission).first()
    return known.complaint if known else _file(submission, at=at)


@transaction.atomic
def hold_as_failed(*, submission_id: int, at: datetime) -> None:
    """Leave it to a person: the worker has tried long enough."""
    Hold.objects.get_or_create(submission_id=submission_id, defaults={"why": Hold.Why.FAILED, "at": at})


@transaction.atomic  # the savepoint behind which what cannot be understood leaves the stored words alone
def _file(submission: Submission, *, at: datetime) -> Complaint:
    words = submission.payload
    at = reading.moment_of(words, at)
    kind = reading.kind_in(words)
    complaint = filing.file(
        kind=kind,
        story=tidy(words.get("story")),
        demands=reading.demands_in(words),
        complainant=reading.party_in(submission),
        beside=reading.beside_in(submission),
        medium=submission.channel.medium,
        department=reading.reception_for(submission),
        named_unit=reading.named_unit_in(words) if kind == Kind.REPORT else None,
        category=reading.category_in(words),
        own_proposal=tidy(words.get("own_proposal")),
        occurred_on=reading.day_in(words),
        order_number=tidy(words.get("order_number")),
        code_key=code_key_of(submission.form_key),
        by=Actor.COMPLAINANT,
        at=at,
        received_at=submission.received_at,
    )
    questions.answer(complaint=complaint, given=words.get("answers", ()))
    if words.get("slot"):
        reception_days.book_if_free(complaint_id=complaint.pk, slot=words["slot"], at=at)
    Filing.objects.create(submission=submission, complaint=complaint, at=at)
    return complaint


def code_key_of(form_key: UUID) -> str:
    """The key of the tracking code: from the form's key, so that a repeated request hands out the same code without storing it."""
    return salted_hmac("redress.form-key", str(form_key), secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def digest_of(*, payload: Mapping[str, Any], claim: Mapping[str, Any], raw: bytes | None = None) -> str:
    """Keyed digest of what arrived, in one spelling: words, claim and raw form. Without the key nobody can try out what it was."""
    told = json.dumps([payload, claim], ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    whole = told + b"\0" + bytes(raw or b"")  # no NUL stands in such JSON
    return salted_hmac("redress.submission", whole, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def typed_in(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, without the names of files: browsers drop files when a form is sent once more."""
    return {name: value for name, value in payload.items() if name != FILES}
