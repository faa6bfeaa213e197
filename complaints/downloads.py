"""How a file of a case is handed out, to staff and to the complainant alike."""

import re
from pathlib import PurePosixPath

from django.conf import settings
from django.http import FileResponse, Http404

from complaints.models import Attachment, Examination

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def download_of(attachment: Attachment) -> FileResponse:
    """The cleaned file, always as a download, never shown by the browser inside a page of ours (threats B1, B3).

    Http404 when the file was not examined yet, was not taken, or is gone.
    """
    examination = attachment.examined
    if examination is None or not examination.is_clean:
        raise Http404
    try:
        opened = examination.file.storage.open(str(examination.file.name), "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=name_of(attachment, examination), content_type="application/octet-stream")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def name_of(attachment: Attachment, examination: Examination) -> str:
    """The name it is saved under: the one it came with, its extension that of what it is now."""
    name = CONTROL.sub("", attachment.name) or str(attachment.pk)
    extension = PurePosixPath(name).suffix.lstrip(".").lower()
    if settings.ATTACHMENT_TYPES.get(extension) == examination.media_type or examination.media_type == attachment.media_type:
        return name
    fitting = next((each for each, media_type in settings.ATTACHMENT_TYPES.items() if media_type == examination.media_type), extension)
    return f"{name.removesuffix(PurePosixPath(name).suffix)}.{fitting}"
