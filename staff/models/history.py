from functools import cache
from typing import Any

import pgtrigger
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class MadeOnce(HistoryManager):
    """simple-history makes the class of the manager anew each time a history is looked at; once is enough."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """simple-history whose rows the database keeps as they were written.

    Nobody holds a permission on the historical model itself: whoever may see the row may see its history.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=MadeOnce, **options)

    def get_meta_options(self, model: type[Any]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        options["default_permissions"] = ()
        options["triggers"] = append_only()
        return options

    def get_meta_options_m2m(self, through_model: type[Any]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options_m2m(through_model)
        options["default_permissions"] = ()
        options["triggers"] = append_only()
        return options


def table_stays() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="table_stays",
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'these rows are kept for ever';",
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are written once: no update, no delete, no truncate."""
    return [pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Update | pgtrigger.Delete), table_stays()]
