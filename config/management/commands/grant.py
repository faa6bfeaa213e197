"""`manage.py grant ROLE`: what web server and worker may do in the database, as a role that owns nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from config import trigger_guard

ABOUT = """
    SELECT rolsuper, pg_has_role(oid, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER'),
           EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relowner = r.oid)
    FROM pg_roles r WHERE rolname = %s
"""
#: Rows are read and written; no table is emptied at once, no trigger made or switched off, nothing new laid beside them.
GRANTS = (
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON SCHEMA public FROM {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON TABLE public.django_migrations FROM {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    # What later migrations make is covered when the same owner runs them.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)


class Command(BaseCommand):
    help = "Let a role of the database read and write rows, and nothing more. Run it as the owner of the tables, after the first migrate."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="the role web server and worker connect as; make it first: CREATE ROLE … LOGIN PASSWORD …")

    def handle(self, *_args: Any, role: str, **_options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ABOUT, [role])
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"There is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '…' first.")
            if any(found):
                raise CommandError(
                    f"{role} is a superuser, owns tables or belongs to their owner: it could switch off what guards the record."
                )
            if MigrationRecorder.Migration._meta.db_table not in connection.introspection.table_names(cursor):
                raise CommandError("There are no tables yet: manage.py migrate first, as their owner.")
            trigger_guard.hold()
            names = {"role": sql.Identifier(role), "database": sql.Identifier(str(connection.settings_dict["NAME"]))}
            for grant in GRANTS:
                cursor.execute(sql.SQL(grant).format(**names).as_string(cursor.connection))
        self.stdout.write(f"{role} reads and writes rows, and owns nothing.")
