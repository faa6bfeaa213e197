"""Reports of misconduct are hidden from those they name, and never from everybody."""

from analytics.queries.integrity.violations import Violations, said
from complaints.models import Complaint
from complaints.permissions import SEES_ALL
from complaints.workflow import Kind
from staff.models import User
from staff.roles import HOLDERS, Role


def somebody_sees() -> Violations:
    """Every open report is there for at least one person at work (M10: a report is never lost)."""
    unseen = set(Complaint.objects.open().filter(kind=Kind.REPORT).values_list("pk", flat=True))
    result = Violations(len(unseen))
    readers = [*User.objects.with_role(*SEES_ALL), *User.objects.with_role(*(Role(role) for role in HOLDERS["read_files"] - SEES_ALL))]
    for user in readers:
        if not unseen:
            break
        unseen -= set(Complaint.objects.visible_to(user).filter(pk__in=unseen).values_list("pk", flat=True))
    result.found = said("is a report nobody may see", Complaint.objects.filter(pk__in=unseen).order_by("pk").values_list("number"))
    return result
