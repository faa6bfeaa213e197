"""Where in the database a text stands: every column of every table is asked."""

from config.management.commands.find_texts import found


def tables_with(text: str) -> list[str]:
    """Names of the tables in which some row holds the text, in any column."""
    return [table for table, _text in found([text])]
