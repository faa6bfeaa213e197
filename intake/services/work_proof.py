"""Proof of work, asked of a source that has used up its filings: a script on the page computes for a second or two, we check it at once.

The challenge is the altcha library's (version 2, PBKDF2): signed by us, for one form key alone, so that a solution files one form and
nothing has to be kept. Nobody but us is asked, and who has no script waits, as before.
"""

import json
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

#: Rounds of PBKDF2 a try, and tries between: a few seconds on a telephone, two milliseconds here to make, microseconds to check.
COST = 5_000
FEWEST, MOST = 200, 600
KEPT = timedelta(hours=2)


def challenge(*, form_key: str, at: datetime) -> str:
    """What the page's script is to solve, as JSON."""
    counter = FEWEST + secrets.randbelow(MOST - FEWEST)
    made = altcha.create_challenge(
        "PBKDF2/SHA-256", COST, counter=counter, expires_at=at + KEPT, data={"form": form_key},
        hmac_secret=_secret("challenge"), hmac_key_secret=_secret("key"),
    )  # fmt: skip
    return json.dumps(made.to_dict())


def is_proved(payload: str, *, form_key: UUID | str) -> bool:
    """Whether the script has solved a challenge of ours, still valid and made for this form."""
    if not payload:
        return False
    result = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("key"))
    return bool(result.verified) and _form_of(payload) == str(form_key)


def _form_of(payload: str) -> str:
    """The form a verified payload belongs to."""
    data = altcha.Payload.from_base64(payload).challenge.parameters.data or {}
    return str(data.get("form", ""))


def _secret(what: str) -> str:
    return salted_hmac(f"redress.work-proof.{what}", "", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
