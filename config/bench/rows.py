"""What is measured: each row is one kind of request, put to its server again and again."""

from __future__ import annotations

import http.client
import re
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Complaint
from complaints.signing import code_for
from complaints.workflow import Step
from config.bench import acts, floor
from config.bench.client import MakeRequest, Seen, ask, request
from config.bench.place import Sites, forget_peaks, memory
from config.bench.words import COMMON, LESS_COMMON
from config.demo.texts import GIVEN, SURNAMES
from intake.services import mail_in
from staff.models import User

SECONDS = 3.0
LINES = 8
#: Pages that are measured alone are asked for so often in a round.
ALONE = 12
CASES_LOOKED_AT = 40
COMMON_WORD, RARE_WORD = "退款", "甲醛"
UPLOADS, UPLOAD_BYTES = 20, 9_990_000
Round = Callable[[int], Seen]


@dataclass
class Row:
    """One line of the table, and what was seen in each round."""

    name: str
    run: Round
    #: The row it is compared with.
    floor: str = ""
    once: Callable[[], Any] | None = None
    seen: list[Seen] = field(default_factory=list)
    queries: int | None = None
    commits: int | None = None

    def rate(self) -> float:
        return median(each.rate for each in self.seen)

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share was answered: the median over the rounds."""
        return median(sorted(each.seconds)[min(len(each.seconds) - 1, int(len(each.seconds) * share))] for each in self.seen) * 1000

    def count(self) -> None:
        """Queries and writing transactions of one request, asked inside this process."""
        if self.once is None:
            return
        self.once()
        with CaptureQueriesContext(connection) as seen:
            self.once()
        said = [str(query["sql"]) for query in seen]
        self.queries = len([each for each in said if each not in {"BEGIN", "COMMIT"} and "SAVEPOINT" not in each])
        self.commits = _commits(said)


def _commits(said: list[str]) -> int:
    """How often something was written for good: transactions that wrote, and writes outside of any."""
    found, inside, wrote = 0, False, False
    for each in said:
        if each == "BEGIN":
            inside, wrote = True, False
        elif each == "COMMIT":
            found, inside = found + wrote, False
        elif each.startswith(("INSERT", "UPDATE", "DELETE")):
            wrote = True
            found += not inside
    return found


def rows(sites: Sites) -> list[Row]:
    """All rows that are measured under load, in the order of the table."""
    form = Filing()
    apologies, approvals = acts.apologies(), acts.approvals()
    looked_at = _cookies_of_cases()
    track = _page("/track/case/", [f"redress_case={cookie}" for cookie in looked_at])
    return [
        Row("bare view", _under_load(sites.bare, lambda _number: request("GET", "/bare/"))),
        Row("bare form, one row (the floor)", _under_load(sites.bare, bare_form(sites.bare), fine=(302,))),
        Row("raw inserts, psycopg", _raw_inserts, floor="bare form, one row (the floor)"),
        Row("filing", _under_load(sites.ours, form.request, fine=(302,)), floor="bare form, one row (the floor)", once=form.once),
        Row("filing, limits on", _under_load(sites.limited, form.request, fine=(302,)), floor="bare form, one row (the floor)"),
        Row("tracking page", _under_load(sites.ours, track), floor="bare view", once=_once("/track/case/", {"redress_case": looked_at[0]})),
        Row("mail, one process", _mails),
        Row("apology, 4 agents", apologies.round(sites.ours), once=apologies.once),
        Row("approval, 4 approvers", approvals.round(sites.ours), once=approvals.once),
    ]


def pages(sites: Sites) -> list[Row]:
    """Pages of the back office, asked for one at a time."""
    client = Client()
    client.force_login(User.objects.get(employee_number="manager"), backend="django.contrib.auth.backends.ModelBackend")
    key = client.cookies["sessionid"].value
    case = Complaint.objects.filter(step=Step.CLOSED, outcome="accepted").order_by("-pk").values_list("pk", flat=True)[0]
    paths = {
        "list, 25 rows": "/admin/complaints/complaint/",
        "case page": f"/admin/complaints/complaint/{case}/change/",
        f"search, common word {COMMON_WORD}": f"/admin/complaints/complaint/?{urlencode({'q': COMMON_WORD})}",
        f"search, rare word {RARE_WORD}": f"/admin/complaints/complaint/?{urlencode({'q': RARE_WORD})}",
    }
    return [
        Row(name, _alone(sites.ours, _page(path, [f"sessionid={key}"])), once=_once(path, {"sessionid": key}))
        for name, path in paths.items()
    ]


# --- requests -----------------------------------------------------------------------------------------------------------------------
def _under_load(port: int, make: MakeRequest, *, fine: tuple[int, ...] = (200,)) -> Round:
    return lambda place: ask(port, make, lines=LINES, seconds=SECONDS, first=place * 1_000_000, fine=fine)


def _alone(port: int, make: MakeRequest) -> Round:
    return lambda place: ask(port, make, lines=1, seconds=120, first=place * 1_000, most=ALONE)


def _page(path: str, cookies: Sequence[str]) -> MakeRequest:
    sent = [request("GET", path, headers={"Cookie": cookie, "Accept-Language": "zh-hans"}) for cookie in cookies]
    return lambda number: sent[number % len(sent)]


def _once(path: str, cookies: dict[str, str]) -> Callable[[], Any]:
    client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-hans"})
    client.cookies.load(cookies)
    return lambda: client.get(path)


def bare_form(port: int) -> MakeRequest:
    cookie, token = _token(port, "/form/")
    body = urlencode({"csrfmiddlewaretoken": token, "story": "".join(COMMON)}).encode()
    headers = {"Cookie": f"csrftoken={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    sent = request("POST", "/form/", headers=headers, body=body)
    return lambda _number: sent


def _token(port: int, path: str) -> tuple[str, str]:
    """Cookie and field against forged forms, as a browser gets them."""

    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", path)
    answer = line.getresponse()
    page, cookies = answer.read().decode(), answer.getheader("Set-Cookie") or ""
    cookie, token = re.search(r"csrftoken=([^;]+)", cookies), re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if cookie is None or token is None:
        raise RuntimeError(f"{path} showed no form: {page[:500]}")
    return cookie[1], token[1]


class Filing:
    """A customer who files by the public form, each time another one from another place."""

    def __init__(self) -> None:
        self.client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-hans"})
        page = self.client.get("/complain/").content.decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if found is None:
            raise RuntimeError("The public form is closed.")
        self.token, self.cookie = found[1], self.client.cookies["csrftoken"].value

    def fields(self, number: int) -> dict[str, Any]:
        random = Random(number)  # noqa: S311 - nothing secret
        return {
            "csrfmiddlewaretoken": self.token, "form_key": str(uuid.uuid4()), "story": random.choice(LESS_COMMON) + random.choice(COMMON),
            "demands": ["refund", "apology"], "demand_words": "", "own_proposal": "", "occurred_on": "2026-01-05",
            "order_number": f"A-{number % 10_000_000}", "name": random.choice(SURNAMES) + random.choice(GIVEN), "phone": "",
            "email": f"{uuid.uuid4().hex[:16]}@customers.example", "kind": "complaint", "mode": "real_name",
        }  # fmt: skip

    def request(self, number: int) -> bytes:
        headers = {
            "Cookie": f"csrftoken={self.cookie}", "Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "zh-hans",
            "X-Forwarded-For": _address(number),
        }  # fmt: skip
        return request("POST", "/complain/", headers=headers, body=urlencode(self.fields(number), doseq=True).encode())

    def once(self) -> None:
        answer = self.client.post("/complain/", self.fields(0), headers={"x-forwarded-for": "198.18.0.1"})
        if answer.status_code != 302:
            raise RuntimeError(answer.content.decode()[:2000])

    def upload(self, number: int) -> bytes:
        mark = "redress-bench-boundary"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, values in self.fields(number).items()
            for value in (values if isinstance(values, list) else [values])
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="uploads"; filename="{number}.png"\r\nContent-Type: image/png\r\n\r\n'
        body = b"".join([*parts, head.encode(), _picture(), f"\r\n--{mark}--\r\n".encode()])
        headers = {
            "Cookie": f"csrftoken={self.cookie}", "Content-Type": f"multipart/form-data; boundary={mark}", "Accept-Language": "zh-hans",
            "X-Forwarded-For": _address(number),
        }  # fmt: skip
        return request("POST", "/complain/", headers=headers, body=body)


def _address(number: int) -> str:
    """Another network for each request; addresses of RFC 2544, which nobody has."""
    place = Random(number).getrandbits(17)  # noqa: S311 - nothing secret
    return f"198.{18 + (place >> 16)}.{place >> 8 & 255}.{place & 255}"


def _picture() -> bytes:
    start = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR"
    return start + bytes(UPLOAD_BYTES - len(start))


def _cookies_of_cases() -> list[str]:
    """What browsers hold that have shown the codes of some cases, the newest of each step."""
    cookies = []
    for case in Complaint.objects.order_by("-pk").only("code_key")[:CASES_LOOKED_AT]:
        client = Client(headers={"host": "127.0.0.1"})
        client.post("/track/", {"code": code_for(case.code_key)})
        cookies.append(client.cookies["redress_case"].value)
    return cookies


# --- without a server ---------------------------------------------------------------------------------------------------------------
def _raw_inserts(_place: int) -> Seen:
    """So many connections at once, each insert with a commit of its own: what the disk gives."""
    seen = Seen()
    until = time.perf_counter() + SECONDS
    given = connection.get_connection_params()
    info = psycopg.conninfo.make_conninfo(**{name: given[name] for name in ("host", "dbname", "user") if name in given})

    def insert() -> None:
        with psycopg.connect(info, autocommit=True) as line:
            while time.perf_counter() < until:
                began = time.perf_counter()
                line.execute(floor.INSERT, ["".join(COMMON)])
                seen.seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    threads = [threading.Thread(target=insert) for _line in range(LINES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.took = time.perf_counter() - began
    return seen


def _mails(place: int) -> Seen:
    """Mails, each from somebody else, taken in one after the other as `fetch_mail` does."""
    seen = Seen()
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        mark = uuid.uuid4().hex
        raw = (
            f"From: c{mark[:16]}@customers.example\r\nTo: service@example.com\r\nSubject: {COMMON[0]}\r\nMessage-ID: <{mark}@customers.example>\r\n"
            f"Date: Mon, 05 Jan 2026 09:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{LESS_COMMON[place % len(LESS_COMMON)]}{COMMON[1]}\r\n"
        ).encode()
        start = time.perf_counter()
        mail_in.ingest(raw=raw, at=timezone.now())
        seen.seconds.append(time.perf_counter() - start)
    seen.took = time.perf_counter() - began
    return seen


def uploads(sites: Sites) -> tuple[Seen, list[int]]:
    """Twenty large files at once: what came back, and by how much each worker grew at its peak, in bytes."""
    form = Filing()
    ask(sites.ours, form.upload, lines=4, seconds=60, first=1, most=4, fine=(302,))  # what is only loaded once is loaded now
    before = [memory(pid)[0] for pid in sites.workers]
    forget_peaks(sites.workers)
    seen = ask(sites.ours, form.upload, lines=UPLOADS, seconds=0, first=100, fine=(302,))
    return seen, [memory(pid)[1] - held for pid, held in zip(sites.workers, before, strict=True)]
