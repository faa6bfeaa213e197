"""A fictitious company to look around in: its people, its rules, and a year of cases made by the services."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from complaints import outbox
from complaints.models import Complaint
from config.clock import company_clock
from config.demo.inform import inform
from config.demo.organisation import found
from config.demo.organisation_data import ACCOUNTS
from config.demo.plan import plans
from config.demo.play_all import play_all
from config.demo.spread import spread
from config.demo.thanks import thank
from config.places import from_environment
from config.progress import Bar
from staff.models import User

CASES = 300
#: Cases are shared among so many, whether they are played one after the other or at once: the same cases come out.
LANES = 2
SHORTEST = 10


class Command(BaseCommand):
    help = "Make the demo organisation and a year of cases, in an empty database only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-cases", action="store_true", help="the organisation alone")
        parser.add_argument("--cases", type=int, default=CASES, help=f"how many cases (default {CASES})")
        parser.add_argument("--seed", default="redress", help="another seed makes other cases")

    def handle(self, *_args: Any, no_cases: bool, cases: int, seed: str, **_options: Any) -> None:
        refuse_where_it_does_not_belong()
        password = demo_password()
        with translation.override("zh-hans"), outbox.replaying():
            found(password=password, now=timezone.now())
            write_accounts()  # before the cases, which take minutes: who breaks off there can sign in all the same
            if not no_cases:
                with company_clock():
                    self.play(cases, seed)
                    for tell in (thank, spread, inform):
                        tell(now=timezone.now())

    def play(self, total: int, seed: str) -> None:
        lanes = plans(total, Random(seed))
        bar = Bar("Cases", total, output=self.stdout)
        play_all([lanes[first::LANES] for first in range(LANES)], now=timezone.now(), seed=seed, each=bar.forward)


def refuse_where_it_does_not_belong() -> None:
    if from_environment("REDRESS_DEMO", "1") == "0":
        raise CommandError("REDRESS_DEMO=0 says that this is no demo: nothing was made.")
    if Complaint.objects.exists():
        raise CommandError("This database has cases: demo accounts are made in an empty one only.")
    if User.objects.exists():
        raise CommandError("This database has accounts: demo accounts are made in an empty one only.")


def demo_password() -> str:
    """From REDRESS_DEMO_PASSWORD; else the one kept in the var folder, made the first time."""
    given = from_environment("REDRESS_DEMO_PASSWORD")
    if given:
        if len(given) < SHORTEST:
            raise CommandError(f"REDRESS_DEMO_PASSWORD is too short: at least {SHORTEST} characters.")
        return given
    kept: Path = settings.VAR / "demo_password"
    if kept.is_file() and kept.read_text().strip():
        return kept.read_text().strip()
    made = "-".join(secrets.token_hex(2) for _part in range(3))
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{made}\n")
    return made


def write_accounts() -> None:
    """What `make run` prints: one line an account."""
    lines = ["\t".join(row) for row in ACCOUNTS]
    (settings.VAR / "demo_accounts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
