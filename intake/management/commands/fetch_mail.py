"""`manage.py fetch_mail`: takes what is unread in the mailbox of MAIL_IN_URL, as the worker does every minute."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from intake.services import mail_fetch


class Command(BaseCommand):
    help = "Takes the unread mails of the mailbox in MAIL_IN_URL."

    def handle(self, **_options: Any) -> None:
        if not settings.MAIL_IN_URL:
            raise CommandError("Set MAIL_IN_URL to the mailbox, such as imaps://user:password@host/INBOX.")
        self.stdout.write(f"{mail_fetch.fetch_configured(clock=timezone.now)} mails")
