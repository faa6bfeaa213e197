"""The worker opens what strangers sent, so that nobody else has to: scanned, cleaned, and kept anew under a key of its own.

In this order, so that the worker may die at any point: the attempt is counted and committed; the cleaned file is on the disk; its row
commits; the file as it was sent is deleted. A file no row tells of is swept away within a day (`sweep`).
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any, cast

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F

from complaints.files import bounded, scanner
from complaints.files.verdicts import Cleaned, Reason, Refused
from complaints.models import Attachment, Erasure, Examination, ExaminationAttempt
from complaints.models.examination import cleaned_name
from complaints.services.moments import moment_for
from complaints.services.storing import made_durable

log = logging.getLogger(__name__)

#: A file that ended the worker, or its examination, so often is given up.
MOST_ATTEMPTS = 3
#: Nobody examines a file that was begun this short a time ago: it is being examined, or its failure should pass.
AGAIN_AFTER = timedelta(minutes=2)
#: A file lies for a moment before its row commits.
STRAY_AFTER = timedelta(hours=6)
KEY = re.compile(r"[0-9a-f]{32}")


def examine(*, attachment_id: int, at: datetime) -> Examination | None:
    """Examine one file. None when it was examined before, is being examined, or must be tried again later."""
    claimed = _claim(attachment_id, at)
    if claimed is None:
        return None
    attachment, attempts = claimed
    at = moment_for(attachment.complaint, at)
    with tempfile.TemporaryFile() as cleaned:
        content = cast("IO[bytes]", cleaned)
        try:
            if attempts > MOST_ATTEMPTS:  # it ended the worker each time
                raise Refused(Reason.NOT_EXAMINED)
            return _keep(attachment, content, _cleaned(attachment, content), attempts=attempts, at=at)
        except Refused as refused:
            return _turn_away(attachment, refused, attempts=attempts, at=at)
        except (bounded.Died, scanner.Undecided) as error:
            log.warning("file %s could not be examined: %s", attachment_id, error)
            given_up = attempts >= MOST_ATTEMPTS
            return _turn_away(attachment, Refused(Reason.NOT_EXAMINED), attempts=attempts, at=at) if given_up else None
        except (bounded.NotNow, scanner.Unavailable, OSError) as error:  # not the file's fault
            log.warning("file %s waits to be examined: %s", attachment_id, error)
            ExaminationAttempt.objects.filter(attachment=attachment).update(count=F("count") - 1)
            return None


def sweep(*, at: datetime) -> int:
    """Delete files that no row tells of: left by a process that died, a rolled-back upload, or examined in the meantime; how many."""
    storage, gone = Attachment._meta.get_field("file").storage, 0
    for folder, names in _folders(storage):
        named = [f"{folder}/{name}" for name in names if KEY.fullmatch(name)]
        known = set(Attachment.objects.filter(file__in=named, examination=None).values_list("file", flat=True))
        known |= set(Examination.objects.filter(file__in=named).values_list("file", flat=True))
        for name in named:
            if name not in known and _lies_since(storage, name) < at - STRAY_AFTER:
                storage.delete(name)
                gone += 1
    return gone


def erase_files(*, complaint_id: int) -> None:
    """Delete every file of a case that is being erased, once that is committed; the rows stay with their hashes."""
    attachments = list(Attachment.objects.select_for_update(of=("self",)).filter(complaint_id=complaint_id))
    cleaned = Examination.objects.filter(attachment__complaint=complaint_id, verdict=Examination.Verdict.CLEAN)
    for stored in [*(row.file for row in attachments), *(row.file for row in cleaned)]:
        transaction.on_commit(partial(stored.storage.delete, str(stored.name)))


# --- the parts ------------------------------------------------------------------------------------------------------
def _claim(attachment_id: int, at: datetime) -> tuple[Attachment, int] | None:
    """Take the file for this worker alone; counted and committed before anything touches the file."""
    with transaction.atomic():
        rows = Attachment.objects.unexamined().select_for_update(skip_locked=True, of=("self",))
        attachment: Attachment | None = rows.filter(pk=attachment_id).first()
        if attachment is None:
            return None
        attempt, _new = ExaminationAttempt.objects.get_or_create(attachment=attachment)
        if attempt.last_at and at - AGAIN_AFTER < attempt.last_at <= at:
            return None
        attempt.count, attempt.last_at = attempt.count + 1, at
        attempt.save()
        return attachment, attempt.count


def _cleaned(attachment: Attachment, target: IO[bytes]) -> Cleaned:
    """Scan the file, then clean it into `target`. Raises what is wrong with the file, the scanner or the machine."""
    with tempfile.TemporaryFile() as source:
        with attachment.file.storage.open(str(attachment.file.name)) as stored:
            shutil.copyfileobj(stored, source)
        source.flush()
        if settings.CLAMD_ADDRESS:
            source.seek(0)
            signature = scanner.virus_in(cast("Any", source), settings.CLAMD_ADDRESS)
            if signature:
                raise Refused(Reason.INFECTED, signature)
        return bounded.examined(cast("IO[bytes]", source), target, attachment.media_type)


def _keep(attachment: Attachment, content: IO[bytes], found: Cleaned, *, attempts: int, at: datetime) -> Examination:
    content.seek(0)
    digest = hashlib.file_digest(cast("Any", content), "sha256").hexdigest()
    examination = Examination(
        attachment=attachment, verdict=Examination.Verdict.CLEAN, treatment=str(found.treatment), media_type=found.media_type,
        key=secrets.token_hex(16), size=content.tell(), sha256=digest, attempts=attempts, at=at,
    )  # fmt: skip
    content.seek(0)
    try:
        examination.file.save("", File(content), save=False)
        made_durable(examination.file, at)
        _conclude(examination)
    except BaseException:
        examination.file.storage.delete(cleaned_name(examination, ""))  # no file without its row, no half of one
        raise
    return examination


def _turn_away(attachment: Attachment, refused: Refused, *, attempts: int, at: datetime) -> Examination:
    infected = refused.reason == Reason.INFECTED
    examination = Examination(
        attachment=attachment, verdict=Examination.Verdict.INFECTED if infected else Examination.Verdict.REFUSED,
        reason=str(refused.reason), signature=refused.signature, attempts=attempts, at=at,
    )  # fmt: skip
    _conclude(examination)
    return examination


@transaction.atomic
def _conclude(examination: Examination) -> None:
    """Write the row down; the file as it was sent goes once that is committed. Raises NotNow when the case was erased meanwhile."""
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=examination.attachment_id)
    if Erasure.objects.filter(complaint=attachment.complaint_id).exists():
        raise bounded.NotNow("the case was erased")
    examination.save(force_insert=True)
    ExaminationAttempt.objects.filter(attachment=attachment).delete()
    transaction.on_commit(lambda: attachment.file.storage.delete(str(attachment.file.name)))


def _lies_since(storage: Any, name: str) -> datetime:
    """When a file came to lie there. On a disk of ours its own time is that of its row, which may be hours earlier (`made_durable`)."""
    try:
        found: datetime = storage.get_created_time(name)
    except NotImplementedError:  # such a store knows one time alone, and that is its own
        found = storage.get_modified_time(name)
    return found


def _folders(storage: Any) -> Iterator[tuple[str, list[str]]]:
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        return
    for folder in folders:
        yield folder, storage.listdir(folder)[1]
