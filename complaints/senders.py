"""Who speaks with the network: e-mail over SMTP (or into a folder), text messages over an HTTP gateway."""

from __future__ import annotations

import json
import re
import smtplib
from email.utils import formataddr, parseaddr
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from complaints import outbox, signing
from complaints.models import Message
from complaints.outbox import SendError
from complaints.posting import post
from staff.models import ChatGroup, Company

if TYPE_CHECKING:
    from complaints.outbox import Body

ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
#: Longer than this, a text message is the subject and where to read the rest.
SMS_LENGTH = 300
#: The shortest of what the programs take.
CHAT_LENGTH = 2000


class EmailSender:
    """One mail to exactly one mailbox."""

    def send(self, message: Message, recipient: str, body: Body) -> None:
        mail = self._compose(message, recipient, body)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise SendError(_says(code, reason), permanent=_is_final(code)) from error
        except smtplib.SMTPDataError as error:
            raise SendError(_says(error.smtp_code, error.smtp_error), permanent=_is_final(error.smtp_code)) from error
        except smtplib.SMTPResponseException as error:  # greeting, log-in, sender refused: our own settings, not this message
            raise SendError(_says(error.smtp_code, error.smtp_error), permanent=False) from error
        except (UnicodeError, ValueError) as error:  # BadHeaderError among them
            raise SendError(f"cannot be written as a mail: {error}", permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise SendError(f"{type(error).__name__}: {error}", permanent=False) from error

    def _compose(self, message: Message, recipient: str, body: Body) -> EmailMultiAlternatives:
        try:
            validate_email(recipient)
        except ValidationError as error:
            raise SendError("not an e-mail address", permanent=True) from error
        mail = EmailMultiAlternatives(
            subject=" ".join(body.subject.split()),
            body=body.text,
            from_email=_from_company(),
            to=[recipient],
            reply_to=_reply_to(message),
            headers={
                "Message-ID": message.message_id,
                "Auto-Submitted": "auto-replied" if message.kind == Message.Kind.RECEIPT else "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Content-Language": message.language,
            },
        )
        if body.html:
            mail.attach_alternative(body.html, "text/html")
        if len(mail.recipients()) != 1:
            raise SendError("not exactly one recipient", permanent=True)
        return mail


class SmsSender:
    """POST of {"to", "text"} to the gateway in SMS_URL, which answers 2xx when it has taken the message."""

    def send(self, message: Message, recipient: str, body: Body) -> None:
        content = json.dumps({"to": recipient, "text": _short(message, body), "id": message.message_id.strip("<>")}).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {settings.SMS_TOKEN}"}
        if not settings.SMS_URL.startswith(("https://", "http://")):
            raise SendError("SMS_URL is not a web address", permanent=False)
        try:
            status, _answer = post(settings.SMS_URL, content, headers)
        except OSError as error:
            raise SendError(f"{type(error).__name__}: {error}", permanent=False) from error
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise SendError(f"the gateway answered {status}", permanent=_refuses(status))


class ChatSender:
    """POST to the robot of a chat group, in the words of its program; the address is all the right it asks for."""

    def send(self, message: Message, recipient: str, body: Body) -> None:
        group = message.to_group
        if group is None or not group.may_be_at(recipient):
            raise SendError("no chat group with the address of its program", permanent=True)
        text = f"{body.subject}\n{body.text}"[:CHAT_LENGTH]
        content: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if group.format == ChatGroup.Format.LARK:
            content = {"msg_type": "text", "content": {"text": text}}
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            status, said = post(recipient, json.dumps(content).encode(), headers)
        except OSError as error:
            raise SendError(type(error).__name__, permanent=False) from error  # its text holds the address
        if status != HTTPStatus.OK:
            raise SendError(f"the chat program answered {status}", permanent=_refuses(status))
        try:
            answer = json.loads(said)
        except ValueError as error:
            raise SendError("the chat program answered in no words of its own", permanent=False) from error
        code = answer.get("errcode", answer.get("code")) if isinstance(answer, dict) else None
        if code != 0:
            raise SendError(f"the chat program answered {str(code)[:20]}", permanent=False)


def _from_company() -> str:
    """The sender's address with the company's name before it."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or " ".join(Company.current().name.split()), address))


def _reply_to(message: Message) -> list[str]:
    """Our mailbox, with the case's token: a reply finds its case whatever a mail program makes of the headers."""
    local, at, domain = settings.MAIL_IN_ADDRESS.rpartition("@")
    if not at or message.complaint_id is None:
        return []
    return [f"{local}+{signing.mail_token(message.complaint_id)}@{domain}"]


def _short(message: Message, body: Body) -> str:
    if len(body.text) > SMS_LENGTH and message.kind in outbox.links:
        return f"{body.subject}: {outbox.links[message.kind](message)}"
    return body.text if len(body.text) <= SMS_LENGTH or message.complaint is None else f"{body.subject}: {settings.SITE_URL}/track/"


def _is_final(code: int) -> bool:
    """5xx: the server will say the same next time (RFC 5321 §4.2.1)."""
    return code >= 500


def _refuses(status: int) -> bool:
    """400 and 422 speak of this message; 401, 403, 404 of our settings, 429 and 5xx of the moment."""
    return status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def _says(code: int, reason: bytes | str) -> str:
    """The code and the enhanced status (RFC 3463), not the words: servers like to repeat the address, which may be a sealed one."""
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    status = ENHANCED.search(words)
    return f"{code} {status.group()}" if status else str(code)
