"""Recordings and films lose title, author, place and time; sound and pictures are not touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import BinaryIO

from mutagen import MutagenError
from mutagen.apev2 import APENoHeaderError
from mutagen.apev2 import delete as delete_ape
from mutagen.id3 import ID3NoHeaderError
from mutagen.id3 import delete as delete_id3

from complaints.files.verdicts import Cleaned, Treatment

#: Boxes that hold notes, by where they may stand; and boxes to look into.
MP4_NOTES = frozenset({b"udta", b"meta", b"uuid", b"Xtra"})
MP4_INTO = frozenset({b"moov", b"trak", b"mdia"})
#: Headers that begin with version, flags, time of making, time of change.
MP4_TIMES = frozenset({b"mvhd", b"tkhd", b"mdhd"})
WAV_NOTES = frozenset({b"LIST", b"id3 ", b"ID3 ", b"bext", b"iXML", b"_PMX", b"axml", b"cart", b"DISP"})
LARGEST_HEADER, MOST_BOXES = 8, 20_000


def clean(source: BinaryIO, target: BinaryIO, media_type: str) -> Cleaned:
    """Copy the recording, then blank its notes in the copy. What cannot be read as what it is stays as it came, and is marked so."""
    shutil.copyfileobj(source, target)
    try:
        done = CLEANERS[media_type](target)
    except (MutagenError, ValueError, IndexError, EOFError):
        done = False
    if not done:
        target.seek(0)
        target.truncate()
        source.seek(0)
        shutil.copyfileobj(source, target)
    return Cleaned(Treatment.STRIPPED if done else Treatment.AS_RECEIVED, media_type)


def _mp3(target: BinaryIO) -> bool:
    for delete, absent in ((delete_id3, ID3NoHeaderError), (delete_ape, APENoHeaderError)):
        target.seek(0)
        try:
            delete(target)
        except absent:
            continue
    return True


def _amr(_target: BinaryIO) -> bool:
    return True  # the format has no room for notes


def _wav(target: BinaryIO) -> bool:
    size = target.seek(0, 2)
    target.seek(8)
    if target.read(4) != b"WAVE":
        return False
    place = 12
    while place + LARGEST_HEADER <= size:
        target.seek(place)
        name, length = target.read(4), int.from_bytes(target.read(4), "little")
        if name in WAV_NOTES:
            target.seek(place)
            target.write(b"JUNK")
            _blank(target, place + 8, min(length, size - place - 8))
        place += 8 + length + length % 2
    return True


def _mp4(target: BinaryIO) -> bool:
    size = target.seek(0, 2)
    seen = 0
    for name, place, begin, end in _boxes(target, 0, size):
        seen += 1
        if seen > MOST_BOXES:
            return False
        if name in MP4_NOTES:
            target.seek(place + 4)
            target.write(b"free")
            _blank(target, begin, end - begin)
        elif name in MP4_TIMES:
            target.seek(begin)
            wide = 16 if target.read(1) == b"\x01" else 8
            _blank(target, begin + 4, min(wide, end - begin - 4))
    return seen > 0


def _boxes(target: BinaryIO, place: int, end: int, depth: int = 0) -> Iterator[tuple[bytes, int, int, int]]:
    """Each box: name, where it begins, where its content begins and ends. Raises ValueError where the lengths do not fit."""
    while place + LARGEST_HEADER <= end:
        target.seek(place)
        length, name, begin = int.from_bytes(target.read(4), "big"), target.read(4), place + 8
        if length == 1:
            length, begin = int.from_bytes(target.read(8), "big"), place + 16
        stop = end if length == 0 else place + length
        if stop < begin or stop > end:
            raise ValueError("a box reaches beyond its frame")
        yield name, place, begin, stop
        if name in MP4_INTO and depth < LARGEST_HEADER:
            yield from _boxes(target, begin, stop, depth + 1)
        place = stop


def _blank(target: BinaryIO, place: int, length: int) -> None:
    target.seek(place)
    while length > 0:
        piece = min(length, 1 << 16)
        target.write(bytes(piece))
        length -= piece


CLEANERS = {"audio/mpeg": _mp3, "audio/mp4": _mp4, "video/mp4": _mp4, "audio/x-wav": _wav, "audio/amr": _amr}
