"""The quarter itself: people act, and at every minute at which something is due the scheduler's command is called."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.utils import timezone

from complaints.services.errors import NotPossible, Refused
from complaints.services.inputs import PartyInput
from config.demo.cast import Cast
from config.quarter import company
from config.quarter.calls import Caller
from config.quarter.company import Stage
from config.quarter.course import Act, Course, draw
from config.quarter.expect import Away, Expectation
from escalation.models import RoutedDecision, RoutedItem, SupervisionOrder
from escalation.services import orders, routing
from staff.models import Notice, User

#: Of a hundred orders, matters and notices so many are answered.
ANSWERED = 55
#: Nothing new is filed on the last days, so that what was filed still becomes overdue.
QUIET_DAYS = 10
OPENS, SHUTS = 8, 20
#: Why an act does not come about; LookupError and ValueError where nobody is there who could decide.
REFUSALS = (NotPossible, Refused, ValidationError, ObjectDoesNotExist, PermissionDenied, LookupError, ValueError)
#: Of a hundred cases so many come at any hour: the form stands open.
AT_NIGHT = 8


@dataclass
class Quarter:
    """A number of cases filed over some days."""

    cases: int
    begin: datetime
    days: int
    seed: str
    expectation: Expectation
    caller: Caller
    away: list[Away]
    #: Cases come in every so many minutes, so that many things are due in the same minute and a quarter can be played in half an hour.
    grid: int = 1
    forward: Callable[[], None] = lambda: None
    #: Acts that were refused (the case had ended meanwhile, somebody was away), by reason.
    refused: Counter[str] = field(default_factory=Counter)
    acts: int = 0
    moments: int = 0
    filed: int = 0
    #: Somebody wants to see how it stands: it ends after the moment it is at.
    is_stopped: bool = False
    last: datetime | None = None
    _agenda: list[tuple[datetime, int, Callable[[datetime], Any]]] = field(default_factory=list)
    _number: int = 0
    _orders: int = 0
    _items: int = 0

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed} quarter")  # noqa: S311 - nothing secret is drawn
        self.cast = Cast.assemble()
        self.end = self.begin + timedelta(days=self.days)

    # --- the clock -----------------------------------------------------------------------------------------------------------------
    def run(self) -> None:
        """From the first filing to the end."""
        self._plan()
        while not self.is_stopped and (moment := self._next()) is not None and moment <= self.end:
            self.last = moment
            due = self.expectation.next_moment()
            if due is not None and due <= moment:
                self._call(due)
            else:
                at, _number, act = heapq.heappop(self._agenda)
                act(at)

    def _next(self) -> datetime | None:
        due, act = self.expectation.next_moment(), self._agenda[0][0] if self._agenda else None
        return min((each for each in (due, act) if each is not None), default=None)

    def _call(self, moment: datetime) -> None:
        self.moments += 1
        self.expectation.before(moment)
        self.caller.call(moment)
        if self.caller.jumps():
            self.caller.jump_back(max(moment - timedelta(hours=2), company_morning(moment)))
        self.expectation.after(moment)
        self._look_for_orders(moment)

    def _later(self, at: datetime, act: Callable[[datetime], Any]) -> None:
        """On the agenda, some seconds after a full minute: no act falls together with a call."""
        self._number += 1
        at = at.replace(second=self.random.randint(5, 25), microsecond=self.random.randint(0, 999_999))
        heapq.heappush(self._agenda, (at, self._number, act))

    def _civil(self, at: datetime) -> datetime:
        """By day."""
        local = timezone.localtime(at)
        if OPENS <= local.hour < SHUTS:
            return at
        morning = local.replace(hour=OPENS, minute=self.random.randint(2, 59))
        return morning if local.hour < OPENS else morning + timedelta(days=1)

    # --- what is planned ------------------------------------------------------------------------------------------------------------
    def _plan(self) -> None:
        regulars: list[PartyInput] = []
        for away in self.away:
            self.expectation.await_absence(away)
        for stage in company.stages(begin=self.begin, days=self.days):
            self._later(stage.at, self._stage(stage))
        for number in range(self.cases):
            at = self._filed_at()
            course = Course(number, draw(self.random), self.cast, at=at, seed=self.seed, regulars=regulars)
            self._later(at, self._filing(course))

    def _filed_at(self) -> datetime:
        wish = self.begin + timedelta(days=self.random.uniform(0, self.days - min(QUIET_DAYS, self.days / 3)))
        at = wish if self.random.random() * 100 < AT_NIGHT else self._civil(wish)
        return at - timedelta(minutes=at.minute % self.grid)

    def _stage(self, stage: Stage) -> Callable[[datetime], Any]:
        def act(at: datetime) -> None:
            if stage.what == "crisis":
                company.open_crisis(self.cast, at=at, expectation=self.expectation)
                return
            notice = company.publish(stage.number, self.cast, at=at, expectation=self.expectation)
            for name in company.READERS:
                if self.random.random() * 100 < ANSWERED:
                    reader = self.cast.person(name)
                    read = self._civil(at + timedelta(days=self.random.uniform(0.1, 12)))
                    self._later(read, partial(self._understand, notice, reader))

        return act

    def _understand(self, notice: Notice, reader: User, at: datetime) -> None:
        company.understand(notice, reader, at=at, expectation=self.expectation)

    # --- cases ------------------------------------------------------------------------------------------------------------------------
    def _filing(self, course: Course) -> Callable[[datetime], Any]:
        def act(at: datetime) -> None:
            if not self._do(course, course.file, at):
                return
            self.filed += 1
            self.forward()
            self._go_on(course, course.acts(), at)

        return act

    def _go_on(self, course: Course, acts: Iterator[Act], at: datetime) -> None:
        """Plan the next act of a case."""
        following = next(acts, None)
        if following is None:
            return
        hours, do = following
        self._later(self._civil(at + timedelta(hours=hours)), lambda at: self._act(course, acts, do, at))

    def _act(self, course: Course, acts: Iterator[Act], do: Callable[[], Any], at: datetime) -> None:
        if not self._do(course, do, at):
            return  # nobody goes on with it
        if do == course._promise:
            for promise, called_at in course.calls():
                self._later(self._civil(called_at), partial(self._do, course, partial(course.call, promise)))
        self._go_on(course, acts, at)

    def _do(self, course: Course, do: Callable[[], Any], at: datetime) -> bool:
        """Whether it could be done; what is owed in the case afterwards is looked at in any case."""
        course.at = at
        done = self._try(do)
        if hasattr(course, "case"):
            self.expectation.look_at(course.case.pk, at)
            self._look_for_matters(at)
        return done

    def _try(self, do: Callable[[], Any]) -> bool:
        try:
            do()
        except REFUSALS as reason:
            name = getattr(do, "__name__", "act").strip("_")
            self.refused[f"{name}: {reason}"[:120]] += 1
            return False
        self.acts += 1
        return True

    # --- what the rungs and rules made -----------------------------------------------------------------------------------------------
    def _look_for_orders(self, at: datetime) -> None:
        """Heads answer some of the orders."""
        for order in SupervisionOrder.objects.filter(pk__gt=self._orders).order_by("pk"):
            self._orders = order.pk
            if self.random.random() * 100 < ANSWERED:
                self._later(self._civil(at + timedelta(hours=self.random.uniform(1, 45))), self._answering(order))

    def _answering(self, order: SupervisionOrder) -> Callable[[datetime], Any]:
        def act(at: datetime) -> None:
            heads = [
                user for user in self.cast.people.values() if user.memberships.filter(role="head", department=order.department).exists()
            ]
            if heads:
                self._try(partial(orders.answer, order_id=order.pk, text="已查明，今天内办结。", by=heads[0], at=at))
                self.expectation.look_at(order.complaint_id, at)

        return act

    def _look_for_matters(self, at: datetime) -> None:
        for item in RoutedItem.objects.filter(pk__gt=self._items).order_by("pk"):
            self._items = item.pk
            if self.random.random() * 100 < ANSWERED:
                self._later(self._civil(at + timedelta(hours=self.random.uniform(3, 90))), self._deciding(item))

    def _deciding(self, item: RoutedItem) -> Callable[[datetime], Any]:
        def act(at: datetime) -> None:
            by = self.cast.person("head")
            self._try(lambda: routing.decide(item_id=item.pk, changes=RoutedDecision.Changes.NONE, words="已有对策。", by=by, at=at))
            self.expectation.look_at(item.complaint_id, at)

        return act


def company_morning(moment: datetime) -> datetime:
    """The clock jumps back within the day: who is away is a question of days."""
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
