"""Tracking codes: derived from a key by HMAC, so that they are stored nowhere and yet can be handed out again (threats.md §4).

Tokens of mails: which case a reply belongs to, signed, so that knowing a case's number or row gives nobody a way into it (threat D6).
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

#: 30 characters nobody mistakes for another: no I, L, O, U, 0 or 1.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 18  # 88 bits


def new_key() -> str:
    """A fresh key for one case's code; worthless without the server's secret."""
    return secrets.token_urlsafe(24)


def code_for(key: str) -> str:
    """The tracking code of a key, as shown to people: three groups of six."""
    return _letters("redress.tracking-code", key)


def claim_code_for(key: str) -> str:
    """The code that whoever was thanked shows to be paid; it opens no case, as a tracking code claims no money."""
    return _letters("redress.claim-code", key)


def keyed(what: str, value: str) -> str:
    """A hash that tells whether two values are the same and, without the server's secret, nothing else."""
    return salted_hmac(f"redress.{what}", value, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def _letters(purpose: str, key: str) -> str:
    number = int.from_bytes(salted_hmac(purpose, key, secret=settings.SECRET_KEY, algorithm="sha256").digest(), "big")
    letters = []
    for _position in range(CODE_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    code = "".join(letters)
    return f"{code[:6]}-{code[6:12]}-{code[12:]}"


def digest_of(code: str) -> str:
    """What is stored and looked up. Case, spaces and hyphens do not matter: people type codes from paper."""
    return _digest(b"redress.tracking-digest", "".join(letter for letter in code.upper() if letter in ALPHABET))


def claim_digest_of(code: str) -> str:
    """The same of a claim code."""
    return _digest(b"redress.claim-digest", "".join(letter for letter in code.upper() if letter in ALPHABET))


#: The shape of a token in a link to the survey: 128 bits in small letters, as telephones and text messages leave them alone.
SURVEY_TOKEN = "[a-z2-7]{26}"  # noqa: S105 - a shape, no secret


def survey_token(key: str) -> str:
    """The token of a survey link, derived as tracking codes are."""
    return base64.b32encode(_keyed("redress.survey-token", key.encode(), 16)).decode().rstrip("=").lower()


def survey_digest_of(token: str) -> str:
    """What is stored of a token and looked up."""
    return _digest(b"redress.survey-digest", token)


def _digest(purpose: bytes, plain: str) -> str:
    return hmac.new(purpose, plain.encode(), hashlib.sha256).hexdigest()


def new_number_suffix() -> str:
    """Five random characters for a case number; it opens nothing and tells nothing about how many cases there are."""
    return "".join(secrets.choice(ALPHABET) for _position in range(5))


#: The shape of a token: base32 in small letters, for mail servers change the case of addresses.
MAIL_TOKEN = "[a-z2-7]{32}"  # noqa: S105 - a shape, no secret
#: Of the link to somebody's own page about an incident: 112 bits of signature.
AFFECTED_TOKEN = MAIL_TOKEN
_ID_BYTES, _SIGNATURE_BYTES = 6, 14
_OF_CASE, _OF_AFFECTED = "redress.mail-token", "redress.affected-token"


def mail_token(case_id: int) -> str:
    """The token of a case: 112 bits of signature, then the id, masked by a pad that only the signature's owner can make."""
    return _token(_OF_CASE, case_id)


def case_of_mail_token(token: str) -> int | None:
    """The id of the case a token was made for; None of anything that was not made here."""
    return _number_in(_OF_CASE, token)


def affected_token(affected_id: int) -> str:
    """The same for somebody affected by an incident; a token of one kind is none of the other."""
    return _token(_OF_AFFECTED, affected_id)


def affected_of_token(token: str) -> int | None:
    return _number_in(_OF_AFFECTED, token)


def _token(purpose: str, number: int) -> str:
    plain = number.to_bytes(_ID_BYTES, "big")
    signature = _keyed(purpose, plain, _SIGNATURE_BYTES)
    return base64.b32encode(signature + _masked(purpose, plain, signature)).decode().lower()


def _number_in(purpose: str, token: str) -> int | None:
    try:
        raw = base64.b32decode(token.upper())
    except ValueError:
        return None
    signature, masked = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if len(masked) != _ID_BYTES:
        return None
    plain = _masked(purpose, masked, signature)
    if not hmac.compare_digest(signature, _keyed(purpose, plain, _SIGNATURE_BYTES)):
        return None
    return int.from_bytes(plain, "big")


def _masked(purpose: str, content: bytes, signature: bytes) -> bytes:
    pad = _keyed(f"{purpose}.pad", signature, _ID_BYTES)
    return bytes(one ^ other for one, other in zip(content, pad, strict=True))


def _keyed(purpose: str, content: bytes, length: int) -> bytes:
    return salted_hmac(purpose, content, secret=settings.SECRET_KEY, algorithm="sha256").digest()[:length]
