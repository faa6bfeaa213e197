"""Open matters of a department that this app knows, for the agenda of its meetings."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.queries.words import cut
from complaints.workflow import Kind
from escalation.models import DepartmentRequest, RoutedItem
from staff.models import Department

MOST = 20


def open_matters(department: Department, at: datetime) -> list[tuple[str, str]]:
    """What was laid before its heads and not decided, in the words of the rule, and what others asked of it in vain, by its number: what was asked
    about a case is read by right and can be erased, and a meeting has other readers. Nothing of reports of misconduct."""
    undecided = RoutedItem.objects.undecided().filter(department__path__startswith=department.path).exclude(complaint__kind=Kind.REPORT)
    late = (
        DepartmentRequest.objects.unanswered()
        .filter(to_department__path__startswith=department.path, wanted_at__lt=at)
        .exclude(complaint__kind=Kind.REPORT)
        .select_related("from_department")
        .order_by("wanted_at")
    )
    decide, answer = _("To decide: %(question)s"), _("Not answered: request %(number)d of %(department)s")
    lines = [
        (decide % {"question": cut(row.question, 120)}, reverse("admin:escalation_routeditem_change", args=[row.pk]))
        for row in undecided.order_by("due_at")[:MOST]
    ]
    return lines + [
        (
            answer % {"number": row.pk, "department": row.from_department},
            reverse("admin:escalation_departmentrequest_change", args=[row.pk]),
        )
        for row in late[:MOST]
    ]
