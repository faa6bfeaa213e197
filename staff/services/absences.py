from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from staff.models import Absence, User
from staff.permissions import MANAGE_TRAINING, require
from staff.services.recording import recorded


@transaction.atomic
def add(*, user: User, from_on: date, to_on: date, deputy: User, by: User, at: datetime, reason: str = "") -> Absence:
    """Days away with a deputy, entered by the person or by who keeps such records; two may not overlap."""
    if by.pk != user.pk:
        require(by, MANAGE_TRAINING)
    User.objects.select_for_update().get(pk=user.pk)
    if not deputy.is_active:
        raise ValidationError({"deputy": _("This person no longer works here.")})
    if Absence.objects.filter(user=user, from_on__lte=to_on, to_on__gte=from_on).exists():
        raise ValidationError({"from_on": _("There is an absence in these days already.")})
    absence = Absence(user=user, from_on=from_on, to_on=to_on, deputy=deputy, reason=reason.strip())
    absence.full_clean()
    with recorded(absence, by=by, at=at):
        absence.save()
    return absence
