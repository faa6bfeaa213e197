"""Ask the live database whether its record is whole; one line for each check."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from analytics.queries.integrity import CHECKS
from analytics.queries.integrity.violations import NAMED

WIDTH = 42


class Command(BaseCommand):
    help = "Check that the record of every case is whole and untouched; ends with the number of violations, and code 1 if there are any."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="name every violation, not only the first of each check")

    def handle(self, *_args: Any, **options: Any) -> None:
        total = 0
        with transaction.atomic():
            if not connection.savepoint_ids:  # outermost: one view of the data, whatever is written meanwhile
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for name, look in CHECKS.items():
                result = look()
                total += len(result.found)
                self.stdout.write(f"{name.ljust(WIDTH)} {result.checked:>9} checked  {len(result.found):>5} violations")
                named = result.found if options["all"] else result.found[:NAMED]
                for line in named:
                    self.stdout.write(f"    {line}")
                if len(named) < len(result.found):
                    self.stdout.write(f"    … and {len(result.found) - len(named)} more (--all names them)")
        self.stdout.write(f"{total} violations")
        if total:
            sys.exit(1)
