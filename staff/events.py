"""What other apps tell the staff app, registered in their `ready()`; staff itself knows none of them."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from staff.models import Department, Notice, User


class TellEmployee(Protocol):
    """Writes to an employee. `former`: the row of the person's history with the address to use, None: the one on file."""

    def __call__(self, *, user: "User", subject: str, text: str, by: "User", at: datetime, former: int | None) -> None: ...


#: Each writes to an employee, in words that are in the employee's language already.
tell_employee: list[TellEmployee] = []

#: Each sends the link to a new password to the address on file; whether it did.
send_reset: list[Callable[["User", datetime], bool]] = []

#: Each returns one line per matter that this user still has open; a leaver with any cannot be deactivated.
open_matters: list[Callable[["User"], list[str]]] = []

#: Each returns those of the given texts (names and addresses of things) that name something this user may not see.
hides: list[Callable[["User", list[str]], set[str]]] = []

#: Each loads an app's starter reference data at set-up; called with the first manager and the time, may be run again.
starter_loaders: list[Callable[["User", datetime], None]] = []

#: Each is told that something happened to somebody's job: the user, what (in words that name nobody), when, whose act it was.
job_changed: list[Callable[["User", str, datetime, "User"], None]] = []

#: Each sends copies of a notice that was published, as its `by_mail` and `by_chat` say: the notice, whose act it was, when.
announce: "list[Callable[[Notice, User, datetime], None]]" = []

#: Each returns the open matters of a department for the agenda of a meeting: a line (in words that name no customer) and where it is looked at.
agenda_sources: "list[Callable[[Department, datetime], list[tuple[str, str]]]]" = []
