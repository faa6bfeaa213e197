"""How a file of a case is handed out, to staff and to the complainant alike."""

import re

from django.http import FileResponse, Http404

from complaints.models import Attachment

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def download_of(attachment: Attachment) -> FileResponse:
    """Always a download, never shown by the browser inside a page of ours (threats B1, B3); Http404 when the file is gone."""
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = CONTROL.sub("", attachment.name) or str(attachment.pk)
    response = FileResponse(opened, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
