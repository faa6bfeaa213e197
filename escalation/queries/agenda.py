"""Open matters of a department that this app knows, for the agenda of its meetings."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.queries.words import cut
from escalation.models import DepartmentRequest, RoutedItem
from staff.models import Department

MOST = 20


def open_matters(department: Department, at: datetime) -> list[tuple[str, str]]:
    """What was laid before its heads and not decided, and what others asked of it in vain."""
    undecided = RoutedItem.objects.undecided().filter(department__path__startswith=department.path).order_by("due_at")[:MOST]
    late = (
        DepartmentRequest.objects.unanswered()
        .filter(to_department__path__startswith=department.path, wanted_at__lt=at)
        .order_by("wanted_at")
    )
    decide, answer = _("To decide: %(question)s"), _("Not answered: %(question)s")
    lines = [
        (decide % {"question": cut(row.question, 120)}, reverse("admin:escalation_routeditem_change", args=[row.pk])) for row in undecided
    ]
    return lines + [
        (answer % {"question": cut(row.question, 120)}, reverse("admin:escalation_departmentrequest_change", args=[row.pk]))
        for row in late[:MOST]
    ]
