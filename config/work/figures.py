"""A few numbers above the piles."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.permissions import scope_of
from complaints.workflow import Kind, Mode
from staff.models import Department, User


def figures_for(user: User, at: datetime) -> list[tuple[str, int | str]]:
    """A few numbers over the cases this person sees."""
    if not user.has_perm("complaints.read_files"):
        return []
    seen = Complaint.objects.visible_to(user).in_figures()
    month = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return [
        (_("Open"), seen.open().count()),
        (_("Overdue"), seen.due_before(at).count()),
        (_("Closed this month"), seen.filter(closed_at__gte=month).count()),
        *_real_name_share(user),
    ]


def _real_name_share(user: User) -> list[tuple[str, int | str]]:
    """How many of the reports they see people made in their own name: for the supervision, executives and complaint management (M10)."""
    scope = scope_of(user)
    if not (scope.sees_all or Department.objects.filter(supervises=True, pk__in=scope.departments).exists()):
        return []
    own_name = Count("pk", filter=Q(complainant__mode=Mode.REAL_NAME))
    found = Complaint.objects.visible_to(user).filter(kind=Kind.REPORT).aggregate(all=Count("pk"), named=own_name)
    return [(_("Reports in real name"), f"{round(100 * found['named'] / found['all'])} %")] if found["all"] else []
