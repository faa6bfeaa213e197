"""Whether customers are more satisfied where the conversation was guided: questionnaire and interview apart, with honest intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from complaints.models import Complaint, FollowUp, GuidedPath, GuideEntry, SurveyAnswer

if TYPE_CHECKING:
    from staff.models import User

#: Fewer answers in a group tell nothing about a difference.
ENOUGH = 30
SATISFIED = 4
WITHOUT = ""
#: Of the normal distribution, for 95 %.
Z = 1.96


@dataclass(frozen=True)
class Share:
    """Satisfied among those who answered, by one instrument."""

    answers: int
    satisfied: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.satisfied / self.answers) if self.answers else None

    @property
    def interval(self) -> tuple[int, int] | None:
        """Between which percentages the true share lies, with 95 % confidence (Wilson's interval)."""
        if not self.answers:
            return None
        n, p = self.answers, self.satisfied / self.answers
        middle, spread = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return max(0, math.floor(100 * (middle - spread) / scale)), min(100, math.ceil(100 * (middle + spread) / scale))


@dataclass(frozen=True)
class Group:
    """Cases led along one path, or along none."""

    path: str
    cases: int
    interview: Share
    questionnaire: Share

    @property
    def label(self) -> str:
        return str(GuidedPath.Path(self.path).label) if self.path else ""


def groups_for(user: User) -> list[Group]:
    """Without a path, then each path; over the cases this person may see."""
    begun = GuidedPath.objects.filter(Exists(GuideEntry.objects.filter(path=OuterRef("pk"))), complaint=OuterRef("pk"))
    path = Coalesce(Subquery(begun.order_by("-pk").values("path")[:1]), Value(WITHOUT))
    cases: Any = Complaint.objects.visible_to(user).in_figures()
    counted = dict(cases.annotate(guided=path).order_by().values("guided").annotate(all=Count("pk")).values_list("guided", "all"))
    seen = cases.order_by().values("pk")
    interview = _shares(FollowUp.objects.filter(complaint__in=seen, reached=True))
    questionnaire = _shares(SurveyAnswer.objects.filter(complaint__in=seen))
    none = Share(0, 0)
    return [
        Group(name, counted.get(name, 0), interview.get(name, none), questionnaire.get(name, none))
        for name in (WITHOUT, *GuidedPath.Path.values)
    ]


def _shares(answers: Any) -> dict[str, Share]:
    begun = GuidedPath.objects.filter(Exists(GuideEntry.objects.filter(path=OuterRef("pk"))), complaint=OuterRef("complaint"))
    path = Coalesce(Subquery(begun.order_by("-pk").values("path")[:1]), Value(WITHOUT))
    rows = answers.filter(result_score__isnull=False).annotate(guided=path).order_by().values("guided")
    counted = rows.annotate(all=Count("pk"), good=Count("pk", filter=Q(result_score__gte=SATISFIED)))
    return {row["guided"]: Share(row["all"], row["good"]) for row in counted}


def verdict(plain: Share, guided: Share) -> str:
    """What the two shares allow to say: "few", "alike" or "apart"."""
    if min(plain.answers, guided.answers) < ENOUGH or plain.interval is None or guided.interval is None:
        return "few"
    overlap = plain.interval[0] <= guided.interval[1] and guided.interval[0] <= plain.interval[1]
    return "alike" if overlap else "apart"
