"""The one file of a backup: a tar whose last member lists every other with its SHA-256. What is cut off, or changed, has no true list."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from config.backup.programs import BackupError

FORMAT = 1
LIST = "manifest.json"
CHUNK = 1 << 20


class Writer:
    """Puts members into the archive and remembers their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar, self.hashes = tar, dict[str, str]()

    def add(self, name: str, content: IO[bytes], size: int) -> str:
        """Put in a file as it is read; its SHA-256. Raises BackupError when it ends before its size."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        counted = _Hashing(content)
        try:
            self.tar.addfile(member, cast("IO[bytes]", counted))
        except OSError as error:
            raise BackupError(f"{name} could not be put into the backup: {error}") from error
        self.hashes[name] = counted.digest.hexdigest()
        return self.hashes[name]

    def add_text(self, name: str, text: str) -> None:
        content = text.encode()
        self.add(name, io.BytesIO(content), len(content))


class _Hashing:
    """A file that hashes what is read of it."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.content.read(size)
        self.digest.update(block)
        return block


@contextmanager
def written(path: Path, facts: Callable[[], dict[str, Any]]) -> Iterator[Writer]:
    """A new archive at `path`, readable by its owner alone; it is there whole, or not at all. `facts` go into its list."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar)
                yield writer
                content = json.dumps({"format": FORMAT, **facts(), "sha256": writer.hashes}, indent=1, sort_keys=True).encode()
                writer.add(LIST, io.BytesIO(content), len(content))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _fsync_folder(path.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checked(path: Path) -> dict[str, Any]:
    """The list of an archive whose every member is as it was written. Raises BackupError for any other file."""
    seen, listed = dict[str, str](), None
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                file = tar.extractfile(member)
                if file is None or listed is not None:
                    raise BackupError(f"{path} is no backup of Redress: {member.name}")
                if member.name == LIST:
                    listed = json.load(file)
                else:
                    seen[member.name] = _digest(file)
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BackupError(f"{path} cannot be read as a backup: {error}") from error
    if listed is None:
        raise BackupError(f"{path} is not whole: its end is missing.")
    if listed.get("format") != FORMAT:
        raise BackupError(f"{path} was made by another version: format {listed.get('format')}.")
    wrong = sorted(name for name in seen.keys() | listed["sha256"].keys() if seen.get(name) != listed["sha256"].get(name))
    if wrong:
        raise BackupError(f"{path} is damaged: {wrong[0]} is not as it was written ({len(wrong)} in all).")
    return cast("dict[str, Any]", listed)


def _digest(file: IO[bytes]) -> str:
    return hashlib.file_digest(cast("Any", file), "sha256").hexdigest()


def members(path: Path, under: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Names below a folder of the archive, and their content, in order."""
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.startswith(under) else None
            if file is not None:
                yield member.name.removeprefix(under), file
