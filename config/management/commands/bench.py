"""How quick it is with many cases: ours beside the bare floor, in one run, medians of alternating rounds."""

import os
import platform
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from complaints.models import Complaint
from config.bench import due, floor, place, report
from config.bench.generate import generate
from config.bench.rows import Row, pages, rows, uploads
from config.management.commands.serve import collect_static
from config.postgres import PostgresError
from config.serving import ServeError
from config.walk.server import postgres

CASES = 200_000
ROUNDS = 5


class Command(BaseCommand):
    help = "Measure filing, tracking, mail, the back office and uploads beside a bare Django, on many generated cases in a folder of their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=CASES, help=f"how many cases there are (default {CASES})")
        parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of each row (default {ROUNDS})")

    def handle(self, *_args: Any, cases: int, rounds: int, **_options: Any) -> None:
        if place.INSIDE not in os.environ:
            sys.exit(place.run_inside(["--cases", str(cases), "--rounds", str(rounds)]))
        try:
            with postgres():
                self.prepare(cases)
                with place.sites() as sites:
                    self.measure(sites, rounds)
        except (PostgresError, ServeError, RuntimeError) as error:
            raise CommandError(str(error)) from error

    def prepare(self, cases: int) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        collect_static()
        generate(cases=cases)
        with connection.cursor() as cursor:
            cursor.execute(floor.TABLE)
            cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
            size = cursor.fetchone()[0]
        self.stdout.write(f"{Complaint.objects.count()} cases, {size}; {os.cpu_count()} cores, Python {platform.python_version()}")

    def measure(self, sites: place.Sites, rounds: int) -> None:
        loaded, alone = rows(sites), pages(sites)
        for row in (*loaded, *alone):
            row.count()
        self.alternate(loaded, rounds)
        self.alternate(alone, rounds)
        self.stdout.write(f"Under load: 8 customers, 2 workers, medians of {rounds} rounds")
        self.stdout.write("\n".join(report.table(loaded)))
        self.stdout.write("One at a time")
        self.stdout.write("\n".join(report.table(alone)))
        self.stdout.write("\n".join(due.due(rounds)))
        seen, grown = uploads(sites)
        sizes = ", ".join(f"{each / 1_000_000:.1f} MB" for each in grown)
        self.stdout.write(f"{len(seen.seconds)} uploads of 10 MB at once: {seen.took:.1f} s; each worker grew by {sizes}")

    def alternate(self, measured: list[Row], rounds: int) -> None:
        """One of each in turn, so that a busy moment of the machine hits all alike; the first round warms up."""
        for number in range(rounds + 1):
            for row in measured:
                seen = row.run(number)
                if number:
                    row.seen.append(seen)
