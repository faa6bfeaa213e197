from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from staff.models import User


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = _("Intake")

    def ready(self) -> None:
        from staff.events import starter_loaders

        starter_loaders.append(load_channels)


def load_channels(_by: "User", _at: datetime) -> None:
    """Make the starter channels; their reception must be there by then."""
    from intake.services import channels

    channels.seed()
