"""What changed, as people read it: choices by their label, times of the office, a dash where nothing was."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper


class ReadableChanges(HistoricalRecordContextHelper):
    """For the page of an object's history."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        value = super().prepare_delta_change_value(change, value)
        if value is None or value == "" or (isinstance(value, DeletedObject) and value.pk is None):
            return "–"
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        labels = dict(getattr(self.model._meta.get_field(change.field), "flatchoices", None) or ())
        return labels.get(value, value)
