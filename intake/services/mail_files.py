"""The files of a mail go to its case one by one: one that is not taken loses nobody the others, nor the words."""

from __future__ import annotations

import logging
import mimetypes
import os
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError

from complaints.models import Message
from complaints.services.attachments import FileRefused, shown_name
from intake.mail.parse import Attached, ParsedMail
from intake.services import converse

log = logging.getLogger(__name__)


def attach_each(*, complaint_id: int, mail: ParsedMail, message: Message | None, at: datetime) -> list[str]:
    """Add the files the case does not have yet (programs send their little pictures with every reply); the names of those not taken.

    The mail is kept as it arrived: what is missing here can be asked for by its name, or read there.
    """
    refused = []
    for attached in mail.attachments:
        upload = SimpleUploadedFile(name_of(attached), attached.content, attached.media_type)
        try:
            converse.attach(complaint_id=complaint_id, files=[upload], message=message, at=at)
        except FileRefused:
            refused.append(upload.name or "")
        except (OSError, DatabaseError) as error:
            log.error("a file of case %s could not be stored: %s", complaint_id, type(error).__name__)  # noqa: TRY400 - no names in logs
            refused.append(upload.name or "")
    return refused


def name_of(attached: Attached) -> str:
    """A name that can be shown and stands for no path, with the ending of the claimed type where there is none."""
    name = shown_name(attached.name).strip(". ") or "file"
    ending = os.path.splitext(name)[1]  # noqa: PTH122 - a name from outside is no path
    return name if ending else name + (mimetypes.guess_extension(attached.media_type) or "")
