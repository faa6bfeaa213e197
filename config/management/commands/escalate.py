"""`manage.py escalate`: once what the scheduler does by the clock, now or as of another moment."""

import logging
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string

from config.clock import company_clock
from config.schedules import TIMETABLE, Timetable

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Do once what the scheduler does by the clock: hand over the work of people who are away, let decisions lapse, climb rungs, remind. "
        "What is done stays done: called late, twice or by two at once it does nothing twice. Prints how many of each."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", help="as of this moment, as in 2026-03-02T09:00 (of the company's time, unless it says +08:00); default: now"
        )

    def handle(self, *_args: Any, at: str | None, **_options: Any) -> None:
        with company_clock():
            moment = _moment(at) if at else timezone.now()
            failed = [entry.name for entry in TIMETABLE if entry.escalates and entry.has_come(moment) and not self._do(entry, moment)]
        if failed:
            raise CommandError(f"Not done: {', '.join(failed)}. The log says why.")

    def _do(self, entry: Timetable, at: datetime) -> bool:
        """One failing thing keeps no other from being done."""
        try:
            done = import_string(entry.func)(at)
        except Exception:
            log.exception("%s failed", entry.name)
            return False
        self.stdout.write(f"{entry.name}: {done}")
        return True


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no moment: {error}.") from error
    if found is None:
        raise CommandError(f"“{text}” is no moment as in 2026-03-02T09:00.")
    return timezone.make_aware(found) if timezone.is_naive(found) else found
