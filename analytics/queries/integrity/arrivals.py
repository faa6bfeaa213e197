"""What came in: every submission became its case, every file is there as its row tells."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from analytics.queries.integrity.violations import Violations, check
from complaints.models import Attachment, Erasure, Examination
from intake.models import Discard, Filing, Submission
from intake.services.submit import digest_of

AT_A_TIME = 2000
#: A worker opens the case of whatever was left over long before this.
FILED_WITHIN = timedelta(minutes=15)
#: A file lies a moment before its row; one that lies a day has none.
STRAY_AFTER = timedelta(hours=24)


def submissions_became_cases() -> Violations:
    """Each submission has its case or waits for a person, and each filing the words of its submission (V1)."""
    result = check("intake_submission", "arrived and never became a case", """
        SELECT s.id FROM intake_submission s LEFT JOIN intake_filing f ON f.submission_id = s.id
        WHERE f.id IS NULL AND s.received_at < %s
          AND NOT EXISTS (SELECT 1 FROM intake_hold h WHERE h.submission_id = s.id)
          AND NOT EXISTS (SELECT 1 FROM intake_discard d WHERE d.submission_id = s.id)
    """, [timezone.now() - FILED_WITHIN])  # fmt: skip
    result += check("intake_filing", "two submissions lead to one case, or it was there before, or somebody else took it down", """
        SELECT c.number FROM intake_filing f JOIN complaints_complaint c ON c.id = f.complaint_id
        JOIN intake_submission s ON s.id = f.submission_id JOIN intake_channel h ON h.id = s.channel_id
        WHERE f.message_id IS NULL
        GROUP BY c.id HAVING count(*) > 1 OR bool_or(c.received_at < s.received_at - interval '1 second')
            OR bool_or(c.recorded_by_id IS DISTINCT FROM s.recorded_by_id
                AND NOT EXISTS (SELECT 1 FROM intake_hold d WHERE d.submission_id = s.id))
    """)  # fmt: skip
    return result


def submissions_untouched() -> Violations:
    """The words that came in are those whose digest was kept."""
    result = Violations()
    emptied = Exists(Discard.objects.filter(submission=OuterRef("pk"))) | Exists(
        Filing.objects.filter(submission=OuterRef("pk"), complaint__erasure__isnull=False)
    )
    rows: QuerySet[Any] = Submission.objects.annotate(may_be_empty=emptied).defer(None).order_by("pk")
    for submission in rows.iterator(chunk_size=AT_A_TIME):
        result.checked += 1
        is_empty = not submission.payload and submission.claim is None and submission.raw is None
        if is_empty and submission.may_be_empty:
            continue
        if digest_of(payload=submission.payload, claim=submission.claimed, raw=submission.raw) != submission.digest:
            result.found.append(f"submission {submission.pk}: its words were changed")
    return result


def attachments_untouched() -> Violations:
    """Every file is there with the size and hash its row tells: as it was sent until it was examined, cleaned afterwards.

    Of a file that was not taken, and of an erased case, nothing is left. No file lies about without its row (V7).
    """
    result = Violations()
    known = set()
    rows = Attachment.objects.select_related("examination").annotate(erased=Exists(Erasure.objects.filter(complaint=OuterRef("complaint"))))
    for attachment in rows.order_by("pk").iterator(chunk_size=AT_A_TIME):
        result.checked += 1
        examined = attachment.examined
        kept = None if attachment.erased or (examined and not examined.is_clean) else (examined or attachment)
        if kept is None:
            continue
        known.add(kept.file.name)
        wrong = _what_is_wrong(kept) and _what_is_wrong_now(attachment)
        if wrong:
            result.found.append(f"attachment {attachment.pk}: {wrong}")
    result.found += [f"{name}: a file without its row" for name in _files() if name not in known]
    return result


def _what_is_wrong_now(attachment: Attachment) -> str:
    """Asked once more with a fresh row: the worker may have examined the file since the first was read."""
    fresh = Attachment.objects.select_related("examination").get(pk=attachment.pk)
    examined = fresh.examined
    return "" if examined and not examined.is_clean else _what_is_wrong(examined or fresh)


def _what_is_wrong(kept: Attachment | Examination) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        with kept.file.storage.open(str(kept.file.name)) as content:
            for chunk in content.chunks():
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        return "its file is gone"
    return "" if (digest.hexdigest(), size) == (kept.sha256, kept.size) else "its file was changed"


def _files() -> Iterator[str]:
    """Names of all files stored longer than a day, where they lie on this machine; the time a file bears is that of its row."""
    storage = Attachment._meta.get_field("file").storage
    if not isinstance(storage, FileSystemStorage) and not hasattr(storage, "location"):
        return
    root, now = Path(storage.location), timezone.now().timestamp()
    for path in root.rglob("*") if root.is_dir() else ():
        if path.is_file() and now - path.stat().st_ctime > STRAY_AFTER.total_seconds():
            yield path.relative_to(root).as_posix()
