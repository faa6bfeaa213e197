"""Panels that other apps put on the case page: complaints shows them, knows none of them."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from complaints.admin.identity import Shown
from complaints.queries.whole_file import WholeFile
from escalation.models import CaseMark, Deadline, DepartmentRequest, Escalation, Incident, IncidentCase, SupervisionOrder
from escalation.queries.climbed import by_matter
from intake.queries import arrived, hints


def deadlines(file: WholeFile, at: datetime, _who: Shown) -> tuple[str, dict[str, Any]] | None:
    """The time limits of the case: what runs, the nearest first, then what stands still, then what was kept or missed, the newest first."""
    rows = list(Deadline.objects.filter(complaint=file.case).select_related("regime", "policy").order_by("-opened_at", "pk"))
    running = sorted((row for row in rows if row.is_running), key=lambda row: (row.state == "paused", row.due_at))
    rows = running + [row for row in rows if not row.is_running]
    return ("backoffice/case/deadline.html", {"rows": rows, "now": at}) if rows else None


def submissions(file: WholeFile, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """What arrived, raw, beside what was made of it; who the sender says they are for whoever may know that."""
    rows = [(row, arrived.as_typed(row, with_claim=who.in_full)) for row in arrived.of_case(file.case)]
    return ("backoffice/case/arrived.html", {"rows": rows}) if rows else None


def duplicates(file: WholeFile, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """Open cases of the same contact that read alike, as far as this user may see them."""
    rows = hints.of_case(file.case, user=who.reader)
    return ("backoffice/case/duplicates.html", {"rows": rows}) if rows else None


def escalations(file: WholeFile, at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """What lifted it above the ordinary, what was done on which rung, and the supervision orders."""
    context = {
        "marks": file.marks,
        "now": at,
        "rows": by_matter(file.escalations, file.marks),
        "orders": file.supervision_orders[::-1],
        "orders_may": who.reader.has_perm("escalation.order_supervision"),
        "marks_may": who.reader.has_perm("complaints.add_note"),
        "case": file.case,
    }
    return ("backoffice/case/escalations.html", context)


def department_requests(file: WholeFile, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """What was asked of other departments, and the way to ask."""
    rows = file.department_requests[::-1]
    asks = file.case.is_open and who.reader.has_perm("escalation.ask_department")
    return ("backoffice/case/requests.html", {"rows": rows, "asks": asks, "case": file.case}) if rows or asks else None


def incidents(file: WholeFile, _at: datetime, who: Shown) -> tuple[str, dict[str, Any]] | None:
    """The incidents it belongs to, and the way to declare one."""
    # Read with the file: most cases belong to none, and their page asks no more.
    linked = [row.incident_id for row in file.incident_cases]
    rows = list(Incident.objects.visible_to(who.reader).filter(pk__in=linked).order_by("pk")) if linked else []
    declares = file.case.is_open and not rows and who.reader.has_perm("escalation.declare_incident")
    return (
        ("backoffice/case/incidents.html", {"rows": rows, "declares": declares, "number": file.case.number}) if rows or declares else None
    )


PANELS = (duplicates, incidents, deadlines, escalations, department_requests, submissions)
#: Rows of other apps that are read with the file itself, in its one query.
ROWS: dict[str, tuple[type[Model], str]] = {
    "marks": (CaseMark, "complaint"),
    "escalations": (Escalation, "complaint"),
    "supervision_orders": (SupervisionOrder, "complaint"),
    "department_requests": (DepartmentRequest, "complaint"),
    "incident_cases": (IncidentCase, "complaint"),
}
