"""Triggers nobody can wave aside. django-pgtrigger asks a setting of the connection which triggers to pass over, and every role of the
database may set it: with that, whoever can send SQL as the web server could rewrite the record (threats R4). Nothing here uses it."""

from typing import Any

from django.db import connections

#: Made anew by each migration that lays a trigger, so it is put right after every migrate, and when a role is granted its rights.
NEVER_PASSED_OVER = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
    AS $$ BEGIN RETURN FALSE; END; $$ LANGUAGE plpgsql
"""


def hold(using: str = "default", **_signal: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(NEVER_PASSED_OVER)
