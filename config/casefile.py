"""Panels that other apps put on the case page: complaints shows them, knows none of them."""

from datetime import datetime
from typing import Any

from complaints.admin.identity import Shown
from complaints.models import Complaint
from escalation.models import Deadline, DepartmentRequest, Incident
from intake.queries import arrived, hints


def deadlines(case: Complaint, at: datetime, _who: Shown) -> tuple[str, dict[str, Any]] | None:
    """The time limits of the case: what runs, the nearest first, then what stands still, then what was kept or missed, the newest first."""
    rows = list(Deadline.objects.filter(complaint=case).select_related("regime", "policy").order_by("-opened_at", "pk"))
    running = sorted((row for row in rows if row.is_running), key=lambda row: (row.state == "paused", row.due_at))
    rows = running + [row for row in rows if not row.is_running]
    return ("backoffice/case/deadline.html", {"rows": rows, "now": at}) if rows else None


def submissions(case: Complaint, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """What arrived, raw, beside what was made of it; who the sender says they are for whoever may know that."""
    rows = [(row, arrived.as_typed(row, with_claim=who.in_full)) for row in arrived.of_case(case)]
    return ("backoffice/case/arrived.html", {"rows": rows}) if rows else None


def duplicates(case: Complaint, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """Open cases of the same contact that read alike, as far as this user may see them."""
    rows = hints.of_case(case, user=who.reader)
    return ("backoffice/case/duplicates.html", {"rows": rows}) if rows else None


def department_requests(case: Complaint, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """What was asked of other departments, and the way to ask."""
    rows = list(DepartmentRequest.objects.filter(complaint=case).select_related("to_department", "by").order_by("-at"))
    asks = case.is_open and who.reader.has_perm("escalation.ask_department")
    return ("backoffice/case/requests.html", {"rows": rows, "asks": asks, "case": case}) if rows or asks else None


def incidents(case: Complaint, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """The incidents it belongs to, and the way to declare one."""
    rows = list(Incident.objects.visible_to(who.reader).filter(cases__complaint=case).order_by("pk"))
    declares = case.is_open and not rows and who.reader.has_perm("escalation.declare_incident")
    return ("backoffice/case/incidents.html", {"rows": rows, "declares": declares, "number": case.number}) if rows or declares else None


PANELS = (duplicates, incidents, deadlines, department_requests, submissions)
