from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from staff import events
from staff.admin.office import RecordAdmin, user_of
from staff.models import DeniedAttempt, User
from staff.permissions import READ_AUDIT

HIDDEN = "…"


@admin.register(DeniedAttempt)
class DeniedAttemptAdmin(RecordAdmin):
    """Who tried what. Where it was tried is left out when it names what the reader may not see either."""

    view_permission = READ_AUDIT
    list_display = ("at", "user", "method", "path", "act", "target", "reason")
    list_select_related = ("user",)
    search_fields = ("user__employee_number", "user__name", "path", "target")
    ordering = ("-at", "-pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """A search for what is hidden finds nothing, or finding would tell that it is there."""
        if _hidden(user_of(request), [search_term.strip()]):
            return queryset.none(), False
        found: tuple[Any, bool] = super().get_search_results(request, queryset, search_term)
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        _leave_out(user_of(request), page.result_list)
        return page

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        attempt = super().get_object(request, object_id, from_field)
        if attempt is not None:
            _leave_out(user_of(request), [attempt])
        return attempt


def _leave_out(reader: User, attempts: list[DeniedAttempt]) -> None:
    hidden = _hidden(reader, [text for attempt in attempts for text in (attempt.path, attempt.target) if text])
    for attempt in attempts:
        if attempt.path in hidden or attempt.target in hidden:
            attempt.path, attempt.target = HIDDEN, HIDDEN


def _hidden(reader: User, texts: list[str]) -> set[str]:
    return set().union(*(hides(reader, texts) for hides in events.hides))
