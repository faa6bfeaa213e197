"""Takes away what holds when two act at once, so that a test can show that it is needed: the locks of the services, and the database's own nets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django_fsm import ConcurrentTransitionMixin

from complaints.models import Budget, Complaint
from complaints.services import advance, budgets, propose, settle
from complaints.workflow import Actor
from staff.models import User
from tests.emptying import empty

CONSTRAINTS = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('u', 'c')"
INDEXES = "SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = %s::regclass AND x.indisunique AND NOT x.indisprimary AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)"  # fmt: skip


def ask(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def without_nets(*tables: str) -> Iterator[None]:
    """These tables without their checks, unique keys and triggers. Afterwards the database is empty, and guarded again."""
    constraints = [(table, name, words) for table in tables for name, words in ask(CONSTRAINTS, table)]
    indexes = [(name, words) for table in tables for name, words in ask(INDEXES, table)]
    for table, name, _words in constraints:
        ask(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}" CASCADE')
    for name, _words in indexes:
        ask(f'DROP INDEX "{name}"')
    for table in tables:
        ask(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    try:
        yield
    finally:
        empty(connection)
        for _name, words in indexes:
            ask(words)
        for table, name, words in constraints:
            ask(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {words}')


def unlock_cases(patch: pytest.MonkeyPatch) -> None:
    """The case is read as it stands, and saved whatever has become of it meanwhile."""

    def unlocked(complaint_id: int, by: User | Actor) -> Complaint:
        related = ("category", "department", "handling_department", "handler", "complainant")
        return Complaint.objects.visible_to(by).select_related(*related).get(pk=complaint_id)

    patch.setattr(advance, "locked", unlocked)
    patch.setattr(settle, "locked", unlocked)
    patch.delattr(ConcurrentTransitionMixin, "_do_update")


def unlock_giving(patch: pytest.MonkeyPatch) -> None:
    """Two may give in one person's name, or to one customer, at the same time."""
    patch.setattr(propose, "hold_giving", lambda *_names: None)


def unlock_budgets(patch: pytest.MonkeyPatch) -> None:
    """Two may reckon with the same rest of a budget."""

    def unlocked(pks: Any) -> list[Budget]:
        return list(Budget.objects.select_related("department").filter(pk__in=set(pks)).order_by("pk"))

    patch.setattr(budgets, "lock", unlocked)
