from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from complaints.models import Complaint
    from staff.models import User


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = _("Intake")

    def ready(self) -> None:
        from complaints import outbox
        from complaints.events import erasers, step_changed
        from intake.services import hints, reception_days
        from staff.events import starter_loaders

        starter_loaders.append(load_channels)
        erasers.append(empty_submissions)
        outbox.additions.append(hints.for_receipt)
        step_changed.connect(reception_days.free_when_closed, dispatch_uid="intake.bookings")
        step_changed.connect(hints.on_filing, dispatch_uid="intake.hints")


def load_channels(_by: "User", _at: datetime) -> None:
    """Make the starter channels; their reception must be there by then."""
    from intake.services import channels

    channels.seed()


def empty_submissions(case: "Complaint", _at: datetime) -> None:
    """What an erased case was made of is emptied with it."""
    from intake.services import erasure

    erasure.empty_submissions(case)
