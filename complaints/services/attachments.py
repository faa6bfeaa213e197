"""Files: their type is read from their content, their name is only shown, they lie outside the web root."""

from __future__ import annotations

import hashlib
import os
import secrets
import unicodedata
from datetime import datetime

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Attachment, Message
from complaints.models.conversation import stored_name
from complaints.permissions import require
from complaints.services.advance import actor_of, locked
from complaints.services.errors import NotPossible
from complaints.workflow import Actor
from staff.models import User

#: Extension → media type. What a browser could run (HTML, SVG, scripts) is not on the list.
ALLOWED = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "heic": "image/heic",
    "pdf": "application/pdf", "mp3": "audio/mpeg", "m4a": "audio/mp4", "amr": "audio/amr", "wav": "audio/x-wav", "mp4": "video/mp4",
    "doc": "application/msword", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "txt": "text/plain",
}  # fmt: skip
OLD_OFFICE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
CONTAINERS = {"doc": OLD_OFFICE, "xls": OLD_OFFICE, "docx": ZIP, "xlsx": ZIP}
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
    if extension not in ALLOWED:
        raise FileRefused(_("Files of this type are not taken. Send a picture, a PDF, an Office document, a recording or plain text."))
    head = upload.read(8192)
    upload.seek(0)
    if not _is_what_it_says(extension, head):
        raise FileRefused(_("The file is not what its name says."))
    return ALLOWED[extension]


def _is_what_it_says(extension: str, head: bytes) -> bool:
    """Whether the first bytes fit the extension. Office files are told by their container, which the library does not know."""
    if extension in CONTAINERS:
        return head.startswith(CONTAINERS[extension])
    found = filetype.guess(head)
    if extension == "txt":
        return found is None and b"\x00" not in head
    if found is None:
        return False
    kind, expected = found.mime.split("/")[0], ALLOWED[extension].split("/")[0]
    return found.extension == "pdf" if extension == "pdf" else kind == expected


def shown_name(name: str) -> str:
    """The name as it may be shown: no path, no control or direction characters, not endless."""
    plain = "".join(letter for letter in os.path.basename(name.replace("\\", "/")) if unicodedata.category(letter)[0] != "C")  # noqa: PTH119  # a name from outside is no path
    root, extension = os.path.splitext(plain)  # noqa: PTH122  # the same
    return f"{root[:LONGEST_NAME]}{extension[:10]}" or "file"


def attach(*, complaint_id: int, upload: UploadedFile[bytes], by: User | Actor, at: datetime, message: Message | None = None) -> Attachment:
    """Keep a file with a case. Raises FileRefused with what is wrong with it."""
    media_type = checked_type(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    with transaction.atomic():
        case = locked(complaint_id, by)
        if not isinstance(by, Actor):
            require(by, case, "attach", timezone.localdate(at))
        if case.attachments.count() >= settings.ATTACHMENTS_PER_CASE:
            raise FileRefused(_("This case has as many files as it can hold (%(limit)s).") % {"limit": settings.ATTACHMENTS_PER_CASE})
        attachment = Attachment(
            complaint=case, message=message, key=secrets.token_hex(16), name=shown_name(upload.name or ""), media_type=media_type,
            size=upload.size or 0, sha256=digest.hexdigest(), actor=actor_of(by), by=None if isinstance(by, Actor) else by, at=at,
        )  # fmt: skip
        try:
            attachment.file.save(attachment.name, upload, save=False)
            attachment.save(force_insert=True)
        except BaseException:
            attachment.file.storage.delete(stored_name(attachment, ""))  # no file without its row, no half of one
            raise
    return attachment
