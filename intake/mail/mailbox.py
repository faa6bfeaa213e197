"""The mailbox customers write to, over IMAP. The only place of the intake that speaks with a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags

TIMEOUT = 20
KINDS = {"imaps": (MailBox, 993), "imap+tls": (MailBoxStartTls, 143), "imap": (MailBoxUnencrypted, 143)}


class WrongAddress(ValueError):
    """MAIL_IN_URL is not the address of a mailbox."""


@dataclass(frozen=True)
class Inbox:
    """An open mailbox."""

    box: BaseMailBox
    done_folder: str

    def unread(self) -> list[str]:
        """What nobody has taken, the oldest first."""
        return list(self.box.uids("UNSEEN"))

    def raw(self, uid: str, most: int) -> bytes | None:
        """The bytes of a mail, at most so many, without marking it; None when it is gone.

        Asked for directly: the library would parse the whole mail at once, and some mails are made so that this never ends.
        """
        _status, answer = self.box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)")
        found: Any = next((item for item in answer if isinstance(item, tuple)), None)
        return bytes(found[1]) if found else None

    def done(self, uid: str) -> None:
        """Mark it as read, and put it away where there is a folder for that."""
        self.box.flag([uid], [MailMessageFlags.SEEN], value=True)
        if self.done_folder:
            self.box.move([uid], self.done_folder)


@contextmanager
def opened(url: str, *, done_folder: str = "") -> Iterator[Inbox]:
    """The mailbox of an address like imaps://user:password@host/INBOX. Raises WrongAddress, OSError, imap_tools' and imaplib's errors."""
    parts = urlsplit(url)
    box = _connect(parts)
    try:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX")
    except BaseException:
        box.client.shutdown()
        raise
    with box:
        yield Inbox(box, done_folder)


def _connect(parts: SplitResult) -> BaseMailBox:
    if parts.scheme not in KINDS or not parts.hostname:
        raise WrongAddress("MAIL_IN_URL must look like imaps://user:password@host/INBOX")  # the value itself holds a password
    kind, port = KINDS[parts.scheme]
    return kind(parts.hostname, port=parts.port or port, timeout=TIMEOUT)
