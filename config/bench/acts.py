"""Acts on cases as the back office does them: each request is the form of another case, by whoever that case waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from complaints.models import Authority, Complaint, Remedy
from complaints.queries.approval import approvers
from complaints.workflow import Kind, Step
from config.bench.client import MakeRequest, Seen, ask, request
from staff.models import Membership, User
from staff.queries import executives
from staff.roles import Role
from staff.services import memberships, users

LINES = 4
#: So many in a round at most, and so many cases kept apart for each round: a case is acted on once.
MOST, APART = 120, 130
SECONDS = 30.0
ROUNDS = 8
#: Of these some are counted in this process.
COUNTED = 4
FEWEST = COUNTED + ROUNDS * (LINES + 2)
TOKEN = "x" * 32


class Acts:
    """One act on many cases, four people at once."""

    def __init__(self, act: str, waiting: Iterable[tuple[int, int]], fields: dict[str, str]) -> None:
        self.act, self.fields = act, fields
        found = list(waiting)
        if len(found) < FEWEST:
            raise RuntimeError(f"Only {len(found)} cases wait for {act}: generate more, as CASES=20000 does.")
        self.counted, self.cases = found[:COUNTED], found[COUNTED:]
        self.apart = min(APART, len(self.cases) // ROUNDS)
        self.people = {pk: _signed_in(pk) for pk in {by for _case, by in found}}

    def round(self, port: int) -> Callable[[int], Seen]:
        most = self.apart - LINES  # those on their way when the number is reached are cases too
        return lambda place: ask(port, self._make(place), lines=LINES, seconds=SECONDS, first=0, most=most, fine=(302,))

    def _make(self, place: int) -> MakeRequest:
        own = self.cases[place * self.apart :]
        if place >= ROUNDS:
            raise RuntimeError(f"Cases are kept apart for {ROUNDS - 1} rounds.")
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **self.fields}).encode()

        def make(number: int) -> bytes:
            case, by = own[number]
            headers = {
                "Cookie": f"sessionid={self.people[by].cookies['sessionid'].value}; csrftoken={TOKEN}",
                "Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "zh-hans",
            }  # fmt: skip
            return request("POST", self._path(case), headers=headers, body=body)

        return make

    def once(self) -> None:
        """One of those kept for counting, in this process."""
        case, by = self.counted.pop()
        answer = self.people[by].post(self._path(case), self.fields)
        if answer.status_code != 302 or "login" in answer["Location"]:
            raise RuntimeError(f"{self.act} was answered {answer.status_code}")

    def _path(self, case: int) -> str:
        return f"/admin/complaints/complaint/{case}/act/{self.act}/"


def _signed_in(pk: int) -> Client:
    client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def apologies() -> Acts:
    """The first step: a case nobody has taken on yet is taken on, and its complainant apologised to."""
    agents: dict[int, list[int]] = {}
    for user, department in Membership.objects.active().filter(role=Role.AGENT).order_by("pk").values_list("user", "department"):
        agents.setdefault(department, []).append(user)
    new = Complaint.objects.filter(step=Step.APOLOGIZE, kind=Kind.COMPLAINT).order_by("-pk")
    rows = new.values_list("pk", "handler", "department")[: ROUNDS * APART + COUNTED]
    waiting = [
        (pk, handler or agents[unit][place % len(agents[unit])])
        for place, (pk, handler, unit) in enumerate(rows)
        if handler or unit in agents
    ]
    words = "非常抱歉给您带来不便，这件事由我负责到底。"
    return Acts("apologize", waiting, {"words": words, "medium": "phone", "feeling_before": "upset", "feeling_after": "calm"})


def approvals() -> Acts:
    """A solution that waits, by one of those whose word it needs. Nobody's day is full here: so many in a minute no limit foresees."""
    Authority.objects.filter(use=Authority.Use.APPROVE).update(per_day=None, per_customer=None)
    _name_executives()
    today = timezone.localdate()
    waiting: list[tuple[int, int, int]] = []
    submitted = Remedy.objects.filter(state="submitted", complaint__step=Step.PROPOSE).order_by("-pk").select_related("complaint")
    for remedy in submitted[: ROUNDS * APART + COUNTED]:
        people = sorted(approvers(remedy.complaint, today))
        if people:
            waiting.append((remedy.complaint_id, people[len(waiting) % len(people)], remedy.version))
    first = [(case, by) for case, by, version in waiting if version == 1]  # one form fits all
    return Acts("approve_remedy", first, {"version": "1", "reason": ""})


def _name_executives() -> None:
    """As many as approve at once: the generated company has one, and what one person gives is given one after the other (F3)."""
    first = Membership.objects.active().filter(role=Role.EXECUTIVE).select_related("department").order_by("pk").first()
    manager, at = User.objects.get(employee_number="manager"), timezone.now()
    if first is None:
        raise RuntimeError("Nobody is an executive.")
    for number in range(executives().count(), LINES):
        user = users.create(employee_number=f"executive-{number}", name=f"总经理{number}", by=manager, at=at)
        memberships.grant(user=user, department=first.department, role=Role.EXECUTIVE, by=manager, at=at)
