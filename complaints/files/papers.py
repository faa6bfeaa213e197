"""Plain text has no room for notes; the old Office formats have, and no kept library takes them out."""

from __future__ import annotations

import shutil
from typing import BinaryIO

from complaints.files.verdicts import Cleaned, Reason, Refused, Treatment

PROGRAM = "_VBA_PROJECT".encode("utf-16-le")
#: The stream that makes a Word or an Excel file of it.
STREAMS = {"application/msword": ("WordDocument",), "application/vnd.ms-excel": ("Workbook", "Book")}


def clean(source: BinaryIO, target: BinaryIO, media_type: str) -> Cleaned:
    """The file as it came. Raises Refused for an old Office file with programs in it, or one that is none."""
    if media_type == "text/plain":
        shutil.copyfileobj(source, target)
        return Cleaned(Treatment.PLAIN, media_type)
    content = source.read()
    if PROGRAM in content:
        raise Refused(Reason.ACTIVE)
    if not any(name.encode("utf-16-le") in content for name in STREAMS[media_type]):
        raise Refused(Reason.NOT_WHAT_IT_SAYS)
    target.write(content)
    return Cleaned(Treatment.AS_RECEIVED, media_type)
