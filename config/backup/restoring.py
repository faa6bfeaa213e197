"""Puts a backup into an empty place, with all sending held."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from psycopg import sql

from config.backup import archive, keys
from config.backup.making import ATTACHMENTS, DUMP, KEYS
from config.backup.programs import BackupError, Programs, programs_for, server_version

TABLES = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
#: The dump leaves none, and triggers of ours name tables without their schema.
PATH = "SET LOCAL search_path TO public;\n"
BACK = "UPDATE public.complaints_message SET state = 'queued', next_attempt_at = claimed_at, claimed_at = NULL WHERE state = 'sending';\n"
WHY = "restored from a backup"
#: Set by newer programs and unknown to older servers; harmless to leave out.
UNKNOWN_BEFORE_17 = "SET transaction_timeout = 0;\n"


@dataclass(frozen=True)
class Restored:
    made_at: datetime
    files: int


def restore(path: Path, *, at: datetime) -> Restored:
    """Restore everything, or nothing. Raises BackupError when the file is not whole, or the place not empty."""
    listed = archive.checked(path)
    made_at = datetime.fromisoformat(listed["at"])
    _require_empty()
    brought = {name: content.read().decode() for name, content in archive.members(path, KEYS)}
    keys.check(listed["keys"], brought)
    programs = programs_for(server_version(), made_by=int(listed["dumped_by"]))
    kept = keys.own_keys()
    with _attachments(path) as count, tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        keys.put(brought, settings.VAR)
        try:
            _load(programs, path, Path(folder), _hold(at, made_at))
        except BaseException:
            keys.put({file: kept[file] for file in brought}, settings.VAR)
            raise
    return Restored(made_at, count)


def _require_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchone()[0]
    if tables:
        raise BackupError(f"The database {connection.settings_dict['NAME']} has {tables} tables: restore into an empty one.")
    if settings.MEDIA_ROOT.is_dir() and any(settings.MEDIA_ROOT.iterdir()):
        raise BackupError(f"There are files in {settings.MEDIA_ROOT}: restore into an empty folder.")
    connection.close()


@contextmanager
def _attachments(path: Path) -> Iterator[int]:
    """The files where the rows will look for them; taken away again when the rows do not come."""
    root: Path = settings.MEDIA_ROOT
    new, count = root.with_name(f"{root.name}.restoring"), 0
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700, parents=True)
    try:
        for name, content in archive.members(path, ATTACHMENTS):
            if not (new / name).resolve().is_relative_to(new.resolve()):
                raise BackupError(f"This is no backup of ours: {name} leads out of its folder.")
            _keep(content, new / name)
            count += 1
        if root.is_dir():
            root.rmdir()
        new.rename(root)
        yield count
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        if not new.exists() and root.is_dir():
            shutil.rmtree(root)
        raise


def _keep(content: IO[bytes], target: Path) -> None:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as kept:
        shutil.copyfileobj(content, kept)
        kept.flush()
        os.fsync(kept.fileno())


def _load(programs: Programs, path: Path, folder: Path, hold: str) -> None:
    """The whole dump and the hold on sending in one transaction: a worker that is awake already finds nothing, or finds it held."""
    dump, script = folder / DUMP, folder / "database.sql"
    for _name, content in archive.members(path, DUMP):
        _keep(content, dump)
    programs.run("pg_restore", "--no-owner", "--no-privileges", "--file", script, dump)
    if server_version() < 17 <= programs.version:
        _leave_out(script, UNKNOWN_BEFORE_17)
    after = folder / "hold.sql"
    after.write_text(hold, encoding="utf-8")
    connection.close()
    programs.run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file", script, "--file", after)


def _leave_out(script: Path, line: str) -> None:
    """The script without its first line of this text."""
    shorter, found = script.with_suffix(".shorter"), False
    with script.open("rb") as long, shorter.open("wb") as short:
        for each in long:
            if not found and each == line.encode():
                found = True
                continue
            short.write(each)
    shorter.rename(script)


def _hold(at: datetime, made_at: datetime) -> str:
    """The row of `complaints.models.SendingHold`, written by the same programs that write all the others; nothing is being sent here."""
    row: list[Any] = [sql.Literal(value) for value in (WHY, at.isoformat(), made_at.isoformat())]
    connection.ensure_connection()
    statement = sql.SQL("INSERT INTO public.complaints_sendinghold (why, at, backup_at) VALUES ({}, {}, {});\n").format(*row)
    return PATH + statement.as_string(connection.connection) + BACK
