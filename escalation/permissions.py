"""Who may let the time of a case stand still, ask for more of it, and grant it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from complaints.permissions import Refused, in_hand, may_handle, over_it, scope_of

if TYPE_CHECKING:
    from complaints.models import Complaint
    from staff.models import User

ASK, APPROVE = "escalation.ask_extension", "escalation.approve_extension"


def may_ask(user: User, case: Complaint, on: date) -> bool:
    """The handler, or whoever stands over the case; present and not recused."""
    scope = scope_of(user)
    theirs = in_hand(user, case, scope, on) or over_it(user, case, scope, on)
    return user.has_perm(ASK) and theirs and may_handle(user, case, on)


def may_grant(user: User, case: Complaint, on: date) -> bool:
    """Whoever stands over the case; the handler never grants their own work more time."""
    over = over_it(user, case, scope_of(user), on) and case.handler_id != user.pk
    return user.has_perm(APPROVE) and over and may_handle(user, case, on)


def require_asking(user: User, case: Complaint, on: date, *, act: str) -> None:
    if not may_ask(user, case, on):
        raise Refused(_("Only the handler and those above the case can do this."), act=act, target=case.number)


def require_granting(user: User, case: Complaint, on: date, *, act: str) -> None:
    if not may_grant(user, case, on):
        raise Refused(_("Only those above the case can do this, and never the handler."), act=act, target=case.number)
