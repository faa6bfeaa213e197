from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Told
from django.db import connections
from django.utils import timezone

from staff.models import CalendarYear, OfficeHours
from staff.queries import calendar_problems
from staff.services import roles

HINT = "Enter the year under “Working calendar” in the back office; dates that rest on it are then counted anew."


def check_matrix(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """Every codename of the role matrix is declared by exactly one model."""
    return [Error(problem, id="staff.E001") for problem in roles.problems()]


def check_calendar(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A year that is missing from the working calendar is told at `migrate`, and at `check --database default` (threat H3)."""
    for alias in databases or []:
        tables = set(connections[alias].introspection.table_names())
        if {CalendarYear._meta.db_table, OfficeHours._meta.db_table} <= tables:
            return [Told(problem, hint=HINT, id="staff.W001") for problem in calendar_problems(timezone.localdate())]
    return []
