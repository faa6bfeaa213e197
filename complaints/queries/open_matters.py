"""What an employee who leaves must hand over first."""

from django.utils.translation import gettext as _

from complaints.models import Complaint, Improvement, RemedyItem
from staff.models import User


def open_matters_of(user: User) -> list[str]:
    """One line for each open case in their hand, accepted item to carry out and improvement they own."""
    cases = Complaint.objects.mine(user).order_by("number").values_list("number", flat=True)
    items = RemedyItem.objects.filter(owner=user, fulfilled_at=None, remedy__state="accepted").values_list(
        "remedy__complaint__number", flat=True
    )
    improvements = Improvement.objects.filter(owner=user, done_at=None).values_list("complaint__number", flat=True)
    return [
        *(_("Case %(number)s in hand") % {"number": number} for number in cases),
        *(_("An item of case %(number)s to carry out") % {"number": number} for number in items),
        *(_("An improvement from case %(number)s") % {"number": number} for number in improvements),
    ]
