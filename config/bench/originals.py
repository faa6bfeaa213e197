"""The cases that others are made like: played by the services, then read row by row as COPY writes them.

Which tables belong to a case is read from the models, so a table added later is copied too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models

from complaints.models import Complaint, Customer, Message, Party
from intake.models import Submission

Cursor = Any
#: How COPY writes what is not there.
NULL = "\\N"
APPS = ("complaints", "intake", "escalation")
#: Held by something outside the case (files on the disk, places in a calendar, the budget of a year), or bound to its very words (letters): not to be copied.
LEFT_OUT = {"Attachment", "Examination", "Booking", "Slip", "Reward", "FundEntry", "Vip", "Letter"}
#: These belong to a case although it is the case, or its filing, that points to them.
POINTED_TO: dict[type[models.Model], str] = {Party: "case", Submission: "filing__complaint"}


@dataclass(frozen=True)
class Table:
    """A table whose rows belong to cases: the way from it to the case, and where its columns point to."""

    model: type[models.Model]
    path: str
    history: type[models.Model] | None

    @property
    def name(self) -> str:
        return self.model._meta.db_table


@dataclass
class Original:
    """One case: its rows by table, as text of COPY; columns by name."""

    pk: int
    number: str
    is_open: bool
    outcome: str
    round: int
    began: datetime
    last: datetime
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def tables() -> list[Table]:
    """Every table whose rows belong to cases, the case first, each after those it points to."""
    found: dict[type[models.Model], str] = {Complaint: "pk", **POINTED_TO}
    wanted = [model for app in APPS for model in apps.get_app_config(app).get_models() if model.__name__ not in LEFT_OUT]
    grew = True
    while grew:
        grew = False
        for model in wanted:
            path = None if model in found else _path(model, found)
            if path:
                found[model] = path
                grew = True
    return [Table(model, path, _history_of(model)) for model, path in found.items()]


def _path(model: type[models.Model], found: dict[type[models.Model], str]) -> str | None:
    """The way to the case by a column that is never empty, else by one that names the case itself."""
    if hasattr(model, "history_object"):
        return None
    keys = [each for each in model._meta.concrete_fields if isinstance(each, models.ForeignKey) and each.related_model in found]
    for each in sorted(keys, key=lambda key: key.null):
        beyond = found[each.related_model]
        if not each.null or beyond == "pk":
            return each.name if beyond == "pk" else f"{each.name}__{beyond}"
    return None


def _history_of(model: type[models.Model]) -> type[models.Model] | None:
    manager = getattr(model, "history", None)
    return getattr(manager, "model", None)


def read(case: Complaint) -> Original:
    """All rows of a case."""
    last = case.closed_at or case.step_entered_at
    original = Original(case.pk, case.number, case.closed_at is None, case.outcome, case.round, case.received_at, last)
    for table in tables():
        ids = _ids(table, case)
        original.rows[table.name] = list(_rows(table.name, "id", ids))
        if table.history is not None:
            name = table.history._meta.db_table
            original.rows[name] = list(_rows(name, "id", ids))
    if not original.is_open:
        _thin(original)
    return original


def _thin(original: Original) -> None:
    """Of what is long closed the newest row of each history is enough, and the letters without their HTML: three times as quick to write."""
    for name, rows in original.rows.items():
        if "history_id" in columns_of(name):
            original.rows[name] = list({row["id"]: row for row in rows}.values())
    for row in original.rows[Message._meta.db_table]:
        row["html"] = ""


def _ids(table: Table, case: Complaint) -> list[int]:
    if table.model is Complaint:
        return [case.pk]
    query = models.Q(**{table.path: case.pk})
    if table.model is Party:
        query |= models.Q(beside=case.pk)
    return list(table.model._default_manager.filter(query).order_by("pk").values_list("pk", flat=True))


def _rows(table: str, column: str, ids: list[int]) -> Iterator[dict[str, str]]:
    if not ids:
        return
    names = columns_of(table)
    listed = ", ".join(f'"{name}"' for name in names)
    order = key_of(table)
    with connection.cursor() as cursor:
        query = f'COPY (SELECT {listed} FROM "{table}" WHERE "{column}" IN ({",".join(map(str, ids))}) ORDER BY {order}) TO STDOUT'  # noqa: S608 - names and numbers of ours
        with cursor.copy(query) as copy:
            text = b"".join(bytes(chunk) for chunk in copy).decode()
    for line in text.splitlines():
        yield dict(zip(names, line.split("\t"), strict=True))


_columns: dict[str, list[str]] = {}


def all_tables() -> list[str]:
    """The tables of cases and of their histories, and of customers."""
    found = [Customer._meta.db_table, Customer.history.model._meta.db_table]
    for table in tables():
        found += [table.name, *([table.history._meta.db_table] if table.history else [])]
    return found


def key_of(table: str) -> str:
    """The column that numbers a table's rows."""
    return "history_id" if "history_id" in columns_of(table) else "id"


def columns_of(table: str) -> list[str]:
    """The columns of a table, in their order."""
    if table not in _columns:
        with connection.cursor() as cursor:
            described = connection.introspection.get_table_description(cursor, table)
        _columns[table] = [column.name for column in described]
    return _columns[table]


def points_to(model: type[models.Model]) -> dict[str, str]:
    """Column → table, for the columns that point to rows of cases; in a table of history `id` points to what it is about."""
    known = {table.model: table.name for table in tables()}
    found = {}
    for each in model._meta.concrete_fields:
        if isinstance(each, models.ForeignKey) and each.related_model in known:
            found[each.column] = known[each.related_model]
    return found


def moment_in(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def day_in(text: str) -> date:
    return date.fromisoformat(text)


def unescaped(text: str) -> str:
    """A value as it was before COPY wrote it."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1]), text)


def escaped(text: str) -> str:
    """A value as COPY reads it."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def json_in(text: str) -> Any:
    return json.loads(unescaped(text))
