"""The headers of a mail or of a part: read leniently, decoded word by word, each of bounded length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from intake.mail.charsets import clean, decode

LINE = re.compile(rb"\r\n|\n|\r")
FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:")
#: More header lines than this nobody sends who means us well.
MOST_LINES = 2_000
#: Longer values are cut: all that reads them takes a time that grows with it.
LONGEST_VALUE = 4_000
#: Of a list of recipients or references so much is looked at.
LONGEST_LIST = 20_000
LISTS = frozenset({"references", "in-reply-to", "to", "cc", "delivered-to", "x-original-to", "envelope-to"})


@dataclass(frozen=True)
class Headers:
    """Field names in small letters with their unfolded, still encoded values, in the order they came."""

    fields: tuple[tuple[str, str], ...]
    odd: bool = False

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def first(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")

    def __contains__(self, name: object) -> bool:
        return any(key == name for key, _value in self.fields)

    @property
    def media_type(self) -> str:
        """`text/plain` where nothing sensible is said (RFC 2045 §5.2)."""
        found = self._message("content-type").get_content_type()
        return str(found)

    @property
    def disposition(self) -> str:
        return self.first("content-disposition").split(";")[0].strip().lower()

    @property
    def filename(self) -> str:
        return self.parameter("content-disposition", "filename") or self.parameter("content-type", "name")

    def parameter(self, header: str, name: str) -> str:
        """A parameter of a header, in any of the spellings there are (RFC 2231, RFC 2047 where it should not be)."""
        found = self._message(header).get_param(name, header=header)
        if isinstance(found, tuple):
            charset, _language, value = found
            return decode(value.encode("latin-1", "replace"), charset or "")
        return words(str(found or ""))

    def _message(self, header: str) -> Message:
        message = Message()
        if value := self.first(header):
            message[header] = value
        return message


def split(part: bytes) -> tuple[Headers, bytes]:
    """Headers and body. What begins with no header is all body."""
    fields: list[tuple[str, bytes]] = []
    at, odd = 0, False
    for number in range(MOST_LINES + 1):
        end = LINE.search(part, at)
        line = part[at : end.start()] if end else part[at:]
        field = FIELD.match(line)
        if not line:
            return _headers(fields, odd=odd), part[end.end() :] if end else b""
        if line[:1] in b" \t" and fields:
            name, value = fields[-1]
            if len(value) < LONGEST_LIST:
                fields[-1] = (name, value + b" " + line.strip())
        elif field:
            fields.append((field.group(1).decode("ascii").lower(), line[field.end() :].strip()))
        elif not fields and not line.startswith((b"From ", b">From ")):
            return Headers((), odd=True), part
        else:
            odd = True
        if end is None or number == MOST_LINES:
            break
        at = end.end()
    return _headers(fields, odd=True), b"" if end is None else part[end.end() :]


def words(value: str) -> str:
    """A header's text for people: encoded words decoded, on one line."""
    try:
        parts = decode_header(value[:LONGEST_VALUE])
    except (HeaderParseError, ValueError):
        return " ".join(clean(value[:LONGEST_VALUE]).split())
    text = "".join(part if isinstance(part, str) else decode(part, charset or "") for part, charset in parts)
    return " ".join(clean(text).split())


def _headers(fields: list[tuple[str, bytes]], *, odd: bool) -> Headers:
    limited = ((name, decode(value[: LONGEST_LIST if name in LISTS else LONGEST_VALUE])) for name, value in fields)
    return Headers(tuple((name, " ".join(value.split("\n"))) for name, value in limited), odd=odd)
