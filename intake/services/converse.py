"""What the customer sends to the case from the tracking page."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint, Message
from complaints.services import attachments, messages
from complaints.services.moments import moment_for
from complaints.workflow import Actor, Medium
from intake.services import limits

log = logging.getLogger(__name__)

#: The same words within this time are a button pressed twice.
TWICE = timedelta(minutes=10)


@transaction.atomic
def write(*, complaint_id: int, text: str, files: Sequence[UploadedFile[Any]], at: datetime) -> None:
    """Add a message and its files to the case. What was sent a moment ago is not added again."""
    Complaint.objects.select_for_update(of=("self",)).get(pk=complaint_id)
    message = _said_already(complaint_id, text, at)
    if text and message is None:
        message = messages.receive(complaint_id=complaint_id, text=text, medium=Medium.WEB, by=Actor.COMPLAINANT, at=at)
    attach(complaint_id=complaint_id, files=files, message=message, at=at)


@transaction.atomic
def attach(*, complaint_id: int, files: Sequence[UploadedFile[Any]], message: Message | None = None, at: datetime) -> None:
    """Add files the customer has not given to this case before."""
    if not files:
        return
    at = moment_for(Complaint.objects.select_related("complainant").get(pk=complaint_id), at)
    known = set(Attachment.objects.filter(complaint_id=complaint_id, actor=Actor.COMPLAINANT).values_list("sha256", flat=True))
    for upload in files:
        if hash_of(upload) not in known:
            attachments.attach(complaint_id=complaint_id, upload=upload, message=message, by=Actor.COMPLAINANT, at=at)


def attach_each(*, complaint_id: int, files: Sequence[UploadedFile[Any]], at: datetime, address: str = "") -> list[str]:
    """Add files one by one, each counted where an `address` is given; what to tell the customer about those that could not be added. A full disk loses a file, never the complaint."""
    problems = []
    for upload in files:
        try:
            if address:
                limits.count(limits.Act.UPLOAD, address=address, at=at)
            attach(complaint_id=complaint_id, files=[upload], at=at)
        except attachments.FileRefused as error:
            problems.append(f"{attachments.shown_name(upload.name or '')}: {error}")
        except limits.TooOften:
            why = _("Very many files have just come from your connection. Please send this one later.")
            problems.append(f"{attachments.shown_name(upload.name or '')}: {why}")
        except (OSError, DatabaseError, limits.CannotCount):
            log.exception("a file of case %s could not be stored", complaint_id)
            why = _("We could not store this file just now.")  # a name of its own: makemessages does not look into f-strings
            problems.append(f"{attachments.shown_name(upload.name or '')}: {why}")
    return problems


def hash_of(upload: UploadedFile[Any]) -> str:
    """SHA-256 of an upload, which can be read again afterwards."""
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    upload.seek(0)
    return found.hexdigest()


def _said_already(complaint_id: int, text: str, at: datetime) -> Message | None:
    inbound = Message.objects.filter(complaint_id=complaint_id, direction=Message.Direction.IN, at__gt=at - TWICE).order_by("-at", "-pk")
    newest: Message | None = inbound.first()
    return newest if newest and text and newest.text == text else None
