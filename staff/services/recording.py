from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import Model

from staff.models import User


@contextmanager
def recorded(instance: Model, *, by: User | None, at: datetime) -> Iterator[None]:
    """History rows written inside carry this actor and time, also where there is no request.

    simple-history keeps both on the instance until they are taken off; left there, the next act would bear the wrong name.
    """
    marks = {"_history_user": by, "_history_date": at}
    instance.__dict__.update(marks)
    try:
        yield
    finally:
        for mark in marks:
            instance.__dict__.pop(mark, None)
