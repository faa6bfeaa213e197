"""A mail as people and the rest of the intake understand it. Pure: bytes in, a frozen value out, in bounded time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from intake.mail.addresses import Sender, every_address, sender_of
from intake.mail.charsets import REPLACEMENT, decode
from intake.mail.headers import Headers, split, words
from intake.mail.markup import words_of
from intake.mail.mime import Leaf, TooLarge, take_apart

__all__ = ["Attached", "ParsedMail", "Returned", "TooLarge", "parse"]

#: Of a text this much is read; the rest stays in the raw form.
LONGEST_TEXT = 200_000
LONGEST_MARKUP = 500_000
LONGEST_SUBJECT = 300
MESSAGE_ID = re.compile(r"<[^<>\s]{1,300}>")
MOST_IDS = 100

#: Where a mail server writes whom it delivered to, and senders whom they wrote to.
RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
#: Parts that say something about a mail and are no file of anybody's.
REPORTS = ("message/delivery-status", "message/disposition-notification", "message/feedback-report")
FAILED = re.compile(r"^action:[ \t]*failed", re.IGNORECASE | re.MULTILINE)
STATUS = re.compile(r"^status:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Attached:
    """A file in a mail, with the name and the type its sender claims."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Returned:
    """What a mail server says about a mail of ours: its Message-IDs as found, whether it was given up, the status of RFC 3463."""

    ids: tuple[str, ...] = ()
    failed: bool = False
    status: str = ""


@dataclass(frozen=True)
class ParsedMail:
    """One mail. Everything in it is a claim of whoever sent it."""

    headers: Headers = field(repr=False)
    subject: str
    sender: Sender
    reply_to: Sender
    to: tuple[str, ...]
    date: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    attachments: tuple[Attached, ...]
    returned: Returned
    #: What was not as it should be, in words for staff.
    oddities: tuple[str, ...]


def parse(raw: bytes) -> ParsedMail:
    """Understand a mail. Raises TooLarge, and nothing else, whatever the bytes are."""
    headers, leaves = take_apart(raw)
    text, odd_text = _text_of(leaves)
    message_ids = _ids(headers.every("message-id"))
    checks = {
        "headers": headers.odd,
        "no sender": not headers.first("from"),
        "no date": "date" not in headers,
        "no Message-ID": not message_ids,
        "no words": not text,
        **odd_text,
    }
    return ParsedMail(
        headers=headers,
        subject=words(headers.first("subject"))[:LONGEST_SUBJECT],
        sender=sender_of(headers.first("from")),
        reply_to=sender_of(headers.first("reply-to")),
        to=every_address([value for name in RECIPIENTS for value in headers.every(name)]),
        date=_date(headers.first("date")),
        message_id=message_ids[0] if message_ids else "",
        in_reply_to=_ids(headers.every("in-reply-to")),
        references=_ids(headers.every("references")),
        text=text,
        attachments=tuple(_files(leaves)),
        returned=_returned(headers, leaves),
        oddities=tuple(name for name, is_so in checks.items() if is_so),
    )


# --- words ----------------------------------------------------------------------------------------------------------
def _text_of(leaves: list[Leaf]) -> tuple[str, dict[str, bool]]:
    """The words of all parts that are words, one under the other; of versions of the same words the plain one."""
    spoken = [leaf for leaf in leaves if _is_words(leaf)]
    plain = {leaf.choice for leaf in spoken if leaf.choice and leaf.headers.media_type == "text/plain" and leaf.body.strip()}
    said: list[str] = []
    length = 0
    for leaf in spoken:
        if (leaf.headers.media_type == "text/html" and leaf.choice in plain) or length > LONGEST_TEXT:
            continue
        text = _words_in(leaf)
        length += len(text)
        if text:
            said.append(text)
    joined = "\n\n".join(said)
    return joined[:LONGEST_TEXT], {"too long, cut": len(joined) > LONGEST_TEXT, "unreadable characters": REPLACEMENT in joined}


def _words_in(leaf: Leaf) -> str:
    is_markup = leaf.headers.media_type == "text/html"
    content = leaf.content()[: LONGEST_MARKUP if is_markup else 4 * LONGEST_TEXT]
    text = decode(content, leaf.headers.parameter("content-type", "charset"))
    return words_of(text) if is_markup else text.strip()


def _is_words(leaf: Leaf) -> bool:
    """A multipart that nothing divides is read as the words it is."""
    kind = leaf.headers.media_type
    return (kind in {"text/plain", "text/html"} or kind.startswith("multipart/")) and not _is_file(leaf)


def _is_file(leaf: Leaf) -> bool:
    headers = leaf.headers
    if headers.disposition == "attachment" or headers.filename:
        return True
    kind = headers.media_type
    return not (kind in {"text/plain", "text/html", "text/rfc822-headers", *REPORTS} or kind.startswith("multipart/"))


def _files(leaves: list[Leaf]) -> list[Attached]:
    """The files, those inside mails sent along too."""
    found = []
    for leaf in leaves:
        if _is_file(leaf):
            content = leaf.content()
            if content:
                found.append(Attached(leaf.headers.filename[:200], content, leaf.headers.media_type))
    return found


# --- what a mail server says ----------------------------------------------------------------------------------------
def _returned(headers: Headers, leaves: list[Leaf]) -> Returned:
    if headers.media_type != "multipart/report":
        return Returned()
    said = "\n".join(decode(leaf.content()[:LONGEST_TEXT]) for leaf in leaves if leaf.headers.media_type in REPORTS)
    inside = [leaf.headers for leaf in leaves if leaf.enclosed]
    inside += [split(leaf.content())[0] for leaf in leaves if leaf.headers.media_type == "text/rfc822-headers"]
    ids = _ids([value for each in inside for value in each.every("message-id")])
    status = STATUS.search(said)
    return Returned(ids, failed=FAILED.search(said) is not None, status=status.group(1) if status else "")


# --- small things ---------------------------------------------------------------------------------------------------
def _ids(values: list[str]) -> tuple[str, ...]:
    found = [match.group() for value in values for match in MESSAGE_ID.finditer(value)]
    return tuple(found[-MOST_IDS:])


def _date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value[:100]) if value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
