"""Signs of duplicates as staff see them: never of a case that does not exist for them (R1)."""

from django.db.models import Q

from complaints.models import Complaint
from intake.models import DuplicateHint
from staff.models import User


def of_case(case: Complaint, *, user: User) -> list[tuple[Complaint, str]]:
    """The other cases that seem to be about the same, and why, each visible to `user`.

    Never one in real name beside a confidential one: the one would tell who is behind the other.
    """
    rows = DuplicateHint.objects.filter(Q(complaint=case) | Q(other=case)).order_by("-pk")
    why = {row.other_id if row.complaint_id == case.pk else row.complaint_id: str(row.get_why_display()) for row in rows}
    seen = Complaint.objects.visible_to(user).filter(pk__in=why, complainant__mode=case.complainant.mode).order_by("-pk") if why else []
    return [(each, why[each.pk]) for each in seen]
