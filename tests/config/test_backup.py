"""K11: a backup made while people write, restored elsewhere: rows, files, hashes, sequences all match, and nothing is sent by itself."""

from __future__ import annotations

import io
import os
import secrets
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone
from psycopg import sql

from complaints import outbox
from complaints.models import Attachment
from complaints.services import attachments, examinations
from complaints.workflow import Actor
from config.backup import archive, making, restoring
from config.backup.programs import BackupError
from config.places import BASE
from tests.factories.cases import Office, Walk
from tests.factories.files import picture, upload

SEQUENCES = """
    SELECT s.relname, t.relname, a.attname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE s.relkind = 'S'
"""


@dataclass
class Place:
    """An empty database and an empty folder."""

    database: str
    var: Path

    def manage(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        host = quote(str(connection.settings_dict["HOST"]), safe="/")
        given = os.environ.get("TEST_DATABASE_URL", "")
        url = f"{given.rsplit('/', 1)[0]}/{self.database}" if given else f"postgres://redress@/{host}/{self.database}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = kept | {"REDRESS_VAR": str(self.var), "DATABASE_URL": url, "PYTHONWARNINGS": "ignore", "DATABASE_POOL": "0"} | more
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=300, check=False)

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(**parameters(self.database), autocommit=True)


def parameters(database: str) -> dict[str, Any]:
    return {key: value for key, value in connection.get_connection_params().items() if key in ("host", "port", "user", "password")} | {
        "dbname": database
    }


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    name = f"restored_{secrets.token_hex(4)}"
    with psycopg.connect(**parameters("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(sql.Identifier(name)))
    var = tmp_path / "new"
    var.mkdir()
    (var / "secret_key").write_text("a fresh key that make setup made for an empty place, never used")
    yield Place(name, var)
    with psycopg.connect(**parameters("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def number_in(there: psycopg.Connection[Any], table: str) -> int:
    row = there.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


class Writers:
    """People who file, attach and have their files examined, until they are told to stop."""

    def __init__(self) -> None:
        self.ended, self.filed, self.failed = threading.Event(), threading.Semaphore(0), list[BaseException]()
        self.threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Returns once some cases are there."""
        office = Office.found()
        self.threads = [threading.Thread(target=self._work, args=(office,)) for _each in range(2)]
        for thread in self.threads:
            thread.start()
        for _each in range(4):
            assert self.filed.acquire(timeout=120)

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=60)
        assert self.failed == []

    def _work(self, office: Office) -> None:
        try:
            while not self.ended.is_set():
                self._file(office)
                self.filed.release()
        except BaseException as error:  # noqa: BLE001 - the thread's error is the test's
            self.failed.append(error)
            self.filed.release()
        finally:
            connection.close()

    def _file(self, office: Office) -> None:
        case = Walk(office, timezone.now()).case
        for number in range(2):
            one = upload(f"{number}.png", picture())
            sent = attachments.attach(complaint_id=case.pk, upload=one, by=Actor.COMPLAINANT, at=timezone.now())
            if number:
                examinations.examine(attachment_id=sent.pk, at=timezone.now())


@pytest.fixture
def writers(store: Path) -> Iterator[Writers]:
    people = Writers()
    yield people
    people.end()


@pytest.mark.django_db(transaction=True)
def test_k11_a_backup_made_while_people_write_comes_back_whole(place: Place, writers: Writers, tmp_path: Path, settings: Any) -> None:
    writers.begin()
    assert len(outbox.claim(timezone.now(), 1)) == 1  # one is being sent just now
    made = making.make(tmp_path / "redress.backup", with_keys=True, at=timezone.now())
    assert made.files >= 8
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*unfinished"))

    done = place.manage("restore", str(made.path))
    assert done.returncode == 0, done.stderr
    checked = place.manage("verify")

    assert checked.returncode == 0, checked.stdout
    assert "0 violations" in checked.stdout.splitlines()[-1]
    assert len([path for path in (place.var / "attachments").rglob("*") if path.is_file()]) == made.files
    assert (place.var / "secret_key").read_text() == configured.SECRET_KEY
    with place.connect() as there:
        assert number_in(there, "complaints_complaint") >= 4
        assert number_in(there, "complaints_attachment") >= 8
        assert number_in(there, "django_session") == 0
        assert there.execute("SELECT count(*) FROM complaints_message WHERE state = 'sending'").fetchone() == (0,)
        assert there.execute("SELECT why, released_at FROM complaints_sendinghold").fetchall() == [("restored from a backup", None)]
        for sequence, table, column in there.execute(SEQUENCES).fetchall():
            highest = there.execute(sql.SQL("SELECT max({}) FROM {}").format(sql.Identifier(column), sql.Identifier(table))).fetchone()
            following = there.execute(sql.SQL("SELECT nextval({})").format(sql.Literal(sequence))).fetchone()
            assert highest is not None
            assert following is not None
            assert highest[0] is None or following[0] > highest[0], sequence

    again = place.manage("restore", str(made.path))
    assert again.returncode != 0
    assert "empty" in again.stderr


@pytest.mark.django_db(transaction=True)
def test_k11_a_backup_that_is_cut_off_or_changed_is_refused_and_leaves_the_place_empty(place: Place, store: Path, tmp_path: Path) -> None:
    case = Walk(Office.found(), timezone.now()).case
    attachments.attach(complaint_id=case.pk, upload=upload("a.png", picture()), by=Actor.COMPLAINANT, at=timezone.now())
    whole = making.make(tmp_path / "whole", with_keys=False, at=timezone.now()).path
    cut, changed = tmp_path / "cut", tmp_path / "changed"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    content = bytearray(whole.read_bytes())
    with tarfile.open(whole) as tar:
        member = next(each for each in tar if each.name.startswith(making.ATTACHMENTS))
    content[member.offset_data + 5] ^= 1
    changed.write_bytes(content)

    for damaged in (cut, changed, tmp_path / "none"):
        with pytest.raises(BackupError):
            archive.checked(damaged)
    with pytest.raises(BackupError, match="there already"):
        making.make(whole, with_keys=False, at=timezone.now())

    done = place.manage("restore", str(changed))
    assert done.returncode != 0
    assert "damaged" in done.stderr
    other = place.manage("restore", str(whole))
    assert "SECRET_KEY" in other.stderr
    assert not (place.var / "attachments").exists()
    with place.connect() as there:
        assert there.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)

    assert place.manage("restore", str(whole), SECRET_KEY=configured.SECRET_KEY).returncode == 0


@pytest.mark.django_db(transaction=True)
def test_k11_a_file_that_is_replaced_meanwhile_is_looked_for_again(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """K11: between the look at the rows and the look at the disk the worker examined the file, which replaces it."""
    case = Walk(Office.found(), timezone.now()).case
    sent = attachments.attach(complaint_id=case.pk, upload=upload("a.png", picture()), by=Actor.COMPLAINANT, at=timezone.now())
    from config.backup import files

    real, looks = files.stage, list[int]()

    def examined() -> None:
        examinations.examine(attachment_id=sent.pk, at=timezone.now())
        connection.close()

    def slow(names: list[str], folder: Path) -> list[str]:
        looks.append(len(names))
        if len(looks) == 1:
            worker = threading.Thread(target=examined)
            worker.start()
            worker.join()
        return real(names, folder)

    monkeypatch.setattr(files, "stage", slow)
    made = making.make(tmp_path / "backup", with_keys=True, at=timezone.now())

    assert looks == [1, 1]
    kept = Attachment.objects.select_related("examination").get()
    assert archive.checked(made.path)["sha256"][making.ATTACHMENTS + kept.examination.file.name] == kept.examination.sha256


def test_a_backup_whose_files_lead_out_of_their_folder_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "new" / "attachments"
    content = b"import os"
    with archive.written(tmp_path / "forged.tar", dict) as writer:
        writer.add(f"{making.ATTACHMENTS}../../evil.py", io.BytesIO(content), len(content))
    with pytest.raises(BackupError, match="leads out"), restoring._attachments(tmp_path / "forged.tar"):
        pass
    assert not (tmp_path / "evil.py").exists()
    assert not settings.MEDIA_ROOT.exists()
