"""Messages that people leave on the telephone round the clock: kept as they were recorded, and held until somebody has listened."""

import hashlib
from datetime import datetime
from pathlib import PurePath
from uuid import UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from complaints.services.attachments import checked_type
from intake.models import Channel, Hold, Submission
from intake.queries.arrived import FILES
from intake.services.submit import store

SPACE = UUID("6e0d9d0b-6b1e-4f0c-9a43-0f2f1a5d7c11")


@transaction.atomic
def keep(
    *, channel: Channel, name: str, content: bytes, from_number: str, at: datetime, language: str = "zh-hans"
) -> tuple[Submission, bool]:
    """The held submission of a recorded message, and whether it is new. The same recording brought twice is kept once.

    `at`: when it was recorded. Raises FileRefused when it is no recording.
    """
    # Keyed by the submission's digest; this only tells the same bytes again.
    mark = f"recording:{hashlib.sha256(at.isoformat().encode() + content).hexdigest()}"
    known = Submission.objects.filter(external_id=mark).first()
    if known is not None:
        return known, False
    checked_type(SimpleUploadedFile(name, content))
    plain_name = f"recording{PurePath(name).suffix.lower()}"  # telephone systems put the caller's number into the name
    submission = store(
        channel=channel, form_key=uuid5(SPACE, mark), language=language, payload={FILES: [plain_name]}, claim={"phone": from_number},
        at=at, raw=content, external_id=mark,
    )  # fmt: skip
    Hold.objects.create(submission=submission, why=Hold.Why.RECORDING, at=at)
    return submission, True
