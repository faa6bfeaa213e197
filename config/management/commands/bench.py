"""How long the pages and acts take on the data that are there: medians of alternating rounds, everything rolled back."""

import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints import outbox, signing
from complaints.models import Complaint, Demand
from complaints.services import apologize, filing
from complaints.services.inputs import DemandInput, PartyInput
from complaints.workflow import Actor, Feeling, Medium
from config.management.commands.serve import collect_static
from config.postgres import PostgresError
from config.walk.server import postgres
from intake.models import Channel
from staff.models import User

ROUNDS = 15


class Command(BaseCommand):
    help = "Measure filing, the tracking page, the list, the case page and one act; medians of alternating rounds. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=ROUNDS)

    def handle(self, *_args: Any, rounds: int, **_options: Any) -> None:
        collect_static()
        try:
            with postgres(), transaction.atomic(), outbox.replaying():
                self.measure(rounds)
                transaction.set_rollback(True)
        except PostgresError as error:
            raise CommandError(str(error)) from error

    def measure(self, rounds: int) -> None:
        tasks = tasks_on(newest_case())
        seconds: dict[str, list[float]] = defaultdict(list)
        queries: dict[str, int] = {}
        for name, task in tasks.items():  # a first round warms up and counts
            with CaptureQueriesContext(connection) as seen:
                task()
            queries[name] = len(seen)
        for _round in range(rounds):
            for name, task in tasks.items():  # one of each in turn: a busy moment hits all alike
                began = time.perf_counter()
                task()
                seconds[name].append(time.perf_counter() - began)
        self.stdout.write(f"{Complaint.objects.count()} cases, medians of {rounds} rounds")
        self.stdout.write("what".ljust(28) + "ms".rjust(8) + "queries".rjust(10))
        for name, took in seconds.items():
            self.stdout.write(name.ljust(28) + f"{median(took) * 1000:.1f}".rjust(8) + str(queries[name]).rjust(10))


def newest_case() -> Complaint:
    case = Complaint.objects.select_related("complainant").order_by("-received_at", "-pk").first()
    if case is None or not User.objects.filter(employee_number="agent").exists():
        raise CommandError("There are no demo data to measure on: run `make run` once, or `manage.py demo`.")
    return case


def tasks_on(case: Complaint) -> dict[str, Callable[[], Any]]:
    """What is measured, by name."""
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    options: dict[str, Any] = {"headers": {"host": host}, "secure": settings.HTTPS}
    customer, staff = Client(), Client()
    customer.post("/track/", {"code": signing.code_for(case.code_key)}, **options)
    staff.force_login(User.objects.get(employee_number="manager"), backend="django.contrib.auth.backends.ModelBackend")
    agent = User.objects.get(employee_number="agent")

    def page(client: Client, path: str) -> Callable[[], None]:
        def ask() -> None:
            response = client.get(path, **options)
            if response.status_code != 200:
                raise CommandError(f"{path} answered {response.status_code}")

        return ask

    return {
        "filing (service)": file_one,
        "tracking page": page(customer, "/track/case/"),
        "list in the back office": page(staff, "/admin/complaints/complaint/"),
        "case page": page(staff, f"/admin/complaints/complaint/{case.pk}/change/"),
        "one step (filing + apology)": lambda: apologise(file_one(), agent),
    }


def file_one() -> Complaint:
    channel = Channel.objects.select_related("department").get(code="web")
    return filing.file(
        story="测量用：热水器漏水，请尽快来修。", demands=[DemandInput(Demand.Kind.REPAIR)], complainant=PartyInput(name="测量"),
        medium=Medium.WEB, department=channel.department, by=Actor.COMPLAINANT, at=timezone.now(),
    )  # fmt: skip


def apologise(case: Complaint, by: User) -> None:
    values: dict[str, Any] = {"words": "非常抱歉，由我跟进。", "medium": Medium.PHONE, "feeling_before": Feeling.UPSET}
    apologize.apologize(complaint_id=case.pk, by=by, at=timezone.now(), **values)
