"""Where in the database a text stands: every column of every table is asked."""

from django.db import connection


def tables_with(text: str) -> list[str]:
    """Names of the tables in which some row holds the text, in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)} t WHERE strpos(t::text, %s) > 0)", [text])
            if cursor.fetchone()[0]:
                found.append(table)
    return found
