"""Leads named again and signs of retaliation, as far as a person may see the reports they are about."""

from django.db.models import Q, QuerySet

from complaints.models import Complaint, LeadLink, RetaliationFlag
from complaints.permissions import scope_of
from staff.models import User
from staff.roles import Role


def leads_for(user: User) -> QuerySet[LeadLink]:
    """Both reports must be there for the person: one alone would tell of the other."""
    seen = Complaint.objects.visible_to(user).values("pk")
    return LeadLink.objects.filter(earlier__in=seen, later__in=seen)


def leads_of(case: Complaint, user: User) -> list[LeadLink]:
    """The earlier and later reports about the same."""
    links = leads_for(user).filter(Q(earlier=case) | Q(later=case))
    return list(links.select_related("earlier", "later", "reviewed_by").order_by("at", "pk"))


def flags_for(user: User) -> QuerySet[RetaliationFlag]:
    """What happened to whose job tells who reported: for the supervision that has the case, executives and complaint management."""
    scope = scope_of(user)
    flags = RetaliationFlag.objects.visible_to(user)
    if scope.roles & {Role.MANAGER, Role.EXECUTIVE, Role.AUDITOR}:
        return flags
    return flags.filter(complaint__department__in=scope.departments)
