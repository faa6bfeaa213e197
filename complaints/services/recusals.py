"""Who is named in a complaint keeps out of it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints.models import Assignment, Complaint, Recusal
from complaints.permissions import require
from complaints.services.advance import actor_of, locked, stamp
from complaints.workflow import Actor
from staff.models import User


def keep_out(case: Complaint, user: User, *, by: User | Actor, at: datetime, kind: Recusal.Kind = Recusal.Kind.NAMED) -> Recusal:
    """One row a person and kind; a handler who is kept out loses the case to the department."""
    actor, person = actor_of(by), None if isinstance(by, Actor) else by
    recusal, _made = Recusal.objects.get_or_create(complaint=case, user=user, kind=kind, defaults={"actor": actor, "by": person, "at": at})
    if case.handler_id == user.pk:
        case.handler = None
        Assignment.objects.create(
            complaint=case, kind=Assignment.Kind.RETURNED, department=case.department, handler=None, actor=actor, by=person, at=at
        )
    return recusal


@transaction.atomic
def name(*, complaint_id: int, user: User, by: User, at: datetime) -> Recusal:
    """Note that this employee is complained about: from now on the case does not exist for them."""
    case = locked(complaint_id, by)
    require(by, case, "name_employee", timezone.localdate(at))
    recusal = keep_out(case, user, by=by, at=at)
    stamp(case, by=by, at=at, reason="name_employee")
    case.save()
    return recusal
