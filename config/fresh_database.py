"""Lays an empty database at once, as the models say; one that is in use is migrated step by step.

Django renders all models anew for each operation of each migration: with some hundred tables and more than a thousand operations that takes
minutes. What the steps lead to is the models themselves with their triggers; what migrations do besides is to move rows, of which an empty
database has none. `tests/config/test_fresh_database.py` holds the two ways against each other.
"""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether nothing was ever made here."""
    return not connection.introspection.table_names()


def lay(connection: BaseDatabaseWrapper) -> None:
    """Make all tables and triggers, and note every migration as done. All or nothing."""
    loader = MigrationLoader(connection)
    with connection.schema_editor(atomic=True) as editor:
        for model in _models(connection):
            editor.create_model(model)
        for sql in editor.deferred_sql:
            editor.execute(sql, None)
        editor.deferred_sql.clear()
        pgtrigger.install(database=connection.alias)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app_label, name in loader.graph.nodes:
            recorder.record_applied(app_label, name)


def _models(connection: BaseDatabaseWrapper) -> Iterator[type[Model]]:
    for app in apps.get_app_configs():
        for model in router.get_migratable_models(app, connection.alias, include_auto_created=False):
            if model._meta.can_migrate(connection):
                yield model
