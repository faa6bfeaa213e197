"""Files: their type is read from their content, their name is only shown, they lie outside the web root.

What comes in is only stored here. Nobody opens it before the worker has examined it (`services.examinations`).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import unicodedata
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from complaints.files import kinds
from complaints.models import Attachment, Complaint, Message
from complaints.models.conversation import stored_name
from complaints.permissions import require
from complaints.services.advance import actor_of, locked
from complaints.services.errors import NotPossible
from complaints.services.storing import made_durable
from complaints.workflow import Actor
from staff.models import User

LONGEST_NAME = 100


class FileRefused(NotPossible):
    """The file is too large, too many, or of a type that is not taken; the text says which."""


def checked_type(upload: UploadedFile[bytes]) -> str:
    """The media type of an upload, from its content and its extension together. Raises FileRefused."""
    extension = os.path.splitext(upload.name or "")[1].lower().lstrip(".")  # noqa: PTH122  # a name from outside is no path
    if upload.size is None or upload.size > settings.ATTACHMENT_MAX_BYTES:
        raise FileRefused(_("The file is larger than %(limit)s MB.") % {"limit": settings.ATTACHMENT_MAX_BYTES // 1_000_000})
    if upload.size == 0:
        raise FileRefused(_("The file is empty."))
    if extension not in settings.ATTACHMENT_TYPES:
        raise FileRefused(_("Files of this type are not taken. Send a picture, a PDF, an Office document, a recording or plain text."))
    head = upload.read(kinds.HEAD)
    upload.seek(0)
    kind = kinds.kind_of(extension, head)
    if kind is None:
        raise FileRefused(_("The file is not what its name says."))
    media_type: str | None = settings.ATTACHMENT_TYPES.get(kind)
    if media_type is None:
        raise FileRefused(_("Files of this type are not taken. Send a picture, a PDF, an Office document, a recording or plain text."))
    return media_type


def shown_name(name: str) -> str:
    """The name as it may be shown: no path, no control or direction characters, not endless."""
    plain = "".join(letter for letter in os.path.basename(name.replace("\\", "/")) if unicodedata.category(letter)[0] != "C")  # noqa: PTH119  # a name from outside is no path
    root, extension = os.path.splitext(plain)  # noqa: PTH122  # the same
    return f"{root[:LONGEST_NAME]}{extension[:10]}" or "file"


def kept_name(upload: UploadedFile[bytes], case: Complaint, number: int, media_type: str) -> str:
    """The name that is kept: of whoever is protected only a number, for names of files tell names of people."""
    if not case.complainant.is_protected:
        return shown_name(upload.name or "")
    extension = next(name for name, each in settings.ATTACHMENT_TYPES.items() if each == media_type)
    return f"{number}.{extension}"


def attach(*, complaint_id: int, upload: UploadedFile[bytes], by: User | Actor, at: datetime, message: Message | None = None) -> Attachment:
    """Keep a file with a case, as it was sent, until the worker examines it. Raises FileRefused with what is wrong with it."""
    media_type = checked_type(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    with transaction.atomic():
        case = locked(complaint_id, by)
        if not isinstance(by, Actor):
            require(by, case, "attach", timezone.localdate(at))
        if case.is_erased:
            raise FileRefused(_("This case has been erased: nothing more is done with it."))
        number = _number(case, by)
        attachment = Attachment(
            complaint=case, message=message, key=secrets.token_hex(16), name=kept_name(upload, case, number, media_type), media_type=media_type,
            size=upload.size or 0, sha256=digest.hexdigest(), actor=actor_of(by), by=None if isinstance(by, Actor) else by, at=at,
        )  # fmt: skip
        try:
            attachment.file.save("", upload, save=False)
            made_durable(attachment.file, at)
            attachment.save(force_insert=True)
        except BaseException:
            attachment.file.storage.delete(stored_name(attachment, ""))  # no file without its row, no half of one
            raise
        async_task("complaints.tasks.examine_attachments")  # a nudge that is rolled back with the row; the row is the truth
    return attachment


def _number(case: Complaint, by: User | Actor) -> int:
    """The number of the next file of this case. Raises FileRefused when the customer, or the staff, have given as many as there is room for."""
    of_staff = not isinstance(by, Actor)
    limit = settings.STAFF_ATTACHMENTS_PER_CASE if of_staff else settings.ATTACHMENTS_PER_CASE
    given = case.attachments.values_list("actor", flat=True)
    if sum((actor == Actor.STAFF) == of_staff for actor in given) >= limit:
        raise FileRefused(_("This case has as many files as it can hold (%(limit)s).") % {"limit": limit})
    return len(given) + 1
