"""Who may do what to the organisation; the rights themselves are the matrix in `roles.py`."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from staff.models import User

MANAGE_USERS = "staff.manage_users"
MANAGE_TRAINING = "staff.manage_training"
MANAGE_DOCUMENTS = "staff.manage_documents"
PUBLISH_NOTICE = "staff.publish_notice"
ANSWER_SUGGESTION = "staff.answer_suggestion"
READ_AUDIT = "staff.read_audit"
HOLD_MEETING = "staff.hold_meeting"


class NotAllowed(PermissionDenied):
    """The actor lacks the right; the message says which."""


class NotForOneself(PermissionDenied):
    """The act needs a second person."""


def require(by: "User", permission: str) -> None:
    if not (by.is_active and by.has_perm(permission)):
        raise NotAllowed(_("You do not have the right to do this (%(permission)s).") % {"permission": permission})


def require_another(by: "User", user: "User") -> None:
    """Nobody changes their own rights: somebody else has to."""
    if by.pk == user.pk:
        raise NotForOneself(_("You cannot change your own rights. Ask another manager."))
