"""How front-line authority is used (M2, M14): settled at first contact, sent up needlessly, time lost in approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q

from complaints.models import Complaint, Remedy
from staff.models import User


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Settling:
    """The figures of one department, or of all (`department` is empty)."""

    department: str
    #: Cases with a solution that was decided, and of these: settled on the spot, before anybody else had them.
    cases: int
    settled: int
    at_first_contact: int
    #: Solutions that somebody approved, and of these: whoever proposed them could have settled them.
    approvals: int
    needless: int
    #: From laying it before the approver to the approver's word, also where it was returned.
    median_wait: timedelta | None

    @property
    def first_contact_share(self) -> float | None:
        return 100 * self.at_first_contact / self.cases if self.cases else None

    @property
    def needless_share(self) -> float | None:
        return 100 * self.needless / self.approvals if self.approvals else None

    @property
    def wait_hours(self) -> float | None:
        return None if self.median_wait is None else self.median_wait.total_seconds() / 3600


NEEDLESS = Q(approval__approved=True, within_authority=True) & (Q(sheet=None) | Q(sheet__goes_up=False))
FIGURES: dict[str, Any] = {
    "cases": Count("complaint", distinct=True, filter=Q(approval__approved=True) | Q(settlement__isnull=False)),
    "settled": Count("complaint", distinct=True, filter=Q(settlement__isnull=False)),
    "at_first_contact": Count("complaint", distinct=True, filter=Q(settlement__first_contact=True)),
    "approvals": Count("pk", filter=Q(approval__approved=True)),
    "needless": Count("pk", filter=NEEDLESS),
    "median_wait": Median(F("approval__at") - F("submitted_at"), output_field=DurationField(), filter=Q(approval__isnull=False)),
}


def settling(user: User, *, since: datetime, until: datetime) -> list[Settling]:
    """All departments together, then each that answered for cases this person may see; solutions proposed in the time between."""
    seen = Complaint.objects.visible_to(user)
    remedies = Remedy.objects.filter(complaint__in=seen.values("pk"), submitted_at__gte=since, submitted_at__lt=until).order_by()
    whole = Settling(department="", **remedies.aggregate(**FIGURES))
    unit = "complaint__handling_department"
    rows = remedies.order_by(f"{unit}__path").values_list(f"{unit}__path", f"{unit}__name").annotate(**FIGURES)
    return [whole, *(Settling(name or "–", *figures) for _path, name, *figures in rows)]
