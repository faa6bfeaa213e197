"""What no person wrote to us just now: automatic answers, mail that came back, lists, our own mail. It is kept, and never answered (RFC 3834)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intake.mail.parse import ParsedMail

BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe-post", "mailing-list")
AUTOMATIC_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply")
#: Whoever asks not to be answered by machines is one, or speaks for one.
SUPPRESSES = ("all", "autoreply")
SERVERS = ("mailer-daemon", "mail-daemon", "postmaster")


class Odd(StrEnum):
    """Why a mail is no case; the values are those of `Hold.Why`."""

    OWN = "own"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    LIST = "list"


@dataclass(frozen=True)
class Ours:
    """By what we know our own mail: the mailboxes it comes from and goes to, in small letters, and the host in its Message-IDs."""

    mailboxes: frozenset[str]
    host: str


def screen(mail: ParsedMail, ours: Ours) -> Odd | None:
    """Why this mail must wait for a person and get no answer; None of a mail that somebody wrote."""
    if _is_own(mail, ours):
        return Odd.OWN
    if _is_bounce(mail):
        return Odd.BOUNCE
    if _is_automatic(mail):
        return Odd.AUTOMATIC
    if _is_for_many(mail):
        return Odd.LIST
    return None


def _is_own(mail: ParsedMail, ours: Ours) -> bool:
    local, _at, domain = mail.sender.address.rpartition("@")
    from_us = f"{local.split('+', 1)[0]}@{domain}" in ours.mailboxes
    return from_us or mail.message_id.lower().endswith(f"@{ours.host.lower()}>")


def _is_bounce(mail: ParsedMail) -> bool:
    """A report, or the empty sender that only servers use."""
    headers = mail.headers
    no_return = any(value.strip() == "<>" for value in headers.every("return-path"))
    return headers.media_type == "multipart/report" or no_return or mail.sender.address.split("@")[0] in SERVERS


def _is_automatic(mail: ParsedMail) -> bool:
    headers = mail.headers
    submitted = [value.split(";")[0].strip().lower() for value in headers.every("auto-submitted")]
    suppress = headers.first("x-auto-response-suppress").lower()
    return (
        any(value not in ("no", "") for value in submitted)
        or any(name in headers for name in AUTOMATIC_HEADERS)
        or any(word.strip() in SUPPRESSES for word in suppress.split(","))
    )


def _is_for_many(mail: ParsedMail) -> bool:
    headers = mail.headers
    precedence = {value.strip().lower() for value in headers.every("precedence")}
    return bool(precedence & BULK) or any(name in headers for name in LIST_HEADERS)
