"""Who a mail says it is from: one mailbox or none. What could be read in two ways is read in neither."""

import re
from dataclasses import dataclass

from intake.mail.headers import words

MAILBOX = r"[^<>@\s,;:\"()\[\]\\]{1,64}@[^<>@\s,;:\"()\[\]\\]{1,190}"
ALONE = re.compile(rf"<?({MAILBOX})>?")
NAMED = re.compile(rf"(\"(?:[^\"\\]|\\.)*+\"|[^<>\",]*+)\s*<({MAILBOX})>")
ANYWHERE = re.compile(MAILBOX)
#: An address longer than this is none (RFC 5321 §4.5.3.1.3).
LONGEST = 254
LONGEST_NAME = 200
LONGEST_HEADER = 1_000
MOST = 50


@dataclass(frozen=True)
class Sender:
    """A name for people and an address, either may be empty."""

    name: str = ""
    address: str = ""


def sender_of(header: str) -> Sender:
    """The one mailbox in a From or Reply-To header; only a name where there are several, or none that is well formed."""
    value = header.strip()[:LONGEST_HEADER]
    if alone := ALONE.fullmatch(value):
        return Sender("", _address(alone.group(1)))
    if named := NAMED.fullmatch(value):
        name, address = named.groups()
        plain = re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name
        return Sender(words(plain)[:LONGEST_NAME], _address(address))
    return Sender("" if "@" in value else words(value)[:LONGEST_NAME], "")


def every_address(headers: list[str]) -> tuple[str, ...]:
    """All that looks like an address, in small letters: to look for our own among them."""
    found = (match.group().lower() for header in headers for match in ANYWHERE.finditer(header))
    return tuple(address for _number, address in zip(range(MOST), found, strict=False))


def _address(text: str) -> str:
    return text.lower() if len(text) <= LONGEST and text.isascii() else ""
