"""Panels that other apps put on the case page: complaints shows them, knows none of them."""

from datetime import datetime
from typing import Any

from complaints.models import Complaint
from escalation.models import Deadline
from intake.queries import arrived


def deadlines(case: Complaint, at: datetime) -> tuple[str, dict[str, Any]] | None:
    """The time limits of the steps, newest first: kept, missed or running."""
    rows = list(Deadline.objects.filter(complaint=case).order_by("-opened_at"))
    return ("backoffice/case/deadline.html", {"rows": rows, "now": at}) if rows else None


def submissions(case: Complaint, _at: datetime) -> tuple[str, dict[str, Any]] | None:
    """What arrived, raw, beside what was made of it; a case staff recorded has none."""
    rows = [(row, arrived.as_typed(row)) for row in arrived.of_case(case)]
    return ("backoffice/case/arrived.html", {"rows": rows}) if rows else None


PANELS = (deadlines, submissions)
