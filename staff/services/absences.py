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
    return _save(Absence(user=user, from_on=from_on, to_on=to_on, deputy=deputy, reason=reason.strip()), by=by, at=at)


@transaction.atomic
def change(*, absence: Absence, user: User, from_on: date, to_on: date, deputy: User, by: User, at: datetime, reason: str = "") -> Absence:
    """Other days or another deputy; the history keeps what was there."""
    absence.user, absence.from_on, absence.to_on = user, from_on, to_on
    absence.deputy, absence.reason = deputy, reason.strip()
    return _save(absence, by=by, at=at)


def _save(absence: Absence, *, by: User, at: datetime) -> Absence:
    if by.pk != absence.user_id:
        require(by, MANAGE_TRAINING)
    User.objects.select_for_update().get(pk=absence.user_id)
    if not absence.deputy.is_active:
        raise ValidationError({"deputy": _("This person no longer works here.")})
    others = Absence.objects.filter(user=absence.user_id, from_on__lte=absence.to_on, to_on__gte=absence.from_on)
    if others.exclude(pk=absence.pk).exists():
        raise ValidationError({"from_on": _("There is an absence in these days already.")})
    absence.full_clean()
    with recorded(absence, by=by, at=at):
        absence.save()
    return absence
