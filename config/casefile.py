"""Panels that other apps put on the case page: complaints shows them, knows none of them."""

from datetime import datetime
from typing import Any

from complaints.models import Complaint
from escalation.models import Deadline
from intake.queries import arrived, hints
from staff.models import User


def deadlines(case: Complaint, at: datetime, _by: User) -> tuple[str, dict[str, Any]] | None:
    """The time limits of the steps, newest first: kept, missed or running."""
    rows = list(Deadline.objects.filter(complaint=case).order_by("-opened_at"))
    return ("backoffice/case/deadline.html", {"rows": rows, "now": at}) if rows else None


def submissions(case: Complaint, _at: datetime, _by: User) -> tuple[str, dict[str, Any]] | None:
    """What arrived, raw, beside what was made of it; a case staff recorded has none."""
    rows = [(row, arrived.as_typed(row)) for row in arrived.of_case(case)]
    return ("backoffice/case/arrived.html", {"rows": rows}) if rows else None


def duplicates(case: Complaint, _at: datetime, by: User) -> tuple[str, dict[str, Any]] | None:
    """Open cases of the same contact that read alike, as far as this user may see them."""
    rows = hints.of_case(case, user=by)
    return ("backoffice/case/duplicates.html", {"rows": rows}) if rows else None


PANELS = (duplicates, deadlines, submissions)
