"""How many promised calls were made when they were promised (M11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from complaints.models import TO_WRITE_IT_DOWN, Promise
from staff.models import User


@dataclass(frozen=True)
class Kept:
    """Calls whose time has come: of the whole company as far as a person sees it (`department` is empty), or of the department that has the case."""

    department: str
    due: int
    in_time: int
    late: int
    missed: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.in_time / self.due) if self.due else None


IN_TIME = Q(called_at__lte=F("call_at") + TO_WRITE_IT_DOWN)
LATE = Q(called_at__gt=F("call_at") + TO_WRITE_IT_DOWN)
FIGURES: dict[str, Any] = {
    "due": Count("pk"),
    "in_time": Count("pk", filter=IN_TIME),
    "late": Count("pk", filter=LATE),
    "missed": Count("pk", filter=Q(called_at=None)),
}


def kept(user: User, *, since: datetime, until: datetime) -> list[Kept]:
    """All together, then each department; what was promised for a time between the two. A call that can still be made in time is not counted."""
    rows = Promise.objects.visible_to(user).filter(call_at__gte=since, call_at__lt=until)
    rows = rows.exclude(called_at=None, call_at__gte=until - TO_WRITE_IT_DOWN).order_by()
    each = rows.values(department=F("complaint__department__name")).annotate(**FIGURES).order_by("department")
    return [Kept(department="", **rows.aggregate(**FIGURES)), *(Kept(**row) for row in each)]
