"""`manage.py ingest_recording FILE --from-number 138… --at 2026-03-02T22:15`: a message somebody left on the telephone."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints.services.attachments import FileRefused
from intake.services import channels, recordings
from staff.models import Company


class Command(BaseCommand):
    help = "Keep a recorded telephone message and hold it until somebody has listened. The telephone system calls this for each message."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the recording: mp3, m4a, amr or wav")
        parser.add_argument("--from-number", default="", help="the caller's number, if it was shown")
        parser.add_argument("--at", default="", help="when it was recorded, ISO 8601; without a zone in the company's time; default: now")

    def handle(self, *_args: Any, file: Path, from_number: str, at: str, **_options: Any) -> None:
        channel = channels.named("voicemail")
        if channel is None:
            msg = "There is no channel “voicemail” in use: add one in the back office."
            raise CommandError(msg)
        if not file.is_file():
            msg = f"There is no file {file}."
            raise CommandError(msg)
        if file.stat().st_size > settings.ATTACHMENT_MAX_BYTES:
            msg = f"{file} is larger than {settings.ATTACHMENT_MAX_BYTES // 1_000_000} MB."
            raise CommandError(msg)
        try:
            submission, new = recordings.keep(
                channel=channel, name=file.name, content=file.read_bytes(), from_number=from_number.strip()[:40], at=_moment(at)
            )
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"kept as submission {submission.pk}" if new else f"known already as submission {submission.pk}")


def _moment(text: str) -> datetime:
    if not text:
        return timezone.now()
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        msg = f"“{text}” is no time; write it like 2026-03-02T22:15."
        raise CommandError(msg)
    return timezone.make_aware(moment, ZoneInfo(Company.current().time_zone)) if timezone.is_naive(moment) else moment
