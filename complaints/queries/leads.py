"""Leads named again and signs of retaliation, as far as a person may see the reports they are about."""

from django.db.models import Q, QuerySet

from complaints.models import Complaint, LeadLink, RetaliationFlag
from complaints.permissions import scope_of
from staff.models import Department, User
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
    """What happened to whose job tells who reported: for the supervision, executives and (to read) auditors, but never for whose act it was.

    Complaint management changes jobs: it sees these only where it has the report, because no supervision may.
    """
    scope = scope_of(user)
    flags = RetaliationFlag.objects.visible_to(user).exclude(changed_by=user)
    if scope.roles & {Role.EXECUTIVE, Role.AUDITOR}:
        return flags
    own = Department.objects.filter(pk__in=scope.departments)
    if own.filter(supervises=True).exists():
        return flags
    managing = own.filter(manages=True).values("pk")
    looked_into = Q(complaint__handling_department__in=managing)
    return flags.filter(looked_into | Q(complaint__handling_department=None, complaint__department__in=managing))


def watching(case: Complaint) -> QuerySet[Department]:
    """The supervision, and complaint management where that looks into the report in its place. Who of them may see it is another question."""
    place = Department.objects.active().filter(pk=case.handling_department_id or case.department_id, manages=True)
    return Department.objects.active().filter(supervises=True) | place
