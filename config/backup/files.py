"""The files that rows name, gathered so that every one a snapshot of the database tells of is there."""

import os
import shutil
from pathlib import Path

from complaints.models import Attachment, Erasure, Examination


def stage(names: list[str], folder: Path) -> list[str]:
    """Put these files into `folder`, as links where they can be linked; the names of those that are gone."""
    storage, gone = Attachment._meta.get_field("file").storage, list[str]()
    for name in names:
        target = folder / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _copy(storage, name, target)
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            gone.append(name)
    return gone


def _copy(storage: object, name: str, target: Path) -> None:
    """A file is never written again under its name: a link to it stays what it was, even when the name is deleted."""
    try:
        os.link(storage.path(name), target)  # type: ignore[attr-defined]  # of Django's storages, which share no type
    except NotImplementedError:  # it lies on no disk of ours
        with storage.open(name) as stored, target.open("wb") as kept:  # type: ignore[attr-defined]  # the same
            shutil.copyfileobj(stored, kept)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without links
        shutil.copyfile(storage.path(name), target)  # type: ignore[attr-defined]  # the same


def named() -> list[str]:
    """The files that rows tell of now: as they were sent until they are examined, then the cleaned ones; of erased cases none."""
    erased = Erasure.objects.values("complaint")
    sent = Attachment.objects.filter(examination=None).exclude(complaint__in=erased).values_list("file", flat=True)
    cleaned = Examination.objects.filter(verdict=Examination.Verdict.CLEAN).exclude(attachment__complaint__in=erased)
    return sorted({*sent, *cleaned.values_list("file", flat=True)})
