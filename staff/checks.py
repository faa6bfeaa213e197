from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from staff.services import roles


def check_matrix(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """Every codename of the role matrix is declared by exactly one model."""
    return [Error(problem, id="staff.E001") for problem in roles.problems()]
