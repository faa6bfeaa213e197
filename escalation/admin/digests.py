"""The originals of the day: a list of days, and a page to read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from escalation.models import Digest
from escalation.queries.originals import of_digest
from staff.admin.office import RecordAdmin, user_of


@admin.register(Digest)
class DigestAdmin(RecordAdmin):
    view_permission: ClassVar[str | None] = "escalation.decide_routed"
    list_display = ("day", "department", "cases")
    list_select_related = ("department",)
    ordering = ("-day", "department__path")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To read, not to change."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        digest = self.get_object(request, object_id)
        if digest is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": str(digest), "digest": digest,
            "rows": of_digest(digest, user_of(request)),
        }  # fmt: skip
        return render(request, "backoffice/digest.html", context)
