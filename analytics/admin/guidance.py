"""Satisfaction with and without a guided conversation: figures alone, no rows."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from analytics.queries.guidance import ENOUGH, groups_for, verdict
from complaints.models import GuidedPath
from staff.admin.office import RecordAdmin, user_of


@admin.register(GuidedPath)
class GuidedPathAdmin(RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.read_files"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.GET:  # it has none of a list's parameters
            raise BadRequest
        plain, *guided = groups_for(user_of(request))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Guided conversations"),
            "groups": [plain, *guided],
            "verdicts": [
                (group, verdict(plain.interview, group.interview), verdict(plain.questionnaire, group.questionnaire)) for group in guided
            ],
            "enough": ENOUGH,
        }
        return render(request, "backoffice/guidance_figures.html", context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise Http404  # a path is read on the page of its case

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404  # the same: here it would open without the case
