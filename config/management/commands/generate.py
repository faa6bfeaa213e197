"""Fill a database with many generated cases, to measure on."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from complaints.models import Complaint
from config.bench.generate import generate
from config.postgres import PostgresError
from config.walk.server import postgres


class Command(BaseCommand):
    help = "Fill the database of REDRESS_VAR up to so many generated cases. For an empty database, or one that was generated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=200_000)
        parser.add_argument("--seed", default="redress", help="another seed makes other cases")

    def handle(self, *_args: Any, cases: int, seed: str, **_options: Any) -> None:
        began = time.monotonic()
        try:
            with postgres():
                call_command("migrate", verbosity=0, interactive=False)
                generate(cases=cases, seed=seed)
                self.stdout.write(f"{Complaint.objects.count()} cases, {time.monotonic() - began:.0f} s")
        except PostgresError as error:
            raise CommandError(str(error)) from error
