"""`manage.py restore FILE`: puts a backup into an empty place; sending stays held until somebody releases it."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backup import restoring
from config.backup.programs import BackupError
from config.postgres import PostgresError
from config.walk.server import postgres


class Command(BaseCommand):
    help = "Check a backup and put it into an empty database and folder. Nothing is sent until `manage.py release_sending`, or a click on My work."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        began = time.monotonic()
        try:
            with postgres():
                restored = restoring.restore(file, at=timezone.now())
        except (BackupError, PostgresError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored as of {restored.made_at:%Y-%m-%d %H:%M:%S %Z}: {restored.files} files, {time.monotonic() - began:.1f} s."
        )
        self.stdout.write(
            "Sending is held. Next: manage.py migrate; manage.py verify; then manage.py release_sending, or a click on My work."
        )
