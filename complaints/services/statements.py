"""What an employee is told while a complaint that is about them is looked into: that it is, the facts, never who complained."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint, IdentityLook
from complaints.services import messages
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, Kind, Mode
from staff.models import User

SHORTEST_NAME = 2


def tell_named(case: Complaint, user: User, *, by: User | Actor, at: datetime) -> None:
    """The investigation is open. Nobody is warned of a report of misconduct: there the supervision chooses when to ask."""
    if case.kind == Kind.REPORT or not case.investigations.exists():
        return
    text = gettext_lazy("You will be heard before anybody decides anything. What you are asked and told stands under “My matters”.")
    messages.notify_employee(user=user, subject=gettext_lazy("A complaint that names you is being looked into"), text=text, by=by, at=at)


def tell_all_named(case: Complaint, *, by: User | Actor, at: datetime) -> None:
    """With the first investigation of a case."""
    if case.investigations.count() > 1:
        return
    for recusal in case.recusals.filter(kind="named").select_related("user").order_by("pk"):
        tell_named(case, recusal.user, by=by, at=at)


def check_tells_nobody(case: Complaint, by: User, *texts: str) -> None:
    """Who opened a protected identity does not hand it on to the employee. Whoever never saw it learns nothing from this check either."""
    if case.complainant.mode != Mode.CONFIDENTIAL or not IdentityLook.objects.filter(complaint=case, by=by).exists():
        return
    known = case.complainant.identity()
    told = "\n".join(texts)
    if any(len(each) >= SHORTEST_NAME and each in told for each in (known.name, known.email, known.phone, known.address)):
        raise NotPossible(_("This tells who complained, and the complaint is confidential: leave that out."))
