"""Makes a backup while the system goes on working."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from config.backup import archive, files, keys
from config.backup.programs import BackupError, programs_for, server_version

DUMP, ATTACHMENTS, KEYS = "database.dump", "attachments/", "keys/"
#: Files that rows tell of may be examined, and so replaced, between the look at the rows and the look at the disk: then we look again.
TRIES = 20
#: Who was signed in is no part of the record, and must not come back.
LEFT_OUT = ("django_session",)


@dataclass(frozen=True)
class Made:
    path: Path
    bytes: int
    files: int


def make(path: Path, *, with_keys: bool, at: datetime) -> Made:
    """A backup of database, files and keys at `path`. Raises BackupError, also where something lies there already."""
    if path.exists():
        raise BackupError(f"{path} is there already: choose another name.")
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent}.")
    version = server_version()
    programs = programs_for(version)
    facts = {"at": at.isoformat(), "server": version, "dumped_by": programs.version, "keys": keys.fingerprint(keys.own_keys())}
    try:
        with _staging(path.parent) as staging, archive.written(path, lambda: facts) as into:
            with _snapshot(staging / "files") as (name, listed):
                dump = staging / DUMP
                left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
                programs.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", *left_out, "--file", dump)
            _put(into, DUMP, dump)
            for each in listed:
                _put(into, ATTACHMENTS + each, staging / "files" / each)
            for file, value in (keys.own_keys() if with_keys else {}).items():
                into.add_text(KEYS + file, value)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error.strerror or error}") from error
    return Made(path, path.stat().st_size, len(listed))


def _put(into: archive.Writer, name: str, path: Path) -> None:
    with path.open("rb") as content:
        into.add(name, content, os.fstat(content.fileno()).st_size)


@contextmanager
def _staging(beside: Path) -> Iterator[Path]:
    """A folder for links to the files: on their disk, or they could not be links; beside the backup where theirs cannot be written."""
    place = settings.VAR if os.access(settings.VAR, os.W_OK) else beside
    folder = Path(tempfile.mkdtemp(prefix="backup-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _snapshot(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A view of the database that pg_dump shares, and the files its rows tell of, all of them in `folder` by now.

    What was gathered for an earlier view stays gathered: each new look has less to do, and in the end nothing is gone.
    """
    folder.mkdir()
    for _try in range(TRIES):
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                name = cursor.fetchone()[0]
            listed = files.named()
            gone = files.stage(listed, folder)
            if not gone:
                yield name, listed
                return
    raise BackupError(f"A file that a row tells of is missing: {gone[0]}. `manage.py verify` names them all.")
