"""Calls promised to customers: which are to be made, which were kept, and the rate of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.queries.promises import IN_TIME, LATE, kept
from complaints.models import TO_WRITE_IT_DOWN, Promise
from complaints.queries.words import cut
from staff.admin.office import RecordAdmin, user_of

DAYS = (30, 365)


class How(admin.SimpleListFilter):
    title = gettext_lazy("how it stands")
    parameter_name = "how"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("to_call", _("to call")), ("missed", _("missed so far")), ("kept", _("kept")), ("late", _("called late"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        waiting = Q(called_at=None)
        missed = Q(call_at__lt=timezone.now() - TO_WRITE_IT_DOWN)
        asked: Callable[[str], Q | None] = {"to_call": waiting & ~missed, "missed": waiting & missed, "kept": IN_TIME, "late": LATE}.get
        chosen = asked(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


@admin.register(Promise)
class PromiseAdmin(RecordAdmin):
    """To read; a call is promised and recorded on the page of its case."""

    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("case_number", "call_at", "standing", "what", "by", "called_at")
    list_display_links = ("call_at",)
    list_select_related = ("complaint", "by")
    list_filter = (How,)
    ordering = ("-call_at", "-pk")
    list_before_template = "backoffice/promise_figures.html"
    fields = ("case_number", "call_at", "standing", "about", "by", "at", "result", "called_by", "called_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).visible_to(user_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        until = timezone.now()
        may = self.has_view_permission(request)
        spans = [(days, kept(user_of(request), since=until - timedelta(days=days), until=until)) for days in DAYS] if may else []
        page: HttpResponse = super().changelist_view(request, (extra_context or {}) | {"spans": spans})
        return page

    @admin.display(description=gettext_lazy("case"))
    def case_number(self, row: Promise) -> SafeString:
        url = reverse("admin:complaints_complaint_change", args=[row.complaint_id])
        return format_html('<a href="{}#promises">{}</a>', url, row.complaint.number)

    @admin.display(description=gettext_lazy("how it stands"))
    def standing(self, row: Promise) -> SafeString:
        """In words; the colour only repeats them."""
        if row.called_at is not None:
            return format_html('<span class="{}">{}</span>', "" if row.kept else "rd-late", _("kept") if row.kept else _("called late"))
        missed = row.was_missed(timezone.now())
        return format_html('<span class="{}">{}</span>', "rd-late" if missed else "", _("missed so far") if missed else _("to call"))

    @admin.display(description=gettext_lazy("about"))
    def what(self, row: Promise) -> str:
        return cut(row.about, 40)
