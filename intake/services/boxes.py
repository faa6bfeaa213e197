"""Suggestion boxes are opened by two people together; the slips count once the second has confirmed (mission M8)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.permissions import Refused
from complaints.services.errors import NotPossible
from intake.models import Box, BoxConfirmation, BoxOpening
from staff.models import User

RIGHT = "complaints.open_boxes"


@transaction.atomic
def open_box(*, box: Box, slips: int, witness: User, by: User, at: datetime) -> BoxOpening:
    """Two people have opened a box and counted the slips. The other one confirms it before a slip is typed in."""
    _require(by)
    if witness.pk == by.pk:
        raise NotPossible(_("A box is opened by two different people."))
    if not (witness.is_active and witness.has_perm(RIGHT)):
        raise NotPossible(_("The second person has no right to open boxes."))
    if not box.active:
        raise NotPossible(_("This box is not in use."))
    return BoxOpening.objects.create(box=box, slips=slips, witness=witness, by=by, at=at)


@transaction.atomic
def confirm(*, opening_id: int, by: User, at: datetime) -> BoxConfirmation:
    """The second person says, signed in as themselves: I was there, and this is what we counted."""
    _require(by)
    opening = BoxOpening.objects.select_for_update(of=("self",)).get(pk=opening_id)
    if opening.witness_id != by.pk:
        raise Refused(_("Only the second person confirms."), act="open_boxes", target=str(opening))
    if BoxConfirmation.objects.filter(opening=opening).exists():
        raise NotPossible(_("This has been confirmed already."))
    return BoxConfirmation.objects.create(opening=opening, by=by, at=at)


def overdue(*, at: datetime) -> list[Box]:
    """Boxes in use that nobody has opened for longer than they may wait, the longest first; each with `last`, None where never."""
    boxes: QuerySet[Box] = Box.objects.filter(active=True).annotate(
        last=Max("openings__at", filter=Q(openings__confirmation__isnull=False))
    )
    today = timezone.localdate(at)
    late = [box for box in boxes if box.last is None or timezone.localdate(box.last) + timedelta(days=box.days_between) <= today]  # type: ignore[attr-defined]  # annotated
    return sorted(late, key=lambda box: (box.last is not None, box.last or at))  # type: ignore[attr-defined]  # annotated


def _require(by: User) -> None:
    if not (by.is_active and by.has_perm(RIGHT)):
        raise Refused(_("Your role does not allow this."), act="open_boxes", target="")
