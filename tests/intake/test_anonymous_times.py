"""I6: of what an anonymous complainant does, the hour is kept and no minute: in no row of theirs, nor as the time of a file."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Attachment, Complaint, Examination, Message, Party, StepChange
from complaints.services import examinations
from complaints.services.moments import moment_for
from intake.models import Submission
from intake.services import channels, converse, reading, submit
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    office = Office.found()
    channels.seed()
    return office


def filed(now: datetime, mode: str) -> Complaint:
    channel = channels.web()
    assert channel is not None
    payload: dict[str, Any] = {"story": "仓库把过期的货重新贴了标签。", "demands": ["improvement"], "mode": mode, "kind": "complaint"}
    claim = {} if mode == "anonymous" else {"phone": "13800138000"}
    submission = submit.store(
        channel=channel, form_key=uuid4(), language="zh-hans", payload=payload, claim=claim, at=reading.moment_of(payload, now)
    )
    return submit.file_stored(submission_id=submission.pk, at=now)


def test_i6_filing_writing_and_files_are_known_to_the_hour(office: Office, now: datetime) -> None:
    minute = now + timedelta(minutes=17, seconds=43)
    case = filed(minute, "anonymous")
    later = minute + timedelta(hours=2, minutes=3)
    upload = SimpleUploadedFile("证据.txt", "仓库照片说明".encode())
    converse.write(complaint_id=case.pk, text="补充一点。", files=[upload], at=moment_for(case, later))
    attachment = Attachment.objects.get()
    stored = Path(attachment.file.path).stat().st_mtime
    examinations.examine(attachment_id=attachment.pk, at=later + timedelta(seconds=9))

    times = [
        *Submission.objects.values_list("received_at", flat=True), case.received_at, *StepChange.objects.values_list("at", flat=True),
        *Message.objects.filter(direction="in").values_list("at", flat=True), attachment.at, *Examination.objects.values_list("at", flat=True),
        *Party.history.values_list("history_date", flat=True), *Complaint.history.values_list("history_date", flat=True),
        datetime.fromtimestamp(stored, tz=now.tzinfo), datetime.fromtimestamp(Path(Examination.objects.get().file.path).stat().st_mtime, tz=now.tzinfo),
    ]  # fmt: skip
    assert {(moment.minute, moment.second, moment.microsecond) for moment in times} == {(0, 0, 0)}


def test_whoever_gives_their_name_is_known_to_the_minute(office: Office, now: datetime) -> None:
    minute = now + timedelta(minutes=17)
    assert filed(minute, "real_name").received_at == minute


def test_the_record_never_runs_backwards(office: Office, now: datetime) -> None:
    """A word in the same hour as a step of the staff comes after it."""
    case = filed(now, "anonymous")
    step = StepChange.objects.get(complaint=case)
    assert moment_for(case, now + timedelta(minutes=5)) >= step.at
