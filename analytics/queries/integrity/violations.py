"""What a check gives back, and the ways to ask the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

#: So many are named; the rest is only counted.
NAMED = 5


@dataclass
class Violations:
    """What one check looked at and what it found wrong, each in a few words."""

    checked: int = 0
    found: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Violations") -> "Violations":
        self.checked += other.checked
        self.found += other.found
        return self


def rows(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


def count(table: str) -> int:
    return int(rows(f'SELECT count(*) FROM "{table}"')[0][0])  # noqa: S608 - a table of ours


def said(what: str, found: Iterable[tuple[Any, ...]]) -> list[str]:
    """One sentence for each row: its columns, then what is wrong with it."""
    return [f"{' '.join(str(column) for column in row)}: {what}" for row in found]


def check(table: str, what: str, sql: str, values: Sequence[Any] = ()) -> Violations:
    """The rows a query finds are wrong in the same way."""
    return Violations(count(table), said(what, rows(sql, values)))
