"""The worker examines each file once: clean, infected or refused; whatever dies, nothing is lost, nothing is open too early."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone, translation

from analytics.queries.integrity import CHECKS
from complaints import tasks
from complaints.files import bounded, scanner
from complaints.models import Attachment, Examination, ExaminationAttempt
from complaints.services import attachments, erasure, examinations, messages
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Mode, Step
from config.work.first_page import work_for
from config.work.pile import Row
from tests.clamd import Scanner
from tests.factories.cases import Office, Walk
from tests.factories.files import CANARY, EICAR, docx, examine_all, mp3, mp4, pdf, picture, upload, xlsx

pytestmark = pytest.mark.django_db

Reason, Verdict = Examination.Reason, Examination.Verdict


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def walk(office: Office) -> Walk:
    return Walk(office, timezone.now() - timedelta(hours=1))


def kept(walk: Walk, name: str = "a.txt", content: bytes = b"words") -> Attachment:
    return attachments.attach(complaint_id=walk.case.pk, upload=upload(name, content), by=Actor.COMPLAINANT, at=timezone.now())


def stored(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def examine(attachment: Attachment, at: datetime) -> Examination | None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return examinations.examine(attachment_id=attachment.pk, at=at)


def whole() -> list[str]:
    return CHECKS["attachments are as they came"]().found


def warned(walk: Walk) -> list[Row]:
    """What stands before the agent under “files that could not be taken”."""
    with translation.override("en"):
        piles = work_for(walk.office.agent, timezone.now() + timedelta(minutes=1))
        return [row for pile in piles if str(pile.title).startswith("Files that") for row in pile.rows]


# --- what becomes of a file ---------------------------------------------------------------------------------------------------
def test_a_clean_file_is_kept_anew_and_the_one_that_was_sent_is_gone(walk: Walk, store: Path) -> None:
    attachment = kept(walk, "a.png", picture())
    assert [path.name for path in stored(store)] == [attachment.key]
    assert whole() == []

    assert examine_all() == 1

    row = Examination.objects.get(attachment=attachment)
    assert (row.verdict, row.treatment, row.media_type, row.attempts) == (Verdict.CLEAN, "re_encoded", "image/png", 1)
    assert [path.name for path in stored(store)] == [row.key]
    assert row.key != attachment.key
    assert whole() == []
    assert not ExaminationAttempt.objects.exists()
    assert examine_all() == 0


def test_i3_nothing_of_what_was_not_meant_is_left_in_the_store_or_the_tables(office: Office, store: Path) -> None:
    walk = Walk(office, timezone.now(), complainant=PartyInput(mode=Mode.ANONYMOUS))
    for name, content in (
        (f"{CANARY}.jpg", picture("JPEG")), ("b.png", picture()), ("c.heic", picture("HEIF")), ("d.pdf", pdf()), ("e.docx", docx()),
        ("f.xlsx", xlsx()), ("g.mp3", mp3()), ("h.mp4", mp4()),
    ):  # fmt: skip
        kept(walk, name, content)

    assert examine_all() == 8

    assert {row.verdict for row in Examination.objects.all()} == {Verdict.CLEAN}
    assert not [path for path in stored(store) if CANARY.encode() in path.read_bytes()]
    assert CANARY not in str(list(Attachment.objects.values())) + str(list(Examination.objects.values()))
    assert len(stored(store)) == 8


def test_a_file_that_is_not_taken_leaves_nothing_behind_but_its_reason(walk: Walk, store: Path) -> None:
    attachment = kept(walk, "a.docx", docx(**{"word/vbaProject.bin": b"x"}))

    examine_all()

    row = Examination.objects.get(attachment=attachment)
    assert (row.verdict, row.reason) == (Verdict.REFUSED, Reason.ACTIVE)
    assert stored(store) == []
    assert whole() == []


def test_the_examination_is_evidence(walk: Walk) -> None:
    kept(walk)
    examine_all()
    row = Examination.objects.get()

    for change in ({"verdict": "refused"}, {"sha256": "0" * 64}, {"file": "x"}):
        with pytest.raises(Exception, match="complaints_examination"), transaction.atomic():
            Examination.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Exception, match="complaints_examination"), transaction.atomic():
        row.delete()


def test_no_row_says_clean_without_a_file(walk: Walk) -> None:
    attachment = kept(walk)

    with pytest.raises(IntegrityError, match="examination_clean_has_its_file"), transaction.atomic():
        Examination.objects.create(attachment=attachment, verdict=Verdict.CLEAN, treatment="plain", at=timezone.now())


def test_an_upload_wakes_the_worker_and_a_rolled_back_one_does_not(walk: Walk) -> None:
    from django_q.models import OrmQ

    def nudges() -> int:
        return sum(queued.func() == "complaints.tasks.examine_attachments" for queued in OrmQ.objects.all())

    with transaction.atomic():
        kept(walk)
        transaction.set_rollback(True)
    assert nudges() == 0

    kept(walk)

    assert nudges() == 1


def test_staff_are_warned_until_they_have_written_to_the_customer(walk: Walk) -> None:
    walk.apologize()
    kept(walk, "a.png", picture()[:60])
    assert warned(walk) == []

    examine_all()
    assert len(warned(walk)) == 1

    later = timezone.now() + timedelta(seconds=1)
    messages.write(complaint_id=walk.case.pk, by=walk.office.agent, at=later, text="Please send the photograph again.")
    assert warned(walk) == []


def test_staff_see_a_file_that_waits_for_long(walk: Walk) -> None:
    attachments.attach(complaint_id=walk.case.pk, upload=upload("a.txt", b"words"), by=Actor.COMPLAINANT, at=walk.at)

    assert [row.text for row in warned(walk)] == [f"{walk.case.number} a.txt"]


# --- the scanner (B12, K13) ---------------------------------------------------------------------------------------------------
def test_b12_malware_is_turned_away_and_staff_are_warned(walk: Walk, settings: Any, store: Path) -> None:
    attachment = kept(walk, "a.txt", EICAR)
    with Scanner() as scanning:
        settings.CLAMD_ADDRESS = scanning.address
        examine_all()

    row = Examination.objects.get(attachment=attachment)
    assert (row.verdict, row.reason, row.signature) == (Verdict.INFECTED, Reason.INFECTED, "Eicar-Signature")
    assert stored(store) == []
    assert scanning.scanned == [EICAR]
    assert [row.text for row in warned(walk)] == [f"{walk.case.number} a.txt"]


def test_b12_what_the_scanner_saw_is_what_was_sent(walk: Walk, settings: Any) -> None:
    sent = picture("JPEG", (1200, 900))
    kept(walk, "a.jpg", sent)
    with Scanner() as scanning:
        settings.CLAMD_ADDRESS = scanning.address
        examine_all()

    assert scanning.scanned == [sent]
    assert Examination.objects.get().is_clean


@pytest.mark.parametrize("answer", ["", "stream: OK and more", "nonsense"])
def test_b12_k13_an_odd_answer_is_no_clean_bill(walk: Walk, settings: Any, answer: str) -> None:
    kept(walk)
    with Scanner() as scanning:
        settings.CLAMD_ADDRESS, scanning.answer = scanning.address, answer
        examine_all()

    assert not Examination.objects.exists()


def test_b12_k13_while_the_scanner_is_down_nothing_is_open_and_nothing_is_given_up(walk: Walk, settings: Any, store: Path) -> None:
    attachment = kept(walk)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{taken.getsockname()[1]}"
    now = timezone.now()
    for hour in range(10):
        assert examine(attachment, now + timedelta(hours=hour)) is None
    assert len(stored(store)) == 1
    assert whole() == []

    with Scanner() as scanning:
        settings.CLAMD_ADDRESS = scanning.address
        row = examine(attachment, now + timedelta(hours=11))

    assert row
    assert row.is_clean


def test_a_file_the_scanner_cannot_look_at_is_given_up_after_three_times(walk: Walk, settings: Any) -> None:
    attachment = kept(walk)
    now = timezone.now()
    with Scanner() as scanning:
        settings.CLAMD_ADDRESS, scanning.answer = scanning.address, "stream: Can't allocate memory ERROR"
        found = [examine(attachment, now + timedelta(hours=hour)) for hour in range(4)]

    assert [row.reason if row else None for row in found] == [None, None, Reason.NOT_EXAMINED, None]


def test_the_scanner_may_listen_at_a_path(tmp_path: Path) -> None:
    with pytest.raises(scanner.Unavailable), (tmp_path / "x").open("w+b") as content:
        scanner.virus_in(content, str(tmp_path / "clamd.sock"))
    with pytest.raises(scanner.Unavailable), (tmp_path / "x").open("w+b") as content:
        scanner.virus_in(content, "localhost")


# --- what dies on the way -----------------------------------------------------------------------------------------------------
def test_a_file_that_ends_its_examination_is_given_up_and_a_person_sees_it(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    attachment = kept(walk, "a.png", picture())

    def dies(*_files: Any) -> Any:
        raise bounded.Died("killed")

    monkeypatch.setattr(bounded, "examined", dies)
    now = timezone.now()
    found = [examine(attachment, now + timedelta(minutes=minutes)) for minutes in (0, 1, 3, 6)]

    assert [row and row.reason for row in found] == [None, None, None, Reason.NOT_EXAMINED]  # a minute later it still rests
    assert stored(store) == []
    assert "file" in str(walk.office.agent) or any(
        pile.count and walk.case.number in pile.rows[0].text for pile in work_for(walk.office.agent, now)
    )


def test_a_file_that_ends_the_worker_itself_is_not_tried_for_ever(walk: Walk) -> None:
    attachment = kept(walk)
    now = timezone.now()
    ExaminationAttempt.objects.create(attachment=attachment, count=examinations.MOST_ATTEMPTS, last_at=now - timedelta(minutes=5))

    row = examine(attachment, now)

    assert row
    assert row.reason == Reason.NOT_EXAMINED


def test_where_nothing_can_be_examined_no_file_is_blamed(walk: Walk, monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    attachment = kept(walk)
    monkeypatch.setattr(bounded, "ROOT", Path("/"))  # the program of the examination is not there
    now = timezone.now()

    for hour in range(6):
        assert examine(attachment, now + timedelta(hours=hour)) is None

    assert len(stored(store)) == 1
    assert ExaminationAttempt.objects.get().count == 0


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """As on a disk where no file can grow beyond `size`: writing more fails half-way."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_k9_a_full_disk_refuses_an_upload_and_leaves_no_half_of_it(walk: Walk, store: Path) -> None:
    with room_for(1_000), pytest.raises(OSError, match="File too large"):
        kept(walk, "a.txt", b"x" * 200_000)

    assert stored(store) == []
    assert not Attachment.objects.exists()


def test_k9_a_full_disk_puts_the_examination_off_and_loses_nothing(walk: Walk, store: Path) -> None:
    attachment = kept(walk, "a.txt", b"x" * 200_000)

    with room_for(1_000):
        assert examine(attachment, timezone.now()) is None

    assert [path.name for path in stored(store)] == [attachment.key]
    assert ExaminationAttempt.objects.get().count == 0
    assert whole() == []
    row = examine(attachment, timezone.now() + timedelta(minutes=5))
    assert row
    assert row.is_clean


def test_k9_no_half_of_a_cleaned_file_is_left(walk: Walk, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attachment = kept(walk, "a.txt", b"x" * 200_000)
    writing = FileSystemStorage._save  # type: ignore[attr-defined]  # Django's own hook for stores

    def full(*arguments: Any) -> Any:
        with room_for(1_000):
            return writing(*arguments)

    monkeypatch.setattr(FileSystemStorage, "_save", full)

    assert examine(attachment, timezone.now()) is None
    assert [path.name for path in stored(store)] == [attachment.key]


def test_two_workers_examine_a_file_once(walk: Walk) -> None:
    attachment = kept(walk)
    now = timezone.now()

    assert examine(attachment, now) is not None
    assert examine(attachment, now) is None
    assert Examination.objects.count() == 1


def test_one_bad_file_holds_up_no_other(walk: Walk, store: Path) -> None:
    lost = kept(walk)
    (store / str(lost.file.name)).unlink()
    kept(walk, "b.png", picture()[:50])
    kept(walk, "c.txt")

    assert tasks.examine_attachments() == 2
    assert Examination.objects.filter(verdict=Verdict.CLEAN).count() == 1


# --- what lies about ------------------------------------------------------------------------------------------------------------
def test_b13_files_without_a_row_are_swept_and_all_others_stay(walk: Walk, store: Path) -> None:
    waiting, done = kept(walk), kept(walk, "b.txt")
    examine(done, timezone.now())
    as_sent = store / str(done.file.name)  # as if the worker had died before it deleted this one
    stray = store / "ab" / ("ab" * 16)
    for path in (as_sent, stray):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    foreign = store / "ab" / "README"
    foreign.write_bytes(b"not ours")

    assert examinations.sweep(at=timezone.now()) == 0  # a file lies for a moment before its row
    assert examinations.sweep(at=timezone.now() + timedelta(hours=7)) == 2

    done.refresh_from_db()
    assert done.examined
    assert {path.name for path in stored(store)} == {waiting.key, done.examined.key, "README"}


def test_b13_a_file_of_an_old_mail_is_not_swept_before_its_row_is_there(walk: Walk, store: Path) -> None:
    day = timezone.now() - timedelta(days=1)
    attachments.attach(complaint_id=walk.case.pk, upload=upload("a.txt", b"words"), by=Actor.COMPLAINANT, at=day)
    (path,) = stored(store)
    stray = path.with_name("cd" * 16)
    stray.write_bytes(b"its row is about to commit")
    os.utime(stray, (day.timestamp(), day.timestamp()))

    assert examinations.sweep(at=timezone.now()) == 0
    assert len(stored(store)) == 2
    assert whole() == []


def test_b13_an_empty_store_is_swept_too(walk: Walk) -> None:
    assert examinations.sweep(at=timezone.now()) == 0


def test_i10_an_erased_case_keeps_its_rows_and_none_of_its_files(walk: Walk, store: Path) -> None:
    done, waiting = kept(walk), kept(walk, "b.txt")
    examine(done, timezone.now())
    walk.to(Step.CLOSED)
    with TestCase.captureOnCommitCallbacks(execute=True):
        erasure.erase(complaint_id=walk.case.pk, reason="years", by=Actor.SYSTEM, at=timezone.now() + timedelta(days=1))

    assert stored(store) == []
    assert whole() == []
    assert examine(waiting, timezone.now() + timedelta(days=2)) is None
    assert Attachment.objects.count() == 2
