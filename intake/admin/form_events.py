"""How customers get on with the public form: figures alone, no rows; and where the posters are to be printed."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.models import FormEvent
from intake.queries.form_figures import figures
from staff.admin.office import RecordAdmin
from staff.models import Department

DAYS = (7, 30, 90)


@admin.register(FormEvent)
class FormEventAdmin(RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.manage_reference"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.GET:  # it has none of a list's parameters
            raise BadRequest
        until = _next_hour(timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("The public form"),
            "spans": [(days, figures(since=until - timedelta(days=days), until=until)) for days in DAYS],
            "departments": Department.objects.filter(active=True).order_by("path"),
        }
        return render(request, "backoffice/form_figures.html", context)


def _next_hour(now: datetime) -> datetime:
    """The hour under way counts too."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
