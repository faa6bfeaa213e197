"""Who of a department has the fewest open cases, of those who are there and may handle this one: no cherry-picking (mission, M12)."""

from datetime import date

from django.db.models import Count, Q

from complaints.models import Complaint
from complaints.permissions import may_handle
from complaints.workflow import Step
from staff.models import User
from staff.roles import PERMISSIONS, Role

HANDLES = [role for role in Role if "claim" in PERMISSIONS[role] and role not in (Role.HEAD, Role.MANAGER)]


def least_loaded(case: Complaint, on: date) -> User | None:
    """The member to give it to; of equals whoever has worked here longest. None when nobody fits."""
    here = Q(memberships__department=case.department_id, memberships__to_on=None, memberships__role__in=HANDLES)
    in_hand = Count("cases_in_hand", filter=~Q(cases_in_hand__step=Step.CLOSED), distinct=True)
    members = User.objects.active().filter(here).annotate(in_hand=in_hand).distinct().order_by("in_hand", "pk")
    return next((user for user in members if may_handle(user, case, on) and _exists_for(user, case)), None)


def _exists_for(user: User, case: Complaint) -> bool:
    return bool(Complaint.objects.not_about(user).filter(pk=case.pk).exists())
