from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from staff import events
from staff.models import Department, Membership, Post, User
from staff.permissions import MANAGE_USERS, require, require_another
from staff.roles import Role
from staff.services import roles
from staff.services.recording import recorded
from staff.services.telling import tell


@transaction.atomic
def grant(
    *,
    user: User,
    department: Department,
    role: Role | str,
    by: User,
    at: datetime,
    post: Post | None = None,
    from_on: date | None = None,
) -> Membership:
    """Give somebody a role in a department; it counts at once, ends the sessions opened without it, and the person is told.

    One manager may give any role to another person, also one that approves (head, executive): the history names who did, a refused
    try is kept as a denied attempt. That a second manager must consent to such a role is left to a later issue.
    """
    require(by, MANAGE_USERS)
    require_another(by, user)
    membership = _grant(user=user, department=department, role=role, by=by, at=at, post=post, from_on=from_on)
    tell(
        user=user,
        subject=_lazy("You were given a role"),
        text=_lazy("%(department)s: %(role)s. %(by)s gave it to you. If you know nothing of it, speak to another manager."),
        by=by,
        at=at,
        department=department,
        role=Role(role).label,
    )
    return membership


def grant_first(*, user: User, department: Department, post: Post | None, at: datetime) -> Membership:
    """The first manager's own role at set-up, when there is nobody else yet who could give it."""
    if Membership.objects.active().filter(role=Role.MANAGER).exists():
        raise ValidationError(_("There is a manager already; let them give the role."))
    return _grant(user=user, department=department, role=Role.MANAGER, by=user, at=at, post=post, from_on=None)


@transaction.atomic
def revoke(*, membership: Membership, by: User, at: datetime) -> Membership:
    """End a membership; what rested on it alone can no longer be done."""
    require(by, MANAGE_USERS)
    user = User.objects.select_for_update().get(pk=membership.user_id)
    require_another(by, user)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if membership.to_on is not None:
        raise ValidationError(_("This membership has ended already."))
    membership.to_on = max(membership.from_on, timezone.localdate(at))
    with recorded(membership, by=by, at=at):
        membership.save(update_fields=["to_on"])
    roles.renew(user=user, by=by, at=at)
    for told in events.job_changed:
        told(user, _("A role was ended"), at, by)
    tell(
        user=user,
        subject=_lazy("A role of yours was ended"),
        text=_lazy("%(department)s: %(role)s. %(by)s ended it. If you know nothing of it, speak to another manager."),
        by=by,
        at=at,
        department=membership.department,
        role=Role(membership.role).label,
    )
    return membership


def _grant(
    *, user: User, department: Department, role: Role | str, by: User, at: datetime, post: Post | None, from_on: date | None
) -> Membership:
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        raise ValidationError(_("This person no longer works here."))
    if not department.active:
        raise ValidationError(_("This department is closed."))
    today = timezone.localdate(at)
    if from_on is not None and from_on > today:
        raise ValidationError(_("A membership counts at once; it cannot start in the future."))
    membership = Membership(user=user, department=department, post=post, role=Role(role), from_on=from_on or today)
    membership.full_clean()
    with recorded(membership, by=by, at=at):
        membership.save()
    user.is_active, user.rights_changed_at = locked.is_active, locked.rights_changed_at
    roles.renew(user=user, by=by, at=at)
    return membership
