"""A mail taken apart by steps that cannot run away.

The parser of the standard library goes into each part by calling itself, line by line: a thousand parts inside each other end it with a
RecursionError, and many lines under many boundaries take minutes. This one searches each level once for its boundary, keeps what is
left to do on a list, and stops at limits that no mail between people reaches.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.mail.headers import Headers, split

#: What most mail servers take at most. A larger mail is kept as it is, for a person.
MOST_BYTES = 25_000_000
MOST_PARTS = 300
DEEPEST = 12
#: Each level is searched once; so much in all.
MOST_SEARCHED = 4 * MOST_BYTES

NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class TooLarge(Exception):
    """The mail is larger, more nested or has more parts than we take; the text says which."""


@dataclass(frozen=True)
class Leaf:
    """A part that holds no other parts."""

    headers: Headers
    body: bytes
    #: Which of several versions of the same words this is one of; 0: there is only this.
    choice: int = 0
    #: Stood in a mail that was sent along.
    enclosed: bool = False

    def content(self) -> bytes:
        """Its bytes, out of the encoding they travelled in; as much as can be read of them."""
        encoding = self.headers.first("content-transfer-encoding").split(";")[0].strip().lower()
        if encoding == "base64":
            return _from_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        return self.body


@dataclass(frozen=True)
class _Part:
    headers: Headers
    body: bytes
    depth: int
    choice: int
    enclosed: bool


def take_apart(raw: bytes) -> tuple[Headers, list[Leaf]]:
    """The headers of a mail and its leaves in their order. Raises TooLarge."""
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"{len(raw)} bytes")
    top, body = split(raw)
    to_do = [_Part(top, body, depth=0, choice=0, enclosed=False)]
    leaves: list[Leaf] = []
    seen = searched = 0
    while to_do:
        part = to_do.pop()
        seen += 1
        searched += len(part.body)
        if part.depth > DEEPEST or searched > MOST_SEARCHED:
            raise TooLarge(f"more than {DEEPEST} levels, or too much in them")
        inner = _inside(part, number=seen)
        if inner is None:
            leaves.append(Leaf(part.headers, part.body, part.choice, part.enclosed))
            continue
        to_do += reversed(inner)
        if seen + len(to_do) > MOST_PARTS:
            raise TooLarge(f"more than {MOST_PARTS} parts")
    return top, leaves


def _inside(part: _Part, *, number: int) -> list[_Part] | None:
    """The parts a part is made of; None of a leaf."""
    kind = part.headers.media_type
    if kind in {"message/rfc822", "message/global"} and not part.headers.first("content-transfer-encoding").lower().startswith("base64"):
        headers, body = split(part.body)
        return [_Part(headers, body, part.depth + 1, choice=0, enclosed=True)]
    boundary = part.headers.parameter("content-type", "boundary").rstrip() if kind.startswith("multipart/") else ""
    if not boundary:
        return None
    bodies = list(_between(part.body, boundary.encode("utf-8", "replace")))
    choice = number if kind == "multipart/alternative" else part.choice
    return [_Part(*split(body), part.depth + 1, choice, part.enclosed) for body in bodies]


def _between(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What lies between the lines of a boundary, without the line ends that belong to them; what no boundary divides is one part."""
    mark = re.compile(b"--" + re.escape(boundary) + rb"(--)?[ \t]*+(?=[\r\n]|\Z)")
    start: int | None = None
    for count, found in enumerate(mark.finditer(body)):
        if count > MOST_PARTS:
            raise TooLarge(f"more than {MOST_PARTS} parts")
        at = found.start()
        if at and body[at - 1] not in b"\r\n":
            continue
        if start is not None:
            yield _after_line_end(body[start : at - (2 if body[at - 2 : at] == b"\r\n" else 1)])
        start = found.end()
        if found.group(1):
            return
    if start is None:
        yield b"\n" + body
    elif start < len(body):
        yield _after_line_end(body[start:])


def _after_line_end(text: bytes) -> bytes:
    return text[2:] if text[:2] == b"\r\n" else text[1:]


def _from_base64(body: bytes) -> bytes:
    """Leniently: foreign characters are skipped, missing ends are made up for."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        plain = NOT_BASE64.sub(b"", body)
        usable = plain[: len(plain) - (1 if len(plain) % 4 == 1 else 0)]
        return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))
