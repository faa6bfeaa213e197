"""`manage.py release_sending`: after a restore, let messages go out again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.models import SendingHold
from complaints.services import sending
from config.walk.server import postgres


class Command(BaseCommand):
    help = "Let messages go out again after a restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep-back", action="store_true", help="not those that waited when the backup was made: they may have gone out since"
        )

    def handle(self, *_args: Any, keep_back: bool, **_options: Any) -> None:
        with postgres():
            holds = SendingHold.objects.filter(released_at=None).order_by("pk")
            released = [sending.release(hold_id=hold.pk, keep_back=keep_back, by=None, at=timezone.now()) for hold in holds]
        kept = sum(hold.kept_back or 0 for hold in released)
        self.stdout.write(
            f"{len(released)} holds released; {kept} messages kept back among the failed." if released else "Nothing is held."
        )
