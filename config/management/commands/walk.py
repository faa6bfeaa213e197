"""Real remarks through the whole system, over HTTP alone: customers file and answer, staff post the back office's own forms."""

import csv
import gzip
import os
import queue
import signal
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.places import from_environment
from config.postgres import PostgresError
from config.progress import Bar
from config.serving import ServeError
from config.walk import lessons, purse
from config.walk.accountability import Accountability
from config.walk.browser import Stopwatch, WalkError
from config.walk.course import Course, course_of
from config.walk.customer import Customer
from config.walk.doors import ARRIVALS, Arrival, Doors, canaries_in
from config.walk.report import table
from config.walk.server import Site, manage, own_site
from config.walk.staff import Handling, Office
from config.walk.thanks import thank

THREADS = 4
LONGEST = 10_000
NAMED = 10


class Command(BaseCommand):
    help = "Take real complaints of a corpus through all ten steps over HTTP, then verify the record."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--corpus", required=True, help="a .csv or .csv.gz with the columns category,text")
        parser.add_argument("--count", type=int, default=100, help="how many remarks (default 100)")
        parser.add_argument(
            "--channels", choices=["web", "all"], default="web", help="by the public form alone, or by every channel and in every name"
        )
        parser.add_argument("--url", default="", help="a running demo; without it a server of its own is started")

    def handle(self, *_args: Any, corpus: str, count: int, channels: str, url: str, **_options: Any) -> None:
        if channels == "all" and url:
            raise CommandError("Mail and recordings come in beside the web: CHANNELS=all walks a server of its own.")
        remarks = remarks_of(corpus, count)
        signal.signal(signal.SIGTERM, _stop)
        try:
            with running_site(url) as site:
                bar = Bar("Walking", len(remarks), output=self.stdout)
                walk = Walk(site, remarks, bar=bar, every_door=channels == "all", own=not url)
                walk.go()
                for line in table(walk.done, walk.watch, seconds=walk.seconds):
                    self.stdout.write(line)
                checked = manage(site.environment, "verify")
                walk.failures += walk.traces()
        except (ServeError, PostgresError, WalkError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:  # database, folder and processes are gone by now
            raise CommandError("Stopped.") from error
        self.stdout.write(f"\n{checked.stdout}{checked.stderr}")
        for failure in walk.failures[:NAMED]:
            self.stderr.write(failure)
        if walk.failures or checked.returncode:
            raise CommandError(f"{len(walk.failures)} of {len(remarks)} complaints did not get through.")


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Somebody asks us to end: in order, as on Ctrl-C."""
    raise KeyboardInterrupt


@contextmanager
def running_site(url: str) -> Iterator[Site]:
    """The given one, which must be a demo; else one of our own."""
    if not url:
        with own_site() as site:
            yield site
        return
    kept: Path = settings.VAR / "demo_password"
    password = from_environment("REDRESS_DEMO_PASSWORD") or (kept.read_text().strip() if kept.is_file() else "")
    if not password:
        raise CommandError(f"No password of demo accounts: set REDRESS_DEMO_PASSWORD, or run where {kept} is.")
    Office(url, Stopwatch(), password).browser("agent")  # a site without demo accounts is left alone
    yield Site(url.rstrip("/"), password, dict(os.environ))


def remarks_of(corpus: str, count: int) -> list[str]:
    """So many remarks, spread evenly over the whole file; empty ones are left out."""
    path = Path(corpus)
    if not corpus or not path.is_file():
        raise CommandError(f"There is no file “{corpus}”: CORPUS=path.csv.gz make walk.")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        if "text" not in (rows.fieldnames or []):
            raise CommandError(f"{path.name} has no column “text”.")
        texts = [row["text"].strip()[:LONGEST] for row in rows if row["text"] and row["text"].strip()]
    if not texts:
        raise CommandError(f"{path.name} holds no remarks.")
    return [texts[place * len(texts) // count] for place in range(min(count, len(texts)))]


class Walk:
    """All remarks, a few at a time."""

    def __init__(self, site: Site, remarks: list[str], *, bar: Bar, every_door: bool = False, own: bool = False) -> None:
        """`own`: the site is nobody's but this walk's."""
        self.site, self.bar, self.own = site, bar, own
        self.doors = Doors(site) if every_door else None
        #: What would tell who the anonymous customers are: it must be nowhere in the end.
        self.canaries: list[str] = []
        self.watch = Stopwatch()
        self.done: Counter[str] = Counter()
        self.failures: list[str] = []
        self.seconds = 0.0
        self.lock = threading.Lock()
        self.waiting: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        for number, text in enumerate(remarks):
            self.waiting.put((number, text))
        self.loopback = (urlsplit(site.url).hostname or "").startswith(("127.", "localhost"))

    def go(self) -> None:
        began = time.monotonic()
        office = Office(self.site.url, self.watch, self.site.password)
        if self.own:
            purse.fill(office)
        threads = [threading.Thread(target=self._work, daemon=True) for _thread in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for _checked in range(lessons.check_effects(office)):
            self._count("effect checked")
        self.seconds = time.monotonic() - began

    def _work(self) -> None:
        office = Office(self.site.url, self.watch, self.site.password)
        while True:
            try:
                number, text = self.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                self._one(office, number, text)
            except WalkError as error:
                with self.lock:
                    self.failures.append(f"Complaint {number}: {error}")
            except Exception as error:  # noqa: BLE001 - the others walk on, and the walk fails in the end
                with self.lock:
                    self.failures.append(f"Complaint {number}: {type(error).__name__}: {error}")
            with self.lock:
                self.bar.forward()

    def _one(self, office: Office, number: int, text: str) -> None:
        """One complaint from its door to its close."""
        customer = Customer(self.site.url, self.watch, number=number, text=text, loopback=self.loopback)
        arrival = ARRIVALS[number % len(ARRIVALS)] if self.doors else Arrival("web")
        self._bring(arrival, customer, office)
        desk = "supervisor" if arrival.kind == "report" else "agent"
        handling = Handling(office, case_number=customer.case_number, text=text, done=self._count, desk=desk)
        handling.find()
        if arrival.kind in ("complaint", "report"):
            self._through_ten_steps(customer, handling, course_of(number, handling, arrival, has_code=bool(customer.code)))
        else:
            handling.answer()

    def _bring(self, arrival: Arrival, customer: Customer, office: Office) -> None:
        if self.doors:
            self.doors.bring(arrival, customer, office)
            self._count(f"by {arrival.door}")
            self._count(arrival.mode)
        else:
            customer.file()
        if arrival.mode == "anonymous":
            self.canaries += customer.canaries
        self._count("filed")

    def _through_ten_steps(self, customer: Customer, handling: Handling, course: Course) -> None:
        self._until_recorded(customer, handling)
        held = self._until_decided(handling, course)
        self._until_carried_out(customer, handling, course)
        if held is not None:
            held.find()
            held.appeal(revoked=course.revoked)
        else:
            handling.hold_nobody_to_account()
        self._learn(handling, course)
        self._follow_up(customer, handling, course)

    def _until_recorded(self, customer: Customer, handling: Handling) -> None:
        """Steps 1 and 2; before, the customer looks what was promised."""
        if handling.is_late:
            customer.ask_for_the_standard()
            self._count("standard asked for")
        handling.receive(read_back=not customer.code)
        if customer.code:
            customer.confirm()
            handling.customer_acts()
        self._count("confirmed")

    def _until_decided(self, handling: Handling, course: Course) -> Accountability | None:
        """Steps 3 to 7, on the spot or one after the other; the finding that is under way, if somebody is held to account."""
        if course.settled:
            handling.settle()
            return None
        handling.judge()
        held = Accountability(handling, handling.origin.person) if course.accountable else None
        if held is not None:
            held.hear()
        handling.solve(goes_up=course.goes_up)
        return held

    def _until_carried_out(self, customer: Customer, handling: Handling, course: Course) -> None:
        if customer.code:
            customer.accept()
            handling.customer_acts()
        else:
            handling.note_acceptance()
        self._count("accepted")
        if course.settled:
            handling.find_the_cause()
        handling.keep_promises()

    def _learn(self, handling: Handling, course: Course) -> None:
        """Step 9."""
        handling.improve()
        if course.completed:
            lessons.complete(handling)
        if course.linked:
            lessons.link(handling)

    def _follow_up(self, customer: Customer, handling: Handling, course: Course) -> None:
        """Step 10, and thanks afterwards."""
        if customer.code:
            customer.answer_survey()
            handling.customer_acts()
            self._count("surveyed")
        handling.follow_up()
        if course.thanked:
            thank(customer, handling.office)
            self._count("thanked")

    def traces(self) -> list[str]:
        """Where something of an anonymous customer was kept; there must be nothing."""
        return (
            [f"An anonymous customer left a trace in {place}" for place in canaries_in(self.site, self.canaries)] if self.canaries else []
        )

    def _count(self, name: str) -> None:
        with self.lock:
            self.done[name] += 1
