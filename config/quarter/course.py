"""One case of the quarter as people treat it: quickly, late, or not at all; played by the services, each act at its own moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from complaints.models import Promise
from complaints.services import endings, kinds, messages, promises
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Severity, Step
from config.demo.cast import Cast
from config.demo.plan import Plan
from config.demo.player import WORK, Player
from escalation.models import Deadline, Pause
from escalation.obligations import Obligation, PauseReason
from escalation.services import extensions, pauses
from staff.models import User

#: Courses, and how many of a hundred cases take them.
COURSES = {"matter": 50, "withdrawn": 28, "whole": 3, "undecided": 3, "paused": 2, "extended": 2, "left": 6, "report": 3, "late": 3}
#: How long an act at each step takes when nobody is late, in hours.
USUAL = {
    Step.APOLOGIZE: (0.1, 0.45), Step.RECORD: (0.5, 8), Step.CLASSIFY: (0.5, 8), Step.ASSIGN: (0.3, 6), Step.INVESTIGATE: (4, 40),
    Step.PROPOSE: (2, 20), Step.NOTIFY: (1, 24), Step.PENALIZE: (10, 60), Step.IMPROVE: (6, 60), Step.FOLLOW_UP: (20, 60),
}  # fmt: skip
#: Of a hundred acts so many come late, by so many hours at most.
LATE, LATE_HOURS = 8, 110
#: Of a hundred cases so many get a promised call; of a hundred calls so many are made.
PROMISED, CALLED = 12, 60
#: Of a hundred apologies so many are followed by an answer.
WRITTEN = 88
#: Of a hundred cases so many turn out to be severe.
SEVERE = 8
#: The customer and the laboratory are given so long, and take less.
STOOD_AT_MOST = timedelta(days=30)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
#: An act and how many hours after the one before.
Act = tuple[float, Callable[[], Any]]


def draw(random: Random) -> str:
    return random.choices(list(COURSES), weights=list(COURSES.values()))[0]


class Course(Player):
    """A case of the demo's making, but each act waits for its moment."""

    def __init__(self, number: int, name: str, cast: Cast, *, at: datetime, seed: str, regulars: list[PartyInput]) -> None:
        traits = {name} & {"matter", "report"}
        self.name = name
        super().__init__(Plan(number, Step.CLOSED, frozenset(traits)), cast, now=at, seed=seed, regulars=regulars)
        self.severity = Severity.SEVERE if self.random.random() * 100 < SEVERE else self.category.default_severity

    def _in_hours(self, at: datetime, *, latest: datetime) -> datetime:
        return at

    def after(self, least: float, most: float) -> datetime:
        """A second later: what belongs to one act happens in one minute."""
        self.at += SECOND
        return self.at

    def _judgement(self, *, unfounded: bool) -> dict[str, Any]:
        return super()._judgement(unfounded=unfounded) | {"severity": self.severity}

    def file(self) -> None:
        with transaction.atomic():
            if self.name == "matter":
                self.answer = self._file_matter()
            elif self.name == "report":
                self._file_report()
            else:
                self._file()

    # --- what becomes of it -----------------------------------------------------------------------------------------------------
    def acts(self) -> Iterator[Act]:
        """One after the other; asked for the next when the one before was done."""
        chance = self.random.random() * 100
        if chance < PROMISED and self.name != "report":
            yield self.random.uniform(0.02, 0.06), self._promise
        if self.name == "matter":
            if chance < 75:
                yield self._hours((2, 60)), self._answer
            return
        yield from self._on_the_way()
        if self.name in ("withdrawn", "late"):
            yield self._hours((1, 30)), self._withdraw

    def _on_the_way(self) -> Iterator[Act]:
        steps = {"withdrawn": 1, "left": 4, "report": 3, "late": 4}.get(self.name, 99)
        for _number in range(self.random.randint(0, steps) if steps < 99 else steps):
            step = Step(self._fresh().step)
            if step == Step.CLOSED or (self.name == "undecided" and step == Step.NOTIFY and self.case.decision_sent_at):
                return
            if step == Step.INVESTIGATE and self.name in ("paused", "extended"):
                yield from self._stand_still() if self.name == "paused" else self._take_longer()
            yield self._hours(USUAL[step]), self._work
            if step == Step.APOLOGIZE and self.random.random() * 100 < WRITTEN:
                yield self._hours((0.5, 12)), self._write

    def _hours(self, usual: tuple[float, float]) -> float:
        wait = self.random.uniform(*usual)
        share = 60 if self.name == "late" else LATE
        return wait + (self.random.uniform(1, LATE_HOURS) if self.random.random() * 100 < share else 0)

    # --- acts ---------------------------------------------------------------------------------------------------------------------
    def _work(self) -> None:
        """What is to be done at the step the case stands at, by whoever has it."""
        case = self._fresh()
        if case.step == Step.CLOSED:
            raise NotPossible("the case has ended")
        if case.handler is not None and case.handler.employee_number in ("agent", "agent2"):
            self.agent = case.handler
        with transaction.atomic():
            WORK[Step(case.step)](self)

    def _write(self) -> None:
        """The first answer."""
        self._fresh()
        self._act(messages.write, self.agent, (0, 0), text="您反映的情况我们正在核实，最迟明天给您回音。")

    def _answer(self) -> None:
        kinds.answer(complaint_id=self.case.pk, by=self.agent, at=self.at, text=self.answer)

    def _withdraw(self) -> None:
        endings.withdraw(complaint_id=self.case.pk, by=Actor.COMPLAINANT, at=self.at, reason="事情已经解决，不再追究。")

    def _promise(self) -> None:
        call_at = (self.at + timedelta(hours=self.random.uniform(0.8, 70))).replace(second=0, microsecond=0)
        call_at -= timedelta(minutes=call_at.minute % 15)
        promises.promise(complaint=self._fresh(), call_at=call_at, about="告知进展", by=self.agent, at=self.at)

    def calls(self) -> list[tuple[Promise, datetime]]:
        """Which promised call is made when, in time or not; the others never."""
        found = []
        for promise in Promise.objects.filter(complaint=self.case):
            if self.random.random() * 100 < CALLED:
                wait = (promise.call_at - promise.at) * self.random.uniform(0.3, 1.5)
                found.append((promise, promise.at + max(wait, timedelta(minutes=3))))
        return found

    def call(self, promise: Promise) -> None:
        promises.keep_promise(
            complaint_id=self.case.pk, promise=promise, by=promise.by, at=self.at, result="已告知进展，顾客同意继续等待。"
        )

    def _stand_still(self) -> Iterator[Act]:
        reason = self.random.choice([PauseReason.CUSTOMER, PauseReason.TESTING])
        made: list[Pause] = []

        def pause() -> None:
            made.append(
                pauses.pause(
                    complaint_id=self.case.pk,
                    reason=reason,
                    words="等待材料",
                    until=self.at + STOOD_AT_MOST,
                    by=self._handler(),
                    at=self.at,
                )
            )

        def resume() -> None:
            pauses.resume(pause_id=made[0].pk, by=self._handler(), at=self.at)

        yield self.random.uniform(1, 20), pause
        if made:
            yield self.random.uniform(3, 200), resume

    def _take_longer(self) -> Iterator[Act]:
        asked: list[Any] = []

        def ask() -> None:
            row = Deadline.objects.get(complaint=self.case, matter=Obligation.DECISION, state="open")
            told = {"reason": "配件需从厂家调拨", "to_customer": "配件正在调拨，请您再等几天。"}
            asked.append(extensions.ask(deadline_id=row.pk, amount=self.random.randint(1, 5), by=self._handler(), at=self.at, **told))

        def grant() -> None:
            extensions.grant(extension_id=asked[0].pk, by=self.cast.person("manager"), at=self.at)

        yield self.random.uniform(1, 20), ask
        if asked:
            yield self.random.uniform(1, 20), grant

    def _handler(self) -> User:
        return self._fresh().handler or self.investigator
