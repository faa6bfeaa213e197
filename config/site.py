"""The back-office site: unfold's look, our own first page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from staff.models import User


class BackOffice(UnfoldAdminSite):
    """Every employee signs in here; what each sees follows from their role."""

    enable_nav_sidebar = True
    empty_value_display = "–"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The person's work."""
        from config.work.figures import figures_for  # models are ready by now
        from config.work.first_page import work_for

        if not isinstance(request.user, User):
            raise Http404
        at = timezone.now()
        context = self.each_context(request) | {
            "title": _("My work"),
            "piles": work_for(request.user, at),
            "figures": figures_for(request.user, at),
            "may_file": request.user.has_perm("complaints.file_case"),
            "may_audit": request.user.has_perm("staff.read_audit"),
            "reads": request.user.has_perm("complaints.read_files"),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/index.html", context)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404  # the theme's search over names of tables; cases are searched in their list
