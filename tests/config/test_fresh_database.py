"""An empty database laid at once is the same as one that walked all migrations."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from config.places import BASE

pytestmark = pytest.mark.django_db

#: A column that was made longer once has its conditions written with other casts and parentheses; its triggers were made anew without the comment
#: by which pgtrigger knows their version.
BARE = r"regexp_replace({}, '::[a-z ]+(\[\])?|[()]', '', 'g')"
#: What makes a schema, in words that do not depend on the order columns were added in. Django itself made the key of one table of rights an
#: integer once, and would make it a bigint now: that one is left out.
QUESTIONS = {
    "columns": """
        SELECT table_name || '.' || column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
               column_default, is_identity, domain_name, generation_expression
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'auth_group_permissions'
    """,
    "constraints": f"""
        SELECT conrelid::regclass::text, {BARE.format("pg_get_constraintdef(oid)")}, condeferrable, condeferred, convalidated
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "indexes": f"SELECT indexname, {BARE.format('indexdef')} FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": f"""
        SELECT tgrelid::regclass::text || '.' || tgname, {BARE.format("pg_get_triggerdef(oid)")}, tgenabled
        FROM pg_trigger WHERE NOT tgisinternal
    """,
    # The function of a trigger that was taken away stays behind, and does nothing.
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND (prorettype <> 'trigger'::regtype OR oid IN (SELECT tgfoid FROM pg_trigger WHERE NOT tgisinternal))
    """,
    "domains": "SELECT typname, pg_catalog.format_type(typbasetype, typtypmod) FROM pg_type WHERE typtype = 'd' AND typnamespace = 'public'::regnamespace",
    "sequences": "SELECT sequencename, start_value, increment_by FROM pg_sequences WHERE schemaname = 'public'",
    "migrations": "SELECT app || '.' || name FROM django_migrations",
}


@contextmanager
def database(name: str) -> Iterator[dict[str, Any]]:
    """An empty one beside the tests' own; the environment of a command that uses it."""
    given = connection.get_connection_params()
    where = {key: value for key, value in given.items() if key in {"host", "port", "user", "password"}}
    with closing(psycopg.connect(dbname="postgres", autocommit=True, **where)) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield {**where, "dbname": name}
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def migrated(where: dict[str, Any], *options: str) -> dict[str, set[tuple[object, ...]]]:
    """Migrate it in a process of its own, and say what is there."""
    place = {f"PG{key.upper()}": str(value) for key, value in where.items() if key != "dbname" and value}
    environment = {**os.environ, **place, "DATABASE_URL": f"postgres:///{where['dbname']}", "DATABASE_POOL": "0"}
    command = [sys.executable, "manage.py", "migrate", "-v", "0", "--no-input", *options]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with closing(psycopg.connect(**where)) as there:
        return {name: set(there.execute(question).fetchall()) for name, question in QUESTIONS.items()}


def test_an_empty_database_laid_at_once_is_what_all_migrations_lead_to() -> None:
    with database("redress_at_once") as first, database("redress_by_steps") as second:
        at_once, by_steps = migrated(first), migrated(second, "--by-steps")
    for name in QUESTIONS:
        only_there = sorted(map(str, by_steps[name] - at_once[name]))[:10]
        only_here = sorted(map(str, at_once[name] - by_steps[name]))[:10]
        assert (only_here, only_there) == ([], []), f"{name}: at once {only_here}, by steps {only_there}"
