"""Empties the test database after a test that committed. Nothing in the product can: evidence tables refuse it by trigger."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

PRISTINE = "pristine"
WITH_TRIGGERS = (
    "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relname = ANY(%s)"
)
REMEMBERED = "SELECT tablename FROM pg_tables WHERE schemaname = %s"


def _tables(connection: "BaseDatabaseWrapper") -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def remember(connection: "BaseDatabaseWrapper") -> None:
    """Keep a copy of what the migrations wrote: content types, permissions, roles, seeded reference rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {PRISTINE} CASCADE")
        cursor.execute(f"CREATE SCHEMA {PRISTINE}")
        for table in _tables(connection):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE {PRISTINE}."{table}" AS TABLE "{table}"')


def empty(connection: "BaseDatabaseWrapper") -> None:
    """Disable the triggers, truncate every table, put back what the migrations wrote, enable the triggers."""
    from django.db import transaction

    tables = _tables(connection)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WITH_TRIGGERS, [tables])
        guarded = [row[0] for row in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables))
        cursor.execute(REMEMBERED, [PRISTINE])
        for (table,) in cursor.fetchall():
            columns = _plain_columns(cursor, table)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {PRISTINE}."{table}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no pending check may stand when a table is altered
        for table in guarded:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def _plain_columns(cursor: "object", table: str) -> str:
    """The columns a row is written with: generated ones are left out."""
    cursor.execute(  # type: ignore[attr-defined]  # any cursor
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [f'"{table}"'],
    )
    return str(cursor.fetchone()[0])  # type: ignore[attr-defined]  # the same
