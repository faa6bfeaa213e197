"""`make quarter`: a quarter of cases with a clock of its own; what the scheduler did is held against what it should have done."""

import os
import signal
import sys
import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone, translation

from complaints import outbox
from config.bootstrap import Step
from config.clock import company_clock
from config.postgres import Server
from config.progress import Bar
from config.quarter import company, place
from config.quarter.calls import Caller
from config.quarter.compare import Line, compare
from config.quarter.expect import Expectation
from config.quarter.simulate import Quarter
from config.walk.server import manage
from staff.models import Company

HEADS = ("", "expected", "happened", "doubled", "missing", "extra", "not on time")
#: A quarter in which the Spring Festival lies, with its make-up days.
BEGIN = "2026-01-12"


class Command(BaseCommand):
    help = (
        "Simulate a quarter in a database of its own: people file, answer, are late or away; `manage.py escalate --at …` is called as a process "
        "at every minute at which something is due, now and then killed or twice at once. Prints what happened beside what should have."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=2000, help="how many are filed (default 2000)")
        parser.add_argument("--days", type=int, default=91, help="how long it lasts (default 91)")
        parser.add_argument("--begin", default=BEGIN, help=f"its first day (default {BEGIN})")
        parser.add_argument(
            "--grid", type=int, default=60, help="they come in every so many minutes (default 60; 1: at any minute, which takes longer)"
        )
        parser.add_argument("--seed", default="redress", help="another seed makes other cases, kills and pairs")

    def handle(self, *_args: Any, cases: int, days: int, begin: str, grid: int, seed: str, **_options: Any) -> None:
        if place.INSIDE not in os.environ:
            sys.exit(place.run_inside(["--cases", str(cases), "--days", str(days), "--begin", begin, "--grid", str(grid), "--seed", seed]))
        server = Server(settings.VAR, fast=True)
        caller = Caller(Random(f"{seed} calls"), Path(settings.VAR) / "calls.log")
        began = time.monotonic()
        try:
            with Step("Starting a database"):
                server.start()
            with Step("Making its tables"):
                call_command("migrate", verbosity=0, interactive=False)
            lines, quarter = self.simulate(caller, cases=cases, days=days, begin=begin, grid=grid, seed=seed)
            verified = manage(dict(os.environ), "verify").stdout.strip().splitlines()[-1:]
        finally:
            connections.close_all()
            server.stop()
        self.tell(lines, quarter, verified, time.monotonic() - began)

    def simulate(self, caller: Caller, *, cases: int, days: int, begin: str, grid: int, seed: str) -> tuple[list[Line], Quarter]:
        with translation.override("zh-hans"), outbox.replaying(), company_clock():
            first = timezone.make_aware(datetime.fromisoformat(begin).replace(hour=8))
            with Step("Founding the company"):
                away = company.set_up(password=os.environ["REDRESS_DEMO_PASSWORD"], begin=first, days=days)
            caller.start(first - timedelta(days=1))
            bar = Bar("Cases", cases, output=self.stdout)
            expectation = Expectation(timezone.get_current_timezone(), timedelta(days=Company.current().survey_wait_days))
            quarter = Quarter(cases, first, days, seed, expectation, caller, away, grid, bar.forward)
            for name in (signal.SIGINT, signal.SIGTERM):
                signal.signal(name, lambda *_signal: setattr(quarter, "is_stopped", True))
            quarter.run()
            caller.stop()
            return compare(expectation.happened), quarter

    def tell(self, lines: list[Line], quarter: Quarter, verified: list[str], seconds: float) -> None:
        counts = quarter.caller.counts
        if quarter.is_stopped:
            self.stdout.write(f"Stopped at {quarter.last:%Y-%m-%d %H:%M}: this is how it stood.")
        self.stdout.write(f"{quarter.filed} cases over {quarter.days} days, {quarter.acts} acts, {quarter.refused.total()} acts refused")
        self.stdout.write(
            f"{quarter.moments} moments, {counts.processes} processes ({counts.afresh} started afresh, the others forked), {counts.killed} killed, "
            f"{counts.pairs} times two at once, {counts.jumps} times as of two hours before, {counts.failed} failed"
        )
        rows = [
            HEADS,
            *(
                (line.name, *map(str, (line.expected, line.happened, line.doubled, line.missing, line.extra, line.not_on_time)))
                for line in lines
            ),
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        self.stdout.write(
            f"verify: {' '.join(verified)}; {seconds / 60:.1f} minutes, of these {counts.seconds / 60:.1f} in the scheduler's calls"
        )
        for reason, number in quarter.refused.most_common(8):
            self.stdout.write(f"  refused {number} times: {reason}")
        wrong = [sample for line in lines for sample in line.samples]
        if wrong or counts.failed or verified != ["0 violations"]:
            raise CommandError("\n".join(["It is not as it should be.", *wrong]))
