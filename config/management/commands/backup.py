"""`manage.py backup FILE`: database, files and keys in one file, while the system goes on working."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backup import making
from config.backup.programs import BackupError
from config.postgres import PostgresError
from config.walk.server import postgres


class Command(BaseCommand):
    help = "Write database, attachments and keys into one file with checksums, while the system goes on working. The file opens everything: keep it safe."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it; must not be there yet")
        parser.add_argument("--without-keys", action="store_true", help="leave SECRET_KEY and SALT_KEY out: then keep them elsewhere")

    def handle(self, *_args: Any, file: Path, without_keys: bool, **_options: Any) -> None:
        began = time.monotonic()
        try:
            with postgres():
                made = making.make(file.absolute(), with_keys=not without_keys, at=timezone.now())
        except (BackupError, PostgresError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.path}: {made.bytes:,} bytes, {made.files} files, {time.monotonic() - began:.1f} s")
