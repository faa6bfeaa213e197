"""A real SMTP server on the loopback that does as it is told and keeps what it took."""

from __future__ import annotations

import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 OK"
DROP = "drop the connection after the data"


class Sink:
    """Answers `rcpt` and `data` from scripts, first come first served; past their end it accepts."""

    def __init__(self) -> None:
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.recipients: list[list[str]] = []
        self.mails: list[EmailMessage] = []
        self.refuse: Callable[[str], str | None] = lambda _address: None

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        answer = self.refuse(address) or (self.rcpt.pop(0) if self.rcpt else ACCEPTED)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else ACCEPTED
        if answer != ACCEPTED and answer != DROP:
            return answer
        content: Any = envelope.content
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        if answer == DROP:
            transport: Any = server.transport
            transport.abort()
        return ACCEPTED


def serving(sink: Sink) -> Controller:
    """A started server on a free port of the loopback; its `.port` tells which."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
