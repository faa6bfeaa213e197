"""When the calendar or a rule is edited, what runs is counted anew, case by case, each move with its record.

The row of `Recount` is the truth, the job a nudge: it goes on where the last slice ended, whoever died meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F
from django_q.tasks import async_task

from complaints.models import Complaint
from complaints.workflow import OPEN_STEPS, Step
from escalation.models import CaseRegime, Deadline, DeadlineChange, DeadlinePolicy, Recount
from escalation.obligations import STEPS, Obligation
from escalation.services.deadlines import Book
from escalation.services.owed import begin_owed
from staff import calendar
from staff.models import User

log = logging.getLogger(__name__)
CALENDAR, POLICY = DeadlineChange.Why.CALENDAR, DeadlineChange.Why.POLICY
#: Some seconds of work.
SLICE = 200


@transaction.atomic
def later(*, policy: DeadlinePolicy | None = None, by: User | None = None) -> None:
    """Let the worker do it: of the limits under a rule, or of all that rest on the calendar. One that is under way begins again."""
    again = {"by": by, "round": F("round") + 1, "done_to": 0}
    Recount.objects.update_or_create(policy=policy, defaults=again, create_defaults={"by": by})
    async_task("escalation.tasks.recount")


def recount(*, at: datetime, may_go_on: Callable[[], bool] = lambda: True) -> int:
    """Do slice after slice of what was asked for, while it may; how many deadlines moved, ended or began. Done again it finds nothing to move."""
    moved = 0
    while may_go_on() and (asked := Recount.objects.select_related("policy", "by").order_by("pk").first()):
        moved += next_slice(asked, at=at)
    return moved


def next_slice(asked: Recount, *, at: datetime) -> int:
    """The next cases of one. What was edited meanwhile, or done by another worker, is left as they wrote it."""
    cases = list(_cases(asked.policy, after=asked.done_to)[:SLICE])
    moved = sum(_case(case_id, at=at, policy=asked.policy, by=asked.by) for case_id in cases)
    seen = Recount.objects.filter(pk=asked.pk, round=asked.round, done_to=asked.done_to)
    if len(cases) < SLICE:
        seen.delete()
    else:
        seen.update(done_to=cases[-1])
    return moved


def _cases(policy: DeadlinePolicy | None, *, after: int) -> Any:
    running = Deadline.objects.running().filter(complaint__gt=after)
    if policy is None:
        resting = running.filter(unit__in=calendar.OF_THE_OFFICE)
        return resting.order_by("complaint").values_list("complaint", flat=True).distinct()
    under = running.filter(regime=policy.regime_id, matter=policy.matter)
    return _open_under(policy).filter(pk__gt=after).union(under.values_list("complaint", flat=True)).order_by("pk")


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
                book.count_anew([row for row in book.running if row.unit in calendar.OF_THE_OFFICE and not row.is_late(at)], why=CALENDAR)
            else:
                book.judge_anew(why=POLICY)
                if case.step != Step.CLOSED:
                    begin_owed(book, [policy.matter], why=POLICY)
            book.keep()
            after = {row.pk: row.due_at for row in book.running}
    except OperationalError:  # the database is away: the whole slice is done again
        raise
    except (DatabaseError, calendar.NoWorkingTime):
        log.exception("the deadlines of case %d could not be counted anew", case_id)
        return 0
    return sum(before.get(pk) != after.get(pk) for pk in before.keys() | after.keys())
