"""What a file is, told from its first bytes and never from its name."""

from __future__ import annotations

import re

import filetype

OLD_OFFICE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
#: So many bytes tell the kind.
HEAD = 8192
#: What the names of files promise, by family: two of one family may stand in for each other, as telephones mix them up.
FAMILIES = {
    "jpg": "picture", "jpeg": "picture", "png": "picture", "gif": "picture", "webp": "picture", "heic": "picture",
    "pdf": "pdf", "doc": "old_office", "xls": "old_office", "docx": "zip", "xlsx": "zip",
    "mp3": "sound", "m4a": "mp4", "mp4": "mp4", "amr": "sound", "wav": "sound", "txt": "text",
}  # fmt: skip
#: How a text begins that a browser would take for a page, a picture or a program.
MARKUP = re.compile(rb"^\s*(<[!?a-z]|mime-version:|content-type:\s*(multipart|text/html))", re.IGNORECASE)
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(name_says: str, head: bytes) -> str | None:
    """The extension that fits the content, if it is of the family that the extension `name_says` promises; else None."""
    family = FAMILIES.get(name_says)
    found = _found(name_says, head)
    if found is None or family is None or FAMILIES.get(found) != family:
        return None
    return found if family == "picture" else name_says


def _found(name_says: str, head: bytes) -> str | None:
    if head.startswith(OLD_OFFICE):
        return "doc"
    if head.startswith(ZIP):
        return "docx"
    guess = filetype.guess(head)
    found = {"jpeg": "jpg", "mov": "mp4", "m4v": "mp4", "heif": "heic"}.get(guess.extension, guess.extension) if guess else ""
    if found in FAMILIES:
        return found
    if name_says == "txt":  # letters make a text, even where the library takes “BM” for the beginning of a bitmap
        return "txt" if is_text(head) else None
    if head[4:8] == b"ftyp":
        return "mp4"
    is_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2  # MPEG layer 3, without a tag before it
    return "mp3" if is_frame else None


def is_text(head: bytes) -> bool:
    """Whether these bytes begin a plain text, not something a browser would run or draw."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            head = head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode()
        except UnicodeError:
            return False
    for mark in MARKS:
        head = head.removeprefix(mark)
    return b"\x00" not in head and not MARKUP.match(head)
