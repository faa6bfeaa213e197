"""Days begin and end where the company is, as it was set up: for requests, for tasks of the worker, for commands."""

import logging
from contextlib import AbstractContextManager
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from staff.models import Company

log = logging.getLogger(__name__)


def company_zone() -> ZoneInfo:
    """The company's time zone, read at most once a minute by each process."""
    name = cache.get_or_set("company.time_zone", lambda: Company.current().time_zone, timeout=60)
    return ZoneInfo(str(name))


def company_clock() -> AbstractContextManager[None]:
    """What happens inside happens in the company's day."""
    return timezone.override(company_zone())


def before_task(**_signal: Any) -> None:
    """Connected to what django-q sends before it runs a task. The task itself tells of a database that cannot be asked."""
    try:
        timezone.activate(company_zone())
    except DatabaseError:  # raised here it would end the worker
        log.exception("the company's time zone could not be read")


def after_task(**_signal: Any) -> None:
    """Connected to what django-q sends after it ran a task, whether it went well or not."""
    timezone.deactivate()
