"""How front-line authority is used: figures alone, no rows."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.queries.settling import settling
from complaints.models import Settlement
from staff.admin.office import RecordAdmin, holds, user_of

DAYS = (30, 90, 365)


@admin.register(Settlement)
class SettlementAdmin(RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.see_ledger"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request, self.view_permission)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.GET:  # it has none of a list's parameters
            raise BadRequest
        until = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Settled on the spot"),
            "spans": [(days, settling(user_of(request), since=until - timedelta(days=days), until=until)) for days in DAYS],
        }
        return render(request, "backoffice/settling_figures.html", context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise Http404  # a settlement is read on the page of its case

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404  # it has none: it is written once
