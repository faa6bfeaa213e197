"""What an employee is told about themselves: where they are named, what they are asked, what was found, what they are to put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils import timezone

from complaints.models import MyFinding, MyImprovement, Recusal, Statement
from complaints.workflow import Kind

if TYPE_CHECKING:
    from staff.models import User


@dataclass(frozen=True)
class Matters:
    """The page of one employee; never a case, its number or who complained."""

    #: Days on which looking into a complaint that names them began, newest first; and of those that are over, with their last day.
    named_since: list[date]
    named_before: list[tuple[date, date]]
    statements: list[Statement]
    findings: list[MyFinding]
    improvements: list[MyImprovement]

    @property
    def is_empty(self) -> bool:
        return not (self.named_since or self.named_before or self.statements or self.findings or self.improvements)


def matters_of(user: User) -> Matters:
    opened = Recusal.objects.filter(user=user, kind="named").exclude(complaint__kind=Kind.REPORT)
    begun = opened.annotate(began=Min("complaint__investigations__opened_at")).exclude(began=None)
    spans = [(timezone.localdate(max(began, at)), ended) for began, at, ended in begun.values_list("began", "at", "complaint__closed_at")]
    days = sorted((since for since, ended in spans if ended is None), reverse=True)
    over = sorted(((since, timezone.localdate(ended)) for since, ended in spans if ended is not None), reverse=True)
    statements = Statement.objects.filter(employee=user).order_by("-asked_at", "-pk")
    findings = MyFinding.objects.of(user).select_related("measure", "clause__version__document", "appeal", "ruling__measure", "ruling__by")
    improvements = MyImprovement.objects.filter(owner=user).order_by("done_at", "due_on", "pk")
    return Matters(days, over, list(statements), list(findings.order_by("-in_force_at", "-pk")), list(improvements))


def to_appeal(user: User, at: datetime) -> list[MyFinding]:
    """Findings the person may still appeal against."""
    from_now_on = MyFinding.objects.of(user).filter(state="in_force").exclude(appeal_until__lt=timezone.localdate(at))
    return list(from_now_on.select_related("measure").order_by("appeal_until", "pk"))
