"""What is told at `migrate`, and at `check --database default`, of the database that was given to us."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Warning as Told
from django.db import connections

#: As PostgreSQL lists them; `datlocale` is there from 17 on, so it is read by name out of the whole row.
DATABASE = """
    SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate, datctype, to_jsonb(d) ->> 'datlocale'
    FROM pg_database d WHERE datname = current_database()
"""
LIBC, BUILTIN = "c", "b"
HINT = "Make a new one (createdb -T template0 -E UTF8 --locale C.UTF-8 NAME), restore a dump of this one into it, and point DATABASE_URL there."


def check_locale(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Warn of a database in which letters count, sort and compare otherwise than in ours (ADR 0007)."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(DATABASE)
            encoding, provider, collation, letters, locale = cursor.fetchone()
        if encoding != "UTF8":
            found.append(Told(f"The database “{alias}” is encoded in {encoding}, not UTF8.", hint=HINT, id="config.W001"))
        if not is_c_utf8(provider, collation, letters, locale):
            named = locale or (collation if collation == letters else f"{collation}, {letters}")
            found.append(Told(f"The locale of the database “{alias}” is {named}, not C.UTF-8.", hint=HINT, id="config.W002"))
    return found


def is_c_utf8(provider: str, collation: str, letters: str, locale: str | None) -> bool:
    """Whether sorting and kinds of letters are those of C.UTF-8, by the C library or by PostgreSQL itself."""
    if provider == BUILTIN:
        return locale is not None and _is_named_so(locale)
    return provider == LIBC and _is_named_so(collation) and _is_named_so(letters)


def _is_named_so(name: str) -> bool:
    return name.upper().replace("-", "") == "C.UTF8"
