"""The slips of an opened suggestion box: each is typed in once, under its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from complaints.services.errors import NotPossible
from intake.models import BoxOpening, Slip

if TYPE_CHECKING:
    from intake.models import Submission
    from staff.models import User


@dataclass(frozen=True)
class SlipPlace:
    """Which slip of which opening."""

    opening: BoxOpening
    number: int

    @property
    def external_id(self) -> str:
        return f"box:{self.opening.pk}:{self.number}"


def require_free(slip: SlipPlace, *, by: User) -> None:
    """Raises NotPossible unless one of the two types in a slip that was counted, for the first time, after both have signed."""
    opening = slip.opening
    if by.pk not in (opening.by_id, opening.witness_id):
        raise NotPossible(_("The slips are typed in by one of the two who opened the box."))
    if not hasattr(opening, "confirmation"):
        raise NotPossible(_("The second person has not confirmed this opening yet."))
    if not 1 <= slip.number <= opening.slips:
        raise NotPossible(_("There were fewer slips in the box."))
    if Slip.objects.filter(opening=opening, number=slip.number).exists():
        raise NotPossible(_("This slip was typed in already."))


def number(slip: SlipPlace, *, submission: Submission) -> Slip:
    return Slip.objects.create(opening=slip.opening, number=slip.number, submission=submission)
