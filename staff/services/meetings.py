"""Meetings: called with an agenda of open matters, held with minutes, ending in what somebody does by when."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from staff import events
from staff.models import ActionItem, AgendaItem, Department, Meeting, User
from staff.permissions import HOLD_MEETING, NotAllowed, require
from staff.querysets import OVERSEERS
from staff.roles import Role
from staff.services.recording import recorded


class Asked(NamedTuple):
    """What a meeting asks somebody to do."""

    text: str
    owner: User
    due_on: date


@transaction.atomic
def call(
    *, title: str, department: Department, planned_at: datetime, people: Iterable[User], by: User, at: datetime, place: str = "",
    matters: Iterable[str] = (),
) -> Meeting:  # fmt: skip
    """Call a meeting; what is open in the department comes on its agenda by itself, after the `matters` named."""
    require(by, HOLD_MEETING)
    if not _is_theirs(by, department):
        raise NotAllowed(_("Meetings are called for one's own department or those below; its open matters stand on the agenda."))
    meeting = Meeting(title=title.strip(), department=department, planned_at=planned_at, place=place.strip(), called_by=by, called_at=at)
    meeting.full_clean()
    with recorded(meeting, by=by, at=at):
        meeting.save()
    meeting.people.set(people)
    lines = [(text.strip(), "") for text in matters if text.strip()]
    lines += [line for source in events.agenda_sources for line in source(department, at)]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=place, text=text[:300], link=link) for place, (text, link) in enumerate(lines, start=1)
    )
    return meeting


def _is_theirs(by: User, department: Department) -> bool:
    """They work in it, head it or one above it, or oversee the organisation."""
    places = by.memberships.filter(to_on=None).values_list("role", "department", "department__path")
    return any(
        role in OVERSEERS or pk == department.pk or (role == Role.HEAD and department.path.startswith(path)) for role, pk, path in places
    )


@transaction.atomic
def hold(*, meeting: Meeting, minutes: str, asked: Iterable[Asked], by: User, at: datetime) -> Meeting:
    """Write down what was said and who does what; once."""
    require(by, HOLD_MEETING)
    meeting = Meeting.objects.visible_to(by).select_for_update(of=("self",)).get(pk=meeting.pk)
    if meeting.held_at is not None:
        raise ValidationError(_("The minutes of this meeting are written already."))
    if not minutes.strip():
        raise ValidationError({"minutes": _("Write the minutes.")})
    meeting.minutes, meeting.held_by, meeting.held_at = minutes.strip(), by, at
    with recorded(meeting, by=by, at=at):
        meeting.save()
    for item in asked:
        if item.due_on < timezone.localdate(at):
            raise ValidationError(_("An action item is due in the past."))
        row = ActionItem(meeting=meeting, text=item.text.strip(), owner=item.owner, due_on=item.due_on)
        row.full_clean()
        with recorded(row, by=by, at=at):
            row.save()
    return meeting


@transaction.atomic
def finish(*, action: ActionItem, result: str, by: User, at: datetime) -> ActionItem:
    """The owner says what came of it."""
    action = ActionItem.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if action.owner_id != by.pk:
        raise NotAllowed(_("This is for its owner to say."))
    if action.done_at is not None:
        raise ValidationError(_("This is done already."))
    if not result.strip():
        raise ValidationError({"result": _("Say what came of it.")})
    action.result, action.done_at = result.strip(), at
    with recorded(action, by=by, at=at):
        action.save()
    return action
