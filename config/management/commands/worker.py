"""`manage.py worker`: does the work of the queue and of the timetable; ends with code 70 when it must be started anew."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.worker import Crew


class Command(BaseCommand):
    help = "Do the background work: send messages, examine files, keep the timetable. SIGTERM lets it finish what it has begun."

    def handle(self, *_args: Any, **_options: Any) -> None:
        sys.exit(Crew().run())
