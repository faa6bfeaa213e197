"""What a customer sends is stored first and understood afterwards: once stored, nothing of it can be lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.crypto import salted_hmac

from complaints.models import Complaint, Demand
from complaints.services import filing
from complaints.services.attachments import shown_name
from complaints.services.inputs import DemandInput, PartyInput
from complaints.workflow import Actor
from intake.models import Channel, Filing, Submission
from intake.models.words import tidy
from intake.queries.arrived import FILES


@dataclass(frozen=True)
class Sent:
    """What became of a form: its case, and whether these very words had been sent (False: other words under the same key)."""

    complaint: Complaint
    same_words: bool


def store(*, channel: Channel, form_key: UUID, language: str, payload: Mapping[str, Any], at: datetime) -> Submission:
    """The submission of this form, committed before this returns. A twin that is under way is waited for."""
    with transaction.atomic(durable=True):
        row = Submission(
            channel=channel, form_key=form_key, language=language, payload=dict(payload), digest=digest_of(payload), received_at=at
        )  # fmt: skip
        Submission.objects.bulk_create([row], ignore_conflicts=True)
    found: Submission = Submission.objects.select_related("channel__department").get(form_key=form_key)
    return found


def submit(
    *, channel: Channel, form_key: UUID, language: str, payload: dict[str, Any], at: datetime, files: Sequence[UploadedFile[Any]] = ()
) -> Sent:
    """Store the form and open its case. The same form sent again leads to the same case, with the same tracking code.

    Of `files` the names are stored: should everything die before they are added to the case, staff see which to ask for.
    """
    named = {FILES: [shown_name(file.name or "") for file in files]} if files else {}
    submission = store(channel=channel, form_key=form_key, language=language, payload=payload | named, at=at)
    complaint = file_stored(submission_id=submission.pk, at=at)
    return Sent(complaint, same_words=typed_in(submission.payload) == payload)


@transaction.atomic
def file_stored(*, submission_id: int, at: datetime) -> Complaint:
    """The case of a stored submission, opened now if it was not. Of two at once the second waits and finds it."""
    submission = Submission.objects.select_for_update(of=("self",)).select_related("channel__department").get(pk=submission_id)
    known = Filing.objects.select_related("complaint").filter(submission=submission).first()
    if known:
        return known.complaint
    words = submission.payload
    complaint = filing.file(
        story=tidy(words.get("story")),
        demands=demands_in(words),
        complainant=PartyInput(
            name=tidy(words.get("name")), email=tidy(words.get("email")), phone=tidy(words.get("phone")), language=submission.language
        ),
        medium=submission.channel.medium,
        department=submission.channel.department,
        own_proposal=tidy(words.get("own_proposal")),
        occurred_on=day_in(words),
        order_number=tidy(words.get("order_number")),
        code_key=code_key_of(submission.form_key),
        by=Actor.COMPLAINANT,
        at=at,
    )  # fmt: skip
    Filing.objects.create(submission=submission, complaint=complaint, at=at)
    return complaint


def code_key_of(form_key: UUID) -> str:
    """The key of the tracking code: from the form's key, so that a repeated request hands out the same code without storing it."""
    return salted_hmac("redress.form-key", str(form_key), secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def digest_of(payload: Mapping[str, Any]) -> str:
    """SHA-256 of what arrived, in one spelling."""
    return hashlib.sha256(json.dumps(payload, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def typed_in(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, without the names of files: browsers drop files when a form is sent once more."""
    return {name: value for name, value in payload.items() if name != FILES}


def day_in(payload: Mapping[str, Any]) -> date | None:
    """The day of the event; the form has checked that it is one."""
    typed = tidy(payload.get("occurred_on")).replace("/", "-").replace(".", "-")
    return datetime.strptime(typed, "%Y-%m-%d").date() if typed else None  # noqa: DTZ007 - a day, no time


def demands_in(payload: Mapping[str, Any]) -> list[DemandInput]:
    """The demands: one for each kind chosen; words of their own stand with the kind they can only belong to, else as a demand of their own."""
    kinds = [kind for kind in Demand.Kind.values if kind in payload.get("demands", ())]
    words = tidy(payload.get("demand_words"))
    home = Demand.Kind.OTHER.value
    if words and len(kinds) == 1:
        home = kinds[0]
    elif words and home not in kinds:
        kinds.append(home)
    return [DemandInput(kind=kind, text=words if kind == home else "") for kind in kinds]
