"""Taking lists out of the house is kept: who, when, how many rows, which ones."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from staff.models import User


def record_export(*, model: type[Model], by: User, rows: int, narrowed_by: str) -> LogEntry:
    """One row per export; `narrowed_by` says how the list was narrowed, without words anybody typed."""
    content_type = ContentType.objects.get_for_model(model)
    message = f"export: {rows} rows; {narrowed_by[:400]}"
    return LogEntry.objects.create(
        user=by,
        content_type=content_type,
        object_id="",
        object_repr=str(model._meta.verbose_name_plural)[:200],
        action_flag=CHANGE,
        change_message=message,
    )
