"""What an employee who leaves must hand over first."""

from django.utils.translation import ngettext

from complaints.models import Complaint, Improvement, RemedyItem
from staff.models import User


def open_matters_of(user: User) -> list[str]:
    """One line for each kind of matter: open cases in their hand, accepted items to carry out, improvements they own.

    Counts and no numbers: who lets somebody go may be named in one of these cases, and must not learn which.
    """
    cases = Complaint.objects.mine(user).count()
    items = RemedyItem.objects.open().filter(owner=user).count()
    improvements = Improvement.objects.filter(owner=user, done_at=None).count()
    lines = (
        (cases, ngettext("%(count)d case in hand", "%(count)d cases in hand", cases)),
        (items, ngettext("%(count)d accepted item to carry out", "%(count)d accepted items to carry out", items)),
        (improvements, ngettext("%(count)d improvement to finish", "%(count)d improvements to finish", improvements)),
    )
    return [line % {"count": count} for count, line in lines if count]
