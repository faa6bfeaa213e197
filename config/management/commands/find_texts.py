"""Whether texts that must be nowhere stand in the database: every column of every row of every table is asked."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Read a JSON list of texts from stdin; write “table: text” for each table that holds one."

    def handle(self, **_options: Any) -> None:
        for table, text in found(json.load(sys.stdin)):
            self.stdout.write(f"{table}: {text}")


def found(texts: list[str]) -> list[tuple[str, str]]:
    """(table, text) for each that stands in some row."""
    where = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            for text in texts:
                cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name} t WHERE strpos(t::text, %s) > 0)", [text])  # noqa: S608 - a table of ours
                if cursor.fetchone()[0]:
                    where.append((table, text))
    return where
