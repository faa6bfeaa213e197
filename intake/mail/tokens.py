"""The signed token of a case in what a mail answers to: the only thing that joins a reply to its case (threat D6)."""

import re
from collections.abc import Iterator

from complaints.signing import MAIL_TOKEN
from intake.mail.parse import ParsedMail

IN_MESSAGE_ID = re.compile(rf"<({MAIL_TOKEN})\.[0-9a-f]{{16}}@", re.IGNORECASE)
IN_ADDRESS = re.compile(rf"\+({MAIL_TOKEN})@", re.IGNORECASE)
MOST = 50


def tokens_in(mail: ParsedMail) -> list[str]:
    """What may be tokens, the likeliest first: the address written to, the mail answered, those before it from the newest on."""
    found = dict.fromkeys(token.lower() for token in _found(mail))
    return list(found)[:MOST]


def tokens_of_ids(ids: tuple[str, ...]) -> list[str]:
    """What may be tokens in the Message-IDs of mails of ours that came back."""
    return [match.group(1).lower() for each in ids[:MOST] if (match := IN_MESSAGE_ID.match(each))]


def _found(mail: ParsedMail) -> Iterator[str]:
    for address in mail.to:
        if match := IN_ADDRESS.search(address):
            yield match.group(1)
    yield from tokens_of_ids(mail.in_reply_to)
    yield from tokens_of_ids(mail.references[::-1])
