from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from staff.models import Department, Suggestion, User
from staff.permissions import ANSWER_SUGGESTION, NotAllowed, NotForOneself, require
from staff.services.recording import recorded


@transaction.atomic
def make(*, kind: Suggestion.Kind | str, text: str, by: User, at: datetime, department: Department | None = None) -> Suggestion:
    """Any employee says what they noticed or propose."""
    suggestion = Suggestion(by=by, at=at, kind=Suggestion.Kind(kind), text=text.strip(), department=department)
    suggestion.full_clean()
    with recorded(suggestion, by=by, at=at):
        suggestion.save()
    return suggestion


@transaction.atomic
def answer(*, suggestion: Suggestion, text: str, by: User, at: datetime) -> Suggestion:
    """Say what came of it, once; not to oneself."""
    require(by, ANSWER_SUGGESTION)
    if not Suggestion.objects.visible_to(by).filter(pk=suggestion.pk).exists():
        raise NotAllowed(_("This suggestion is not addressed to you."))
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if suggestion.by_id == by.pk:
        raise NotForOneself(_("Somebody else has to answer your suggestion."))
    if suggestion.state == Suggestion.State.ANSWERED:
        raise ValidationError(_("This suggestion has been answered already."))
    if not text.strip():
        raise ValidationError({"answer": _("Write an answer.")})
    suggestion.state, suggestion.answer = Suggestion.State.ANSWERED, text.strip()
    suggestion.answered_by, suggestion.answered_at = by, at
    suggestion.full_clean()
    with recorded(suggestion, by=by, at=at):
        suggestion.save()
    return suggestion
