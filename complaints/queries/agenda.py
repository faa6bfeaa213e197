"""Open matters of a department, for the agenda of its meetings."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import Improvement
from complaints.queries.words import cut
from complaints.workflow import Kind
from staff.models import Department

#: A meeting gets through no more.
MOST = 20


def open_improvements(department: Department, _at: datetime) -> list[tuple[str, str]]:
    """Improvements of the department's cases that are not done, the longest due first."""
    below = {"complaint__handling_department__path__startswith": department.path}
    rows = Improvement.objects.filter(done_at=None, **below).exclude(complaint__kind=Kind.REPORT).order_by("due_on", "pk")[:MOST]
    text = _("Improvement due %(day)s: %(action)s")
    return [
        (text % {"day": row.due_on, "action": cut(row.action, 120)}, reverse("admin:complaints_improvement_change", args=[row.pk]))
        for row in rows
    ]
