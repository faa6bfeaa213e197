"""Customers of the generated cases: many with one complaint, some with several."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from psycopg import Cursor, sql

from complaints.services.people import contact_digest, digits
from config.demo.texts import GIVEN, SURNAMES
from intake.models import Submission

#: So many cases come to one customer on average.
CASES_EACH = 3
ENCRYPTED: Any = Submission._meta.get_field("claim")


@dataclass(frozen=True)
class Somebody:
    """A customer, with everything about them that a case repeats."""

    pk: str
    name: str
    email: str
    phone: str
    phone_digits: str
    contact_digest: str
    claim: dict[str, str]
    sealed_claim: str


#: They all read Chinese.
LANGUAGE = "zh-hans"


def invent(count: int, *, first_pk: int, random: Random) -> list[Somebody]:
    """Fictitious people: numbers nobody has, mailboxes of a domain that is nobody's."""
    found = []
    for place in range(count):
        name = random.choice(SURNAMES) + random.choice(GIVEN)
        phone = f"100{random.randint(0, 99_999_999):08d}" if place % 10 else ""
        email = f"c{place}@customers.example" if place % 10 == 0 or random.random() < 0.3 else ""
        claim = {key: value for key, value in {"name": name, "phone": phone, "email": email}.items() if value}
        sealed = str(ENCRYPTED.get_prep_value(json.dumps(claim, ensure_ascii=False)))
        digest = contact_digest(email, phone)
        found.append(Somebody(str(first_pk + place), name, email, phone, digits(phone), digest, claim, sealed))
    return found


def copy_in(cursor: Cursor[Any], people: Sequence[Somebody], *, first_seen: datetime) -> None:
    """Write the customers and the beginnings of their histories."""
    _copy(cursor, "complaints_customer", ("id", "kind", "name", "email", "phone", "phone_digits", "language", "tier", "first_seen_at"), [
        (each.pk, "person", each.name, each.email, each.phone, each.phone_digits, LANGUAGE, "", first_seen) for each in people
    ])  # fmt: skip
    _copy(cursor, "complaints_historicalcustomer", ("id", "kind", "language", "first_seen_at", "history_date", "history_change_reason", "history_type"), [
        (each.pk, "person", LANGUAGE, first_seen, first_seen, "file", "+") for each in people
    ])  # fmt: skip


def _copy(cursor: Cursor[Any], table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
        for row in rows:
            copy.write_row(row)
