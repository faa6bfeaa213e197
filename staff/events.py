"""What other apps tell the staff app, registered in their `ready()`; staff itself knows none of them."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from staff.models import User

#: Each returns one line per matter that this user still has open; a leaver with any cannot be deactivated.
open_matters: list[Callable[["User"], list[str]]] = []

#: Each loads an app's starter reference data at set-up; called with the first manager and the time, may be run again.
starter_loaders: list[Callable[["User", datetime], None]] = []
