"""What a service raises when it does not do what it was asked."""

from django.utils.translation import gettext as _

from complaints.models import StepChange
from complaints.permissions import Refused
from staff.services.refusals import NotDone

__all__ = ["ChooseOne", "NotPossible", "Refused", "Stale"]


class NotPossible(NotDone):
    """The case is not at that step, or something that must be on file is missing. The text is for the person who asked."""


class Stale(NotPossible):
    """The case has moved since the form was made; `change` is the newest act."""

    def __init__(self, change: StepChange) -> None:
        self.change = change
        who = change.by.name if change.by else change.get_actor_display()
        text = _("Somebody has worked on this case meanwhile: %(who)s. Look at it again; what you typed is still here.")
        super().__init__(text % {"who": who})


class ChooseOne(NotPossible):
    """There are alternatives, and none of them was named."""
