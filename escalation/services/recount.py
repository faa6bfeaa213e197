"""When the calendar or a rule is edited, what runs is counted anew, case by case, each move with its record."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django_q.tasks import async_task

from complaints.models import Complaint
from complaints.workflow import OPEN_STEPS, Step
from escalation.models import CaseRegime, Deadline, DeadlineChange, DeadlinePolicy
from escalation.obligations import STEPS, Obligation
from escalation.services.deadlines import Book
from escalation.services.owed import begin_owed
from staff import calendar
from staff.models import User

log = logging.getLogger(__name__)
CALENDAR, POLICY = DeadlineChange.Why.CALENDAR, DeadlineChange.Why.POLICY


def later(*, policy: DeadlinePolicy | None = None, by: User | None = None) -> None:
    """Let the worker do it: of the limits under a rule, or of all that rest on the calendar. The task lies in the same database."""
    async_task("escalation.tasks.recount", policy.pk if policy else None, by.pk if by else None)


def recount(*, at: datetime, policy: DeadlinePolicy | None = None, by: User | None = None) -> int:
    """How many deadlines moved, ended or began. Done again it finds nothing more to move."""
    return sum(_case(case_id, at=at, policy=policy, by=by) for case_id in _cases(policy))


def _cases(policy: DeadlinePolicy | None) -> Iterator[int]:
    running = Deadline.objects.running()
    if policy is None:
        resting = running.filter(unit__in=calendar.OF_THE_OFFICE)
        yield from list(resting.order_by("complaint").values_list("complaint", flat=True).distinct())
        return
    under = running.filter(regime=policy.regime_id, matter=policy.matter)
    yield from list(_open_under(policy).union(under.values_list("complaint", flat=True)).order_by("pk"))


def _open_under(policy: DeadlinePolicy) -> Any:
    """Open cases that may owe something by the rule now, though nothing runs by it yet."""
    cases = Complaint.objects.filter(step__in=OPEN_STEPS) if policy.active else Complaint.objects.none()
    if policy.matter in STEPS:
        cases = cases.filter(step=policy.matter)
    if policy.matter == Obligation.REMEDY:
        cases = cases.filter(remedies__state="accepted")
    if not (policy.regime.always or policy.regime.is_default):
        cases = cases.filter(pk__in=CaseRegime.objects.filter(regime=policy.regime_id).values("complaint"))
    wanted = {"severity": policy.severity, "kind": policy.kind}
    return cases.filter(**{name: value for name, value in wanted.items() if value}).order_by().values_list("pk", flat=True)


def _case(case_id: int, *, at: datetime, policy: DeadlinePolicy | None, by: User | None) -> int:
    """One case in a transaction of its own; one that cannot be counted stops no other."""
    try:
        with transaction.atomic():
            case = Complaint.objects.locked(case_id, "department")
            book = Book.of(case, at, by=by)
            before = {row.pk: row.due_at for row in book.running}
            if policy is None:
                book.count_anew([row for row in book.running if row.unit in calendar.OF_THE_OFFICE], why=CALENDAR)
            else:
                book.judge_anew(why=POLICY)
                if case.step != Step.CLOSED:
                    begin_owed(book, [policy.matter], why=POLICY)
            book.keep()
            after = {row.pk: row.due_at for row in book.running}
    except (DatabaseError, calendar.NoWorkingTime):
        log.exception("the deadlines of case %d could not be counted anew", case_id)
        return 0
    return sum(before.get(pk) != after.get(pk) for pk in before.keys() | after.keys())
