"""Tracking codes: derived from a key by HMAC, so that they are stored nowhere and yet can be handed out again (threats.md §4)."""

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
    number = int.from_bytes(salted_hmac("redress.tracking-code", key, secret=settings.SECRET_KEY, algorithm="sha256").digest(), "big")
    letters = []
    for _position in range(CODE_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    code = "".join(letters)
    return f"{code[:6]}-{code[6:12]}-{code[12:]}"


def digest_of(code: str) -> str:
    """What is stored and looked up. Case, spaces and hyphens do not matter: people type codes from paper."""
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return hmac.new(b"redress.tracking-digest", plain.encode(), hashlib.sha256).hexdigest()


def new_number_suffix() -> str:
    """Five random characters for a case number; it opens nothing and tells nothing about how many cases there are."""
    return "".join(secrets.choice(ALPHABET) for _position in range(5))
