from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff import events
from staff.models import User
from staff.permissions import MANAGE_USERS, NotAllowed, require, require_another
from staff.services import roles
from staff.services.recording import recorded
from staff.services.telling import tell


class OpenMattersRemain(ValidationError):
    """A leaver still has open matters; they must be handed over first."""


@transaction.atomic
def create(
    *,
    employee_number: str,
    name: str,
    by: User,
    at: datetime,
    email: str = "",
    phone: str = "",
    language: str = User.Language.CHINESE,
    password: str | None = None,
    encoded_password: str = "",
) -> User:
    """A new account without any role. Without a password its owner sets one through the reset link.

    `encoded_password` is one that was hashed before (many accounts with one password: hashing is slow on purpose).
    """
    require(by, MANAGE_USERS)
    user = User(employee_number=employee_number.strip(), name=name.strip(), email=email.strip(), phone=phone.strip())
    user.language, user.date_joined, user.rights_changed_at = language, at, at
    # Not “unusable”: Django sends no reset link to an account without a usable password.
    if encoded_password:
        user.password = encoded_password
    else:
        user.set_password(password or get_random_string(40))
    user.full_clean()
    with recorded(user, by=by, at=at):
        user.save()
    return user


@transaction.atomic
def update(
    *, user: User, name: str, email: str, phone: str, language: str, by: User, at: datetime, employee_number: str | None = None
) -> User:
    """Change what is written about a person; never what they may do."""
    require(by, MANAGE_USERS)
    _refuse_above_oneself(by, user)
    if employee_number is not None:
        user.employee_number = employee_number.strip()
    known = User.objects.select_for_update().get(pk=user.pk).email
    user.name, user.email, user.phone, user.language = name.strip(), email.strip(), phone.strip(), language
    user.full_clean()
    with recorded(user, by=by, at=at):
        user.save(update_fields=["employee_number", "name", "email", "phone", "language"])
    if user.email != known:
        tell(
            user=user,
            subject=gettext_lazy("The e-mail address of your account was changed"),
            text=gettext_lazy("%(by)s changed it. If you know nothing of it, speak to another manager at once."),
            by=by,
            at=at,
        )
    return user


@transaction.atomic
def choose_language(*, user: User, language: str, at: datetime) -> User:
    """Everybody chooses the language of their own back office and of the messages to them."""
    user.language = User.Language(language)
    with recorded(user, by=user, at=at):
        user.save(update_fields=["language"])
    return user


@transaction.atomic
def send_reset(*, user: User, by: User, at: datetime) -> None:
    """Send the link to a new password to the address on file. No manager knows or sets the password of somebody at work."""
    require(by, MANAGE_USERS)
    require_another(by, user)
    _refuse_above_oneself(by, user)
    if not user.is_active:
        raise ValidationError(_("This person no longer works here."))
    if not user.email:
        raise ValidationError(_("There is no e-mail address on file. Write it down first; then send the link."))
    if not any(send(user, at) for send in events.send_reset):
        raise ValidationError(_("Three links were sent within the hour. Please wait before sending another."))
    tell(
        user=user,
        subject=gettext_lazy("A link to a new password was sent to you"),
        text=gettext_lazy("%(by)s had it sent. If you did not ask for it, speak to another manager at once."),
        by=by,
        at=at,
    )


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> User:
    """Let a leaver go: their memberships end, their sessions too. Refused while they have open matters."""
    require(by, MANAGE_USERS)
    require_another(by, user)
    _refuse_above_oneself(by, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    matters = [line for look in events.open_matters for line in look(user)]
    if matters:
        raise OpenMattersRemain([_("Hand these over first:"), *matters])
    for membership in user.memberships.filter(to_on=None):
        membership.to_on = max(membership.from_on, timezone.localdate(at))
        with recorded(membership, by=by, at=at):
            membership.save(update_fields=["to_on"])
    user.is_active = False
    roles.renew(user=user, by=by, at=at)
    for told in events.job_changed:
        told(user, _("Left the company"), at, by)
    return user


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> User:
    """Somebody comes back: the account opens again, without any role."""
    require(by, MANAGE_USERS)
    require_another(by, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    roles.renew(user=user, by=by, at=at)
    tell(
        user=user,
        subject=gettext_lazy("Your account was opened again"),
        text=gettext_lazy("%(by)s opened it, without any role. If you know nothing of it, speak to another manager at once."),
        by=by,
        at=at,
    )
    return user


def _refuse_above_oneself(by: User, user: User) -> None:
    if user.is_superuser and not by.is_superuser:
        raise NotAllowed(_("Only a superuser may change a superuser's account."))
