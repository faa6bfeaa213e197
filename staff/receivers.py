from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.utils import timezone

from staff.services import calendars, roles


def sync_roles(app_config: AppConfig, using: str, **_kwargs: Any) -> None:
    """After the last app of a migrate run: every app's permissions are there, so the groups can equal the matrix."""
    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    if app_config.label != with_models[-1].label:
        return
    tables = set(connections[using].introspection.table_names())
    if not {Group._meta.db_table, Permission._meta.db_table} <= tables:
        return  # a partial migrate that has not come to auth
    create_permissions(app_config, verbosity=0, using=using)  # Django's own receiver may come after ours
    roles.sync()


def begin_calendar(**_kwargs: Any) -> None:
    """A new installation starts with a calendar and with office hours."""
    calendars.begin(at=timezone.now())
