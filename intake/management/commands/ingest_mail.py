"""`manage.py ingest_mail`: one mail on stdin, as a mail server hands it to a program."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from intake.services import mail_in


class Command(BaseCommand):
    help = "Takes one mail from stdin. Ends with 0 once it is stored, 75 when the mail server shall try again, 69 when it shall refuse."
    requires_system_checks: list[str] = []  # each mail starts a process; what is wrong with the settings shows elsewhere

    def handle(self, **_options: Any) -> None:
        raw = sys.stdin.buffer.read(mail_in.MOST_KEPT + 1)
        try:
            mail_in.ingest(raw=raw, at=timezone.now())
        except mail_in.NoChannel as error:
            self.stderr.write(str(error))
            sys.exit(os.EX_UNAVAILABLE if error.closed else os.EX_TEMPFAIL)
        except (DatabaseError, InterfaceError, OSError) as error:
            self.stderr.write(f"the mail could not be stored now: {type(error).__name__}")
            sys.exit(os.EX_TEMPFAIL)
