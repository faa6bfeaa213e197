"""Django's own command, which lays an empty database at once instead of step by step."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from config import fresh_database


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--by-steps", action="store_true", help="also an empty database: one migration after the other")

    def handle(self, *args: Any, **options: Any) -> None:
        by_steps = options.pop("by_steps", False)
        connection = connections[options["database"]]
        asks_for_part = options["app_label"] or options["plan"] or options["check_unapplied"] or options["fake"]
        if not by_steps and not asks_for_part and fresh_database.is_empty(connection):
            fresh_database.lay(connection)
        super().handle(*args, **options)
