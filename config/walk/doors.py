"""Every way a complaint can come in, taken in turn: who brings it, in what name, and how its number and code reach them."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from config.walk.browser import Browser, WalkError, needed
from config.walk.customer import Customer
from config.walk.page import Page
from config.walk.server import Site
from config.walk.staff import Office

TAKE_DOWN = "/admin/intake/submission/add/"
PATIENCE = timedelta(minutes=2)
CODE = re.compile(r"\b[2-9A-Z]{6}-[2-9A-Z]{6}-[2-9A-Z]{6}\b")
NUMBER = re.compile(r"\b\d{6}-[2-9A-Z]{5}\b")
MODES = ("real_name", "confidential", "anonymous")
#: A second of silence as an AMR recording: head and one frame.
RECORDING = b"#!AMR\n" + bytes([0x3C]) + bytes(31)


@dataclass(frozen=True)
class Arrival:
    """One remark on its way in: by which door, in what name, as what."""

    door: str
    mode: str = "real_name"
    kind: str = "complaint"


def _arrivals() -> list[Arrival]:
    """Each door in each name it can be used in; and each kind that is no complaint."""
    both = [
        Arrival(door, mode)
        for mode in MODES
        for door in ("web", "phone", "counter", "letter", "social", "box", "field", "behalf", "reception")
    ]
    named = [Arrival("email"), Arrival("voicemail"), Arrival("fax"), Arrival("fax", "confidential")]
    reports = [Arrival("web", mode, "report") for mode in MODES] + [Arrival("phone", "anonymous", "report")]
    others = [Arrival("web", kind="suggestion"), Arrival("web", "anonymous", "praise"), Arrival("phone", kind="enquiry")]
    return [*both, *named, *reports, *others]


ARRIVALS = _arrivals()


class Doors:
    """Shared by all threads: one box opening and one reception day at a time are prepared by whoever needs them first."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.lock = threading.Lock()
        self.has_box = self.has_day = False

    def bring(self, arrival: Arrival, customer: Customer, office: Office) -> None:
        """Bring the remark in; afterwards the customer knows number and code. Who put a slip in a box knows neither: the code stays empty."""
        ways: dict[str, Callable[[], list[str]]] = {
            "web": lambda: customer.fill_in(mode=arrival.mode, kind=arrival.kind),
            "email": lambda: self._write(customer),
            "voicemail": lambda: self._speak_on_the_tape(customer, office),
            "box": lambda: self._drop_a_slip(arrival, customer, office),
            "reception": lambda: self._come_in_person(arrival, customer, office),
        }
        found = ways[arrival.door]() if arrival.door in ways else self._tell_staff(arrival, customer, office)
        if len(found) < (1 if arrival.door == "box" else 2):
            raise WalkError(f"{arrival}: no number and code were shown.")
        customer.case_number, customer.code = [*(text.strip() for text in found), ""][:2]

    # --- told to staff -------------------------------------------------------------------------------------------------------
    def _tell_staff(self, arrival: Arrival, customer: Customer, office: Office) -> list[str]:
        clerk = office.browser("agent")
        page = clerk.get(f"{TAKE_DOWN}?channel={arrival.door}", "empty staff form")
        return self._take_down(clerk, page, arrival, customer).codes

    def _take_down(self, clerk: Browser, page: Page, arrival: Arrival, customer: Customer) -> Page:
        form = needed(next((each for each in page.forms if "once" in each.values), None), "take down", page)
        said = {"kind": arrival.kind, "mode": arrival.mode, "story": customer.text, "demand": "explanation"}
        # Typed whatever the mode: of an anonymous one it must be nowhere afterwards.
        return clerk.send(form, "taking down", **said, name=customer.name, phone=customer.phone)

    # --- by machines ---------------------------------------------------------------------------------------------------------
    def _write(self, customer: Customer) -> list[str]:
        """Number and code come back by mail."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = f"{customer.name} <{customer.email}>", "complaints@localhost", "投诉"
        mail["Message-ID"] = f"<walk-{customer.number}@customers.example>"
        mail.set_content(customer.text)
        self._manage("ingest_mail", given=mail.as_bytes())
        return self._answered(customer.email)

    def _answered(self, address: str) -> list[str]:
        """The worker files the mail and sends the receipt; without a mail server it lies in a folder."""
        folder = Path(self.site.environment["REDRESS_VAR"]) / "mail"
        deadline = time.monotonic() + PATIENCE.total_seconds()
        while time.monotonic() < deadline:
            for path in folder.glob("*"):
                content = path.read_bytes()
                if address.encode() in content:
                    mail = message_from_bytes(content, policy=policy.default)
                    body = mail.get_body(("plain",))
                    text = f"{mail['Subject']} {body.get_content() if body else ''}"
                    number, code = NUMBER.search(text), CODE.search(text)
                    if number and code:
                        return [number.group(), code.group()]
            time.sleep(0.5)
        raise WalkError(f"No receipt came to {address}.")

    def _speak_on_the_tape(self, customer: Customer, office: Office) -> list[str]:
        """The telephone hands the recording over; a person listens and types."""
        folder = Path(self.site.environment["REDRESS_VAR"])
        tape = folder / f"walk-{customer.number}.amr"
        tape.write_bytes(RECORDING + str(customer.number).encode())
        try:
            said = self._manage("ingest_recording", str(tape), "--from-number", customer.phone)
        finally:
            tape.unlink()
        held = re.search(r"submission (\d+)", said)
        if held is None:
            raise WalkError(f"ingest_recording said: {said}")
        clerk = office.browser("agent")
        page = clerk.get(f"{TAKE_DOWN}?held={held.group(1)}", "empty staff form")
        return self._take_down(clerk, page, Arrival("voicemail"), customer).codes

    def _manage(self, *arguments: str, given: bytes = b"") -> str:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.site.environment, input=given, capture_output=True, check=False)
        if done.returncode:
            raise WalkError(f"{arguments[0]} ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-300:]}")
        return done.stdout.decode("utf-8", "replace")

    # --- a slip in a box -----------------------------------------------------------------------------------------------------
    def _drop_a_slip(self, arrival: Arrival, customer: Customer, office: Office) -> list[str]:
        """Opened by two, confirmed by the second, typed in under its number."""
        self._hang_a_box(office)
        opener, witness = office.browser("agent"), office.browser("agent2")
        page = opener.get("/admin/intake/boxopening/add/", "opening a box")
        form = needed(next((each for each in page.forms if "slips" in each.values), None), "open a box", page)
        box = form.choice("box", "大厅意见箱")
        opener.send(form, "opening a box", box=box, slips="1", witness=form.choice("witness", "马晓兰"))
        opening = re.search(r"/boxopening/(\d+)/", opener.at)
        if opening is None:
            raise WalkError(f"The opening has no page: {opener.at}")
        page = witness.get(f"/admin/intake/boxopening/{opening.group(1)}/act/confirm/", "confirming a box")
        witness.send(needed(page.own_form, "confirm the opening", page), "confirming a box")
        page = opener.get(f"{TAKE_DOWN}?slip={opening.group(1)}-1", "empty staff form")
        typed = self._take_down(opener, page, arrival, customer)
        return NUMBER.findall(typed.html)[:1]

    def _hang_a_box(self, office: Office) -> None:
        with self.lock:
            if self.has_box:
                return
            manager = office.browser("manager")
            page = manager.get("/admin/intake/box/add/", "hanging a box")
            form = needed(next((each for each in page.forms if "place" in each.values), None), "hang a box", page)
            unit = form.choice("department", "客户服务中心")
            manager.send(form, "hanging a box", name="大厅意见箱", place="一楼大厅", department=unit)
            self.has_box = True

    # --- in person -----------------------------------------------------------------------------------------------------------
    def _come_in_person(self, arrival: Arrival, customer: Customer, office: Office) -> list[str]:
        """A day is published; the customer books a time with the complaint."""
        self._publish_a_day(office)
        page = customer.browser.get("/reception-days/", "reception days")
        slots = [link for link in page.links if "slot=" in link]
        if not slots:
            raise WalkError("No reception day has a free time.")
        slot = slots[customer.number % len(slots)].partition("?")[2]
        return customer.fill_in(mode=arrival.mode, kind=arrival.kind, asked=slot)

    def _publish_a_day(self, office: Office) -> None:
        with self.lock:
            if self.has_day:
                return
            manager = office.browser("manager")
            for ahead in range(1, 8):
                page = manager.get("/admin/intake/receptionday/add/", "publishing a day")
                form = needed(next((each for each in page.forms if "place" in each.values), None), "publish a day", page)
                day = (timezone.localdate() + timedelta(days=ahead)).isoformat()
                hours = {"day": day, "begins": "09:00", "ends": "17:00", "minutes": "15", "place": "总部一楼接待室", "published": "on"}
                manager.send(form, "publishing a day", leader=form.choice("leader", "高远"), **hours)
            self.has_day = True


def canaries_in(site: Site, canaries: list[str]) -> list[str]:
    """Where any of these texts stands after the walk: in a row of any table, in a file of the var folder, in a log."""
    found = []
    said = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "find_texts"], env=site.environment, capture_output=True, text=True, check=False,
        input=json.dumps(canaries),
    )  # fmt: skip
    if said.returncode:
        raise WalkError(f"find_texts: {said.stderr[-300:]}")
    found += said.stdout.splitlines()
    folder = Path(site.environment["REDRESS_VAR"])
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{path.relative_to(folder)}: {canary}" for canary in canaries if canary.encode() in content]
    return found
