"""Whoever has something done to their account by somebody else is told, at an address the other could not change just before."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils import translation

from staff import events
from staff.models import User

if TYPE_CHECKING:
    from django.utils.functional import Promise

#: So long an address that was replaced still hears what happens to the account.
REMEMBERED = timedelta(days=30)


def tell(*, user: User, subject: "Promise", text: "Promise", by: User, at: datetime, **values: object) -> None:
    """Say it in the person's language to the address on file and to those replaced lately; `values` and who did it (`by`) are put into the text.

    A value that is a lazy translation is said in that language too. Of one's own acts nobody is told.
    """
    if by.pk == user.pk:
        return
    with translation.override(user.language):
        said = {"by": str(by)} | {name: str(value) for name, value in values.items()}
        title, words = str(subject), str(text) % said
    for tell_them in events.tell_employee:
        for former in (None, *replaced_lately(user, at)):
            tell_them(user=user, subject=title, text=words, by=by, at=at, former=former)


def replaced_lately(user: User, at: datetime) -> list[int]:
    """The history rows that hold addresses this account had within the last thirty days and has no more."""
    rows = user.history.order_by("history_id").values_list("history_id", "email", "history_date")
    found = {
        email.lower(): row
        for (row, email, _written), (_next, _email, replaced_at) in pairwise(rows)
        if email and email.lower() != user.email.lower() and replaced_at > at - REMEMBERED
    }
    return sorted(found.values())
