"""The channels, which complaint management edits; what arrived, which nobody does."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from intake.models import Channel, Submission
from intake.queries.arrived import as_typed
from intake.services import mail_in, mail_raw
from staff.admin.filters import OfferedValues
from staff.admin.office import OfficeAdmin, RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount


@admin.register(Channel)
class ChannelAdmin(OfficeAdmin):
    manage_permission = "complaints.manage_reference"
    view_permission = "complaints.read_files"
    list_display = ("name", "code", "medium", "department", "active")
    list_select_related = ("department",)
    ordering = ("name",)
    search_fields = ("name", "code")


class FiledFilter(OfferedValues):
    title, parameter_name = _("filed"), "filed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not filed yet")), ("yes", _("Filed"))]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(filing__isnull=value == "no")


@admin.register(Submission)
class SubmissionAdmin(PagesWithoutCount, RecordAdmin):
    """What arrived, exactly as it was typed. What has no case yet is filed by the worker within a minute or two: one that stays needs a look."""

    view_permission: ClassVar[str | None] = "complaints.manage_messages"
    list_display = ("received_at", "channel", "language", "case")
    list_select_related = ("channel", "filing__complaint")
    list_filter = (FiledFilter,)
    ordering = ("-received_at", "-pk")
    fields = ("received_at", "channel", "language", "case", "typed", "as_it_arrived", "digest")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Of a case that is hidden from somebody, what it was made of is hidden too."""
        seen = Complaint.objects.visible_to(user_of(request)).values("pk")
        waiting_or_seen = Q(filing=None) | Q(filing__complaint__in=seen)
        return super().get_queryset(request).filter(waiting_or_seen).select_related("channel", "filing__complaint__complainant")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.raw_view)
        return [path("<int:submission_id>/raw/", view, name="intake_submission_raw"), *super().get_urls()]

    def raw_view(self, request: HttpRequest, submission_id: int) -> HttpResponse:
        """A mail as it arrived: text to keep, never a page (threats D10, I4)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        submission = get_object_or_404(self.get_queryset(request), pk=submission_id)
        raw = mail_raw.raw_of(submission_id=submission.pk, by=user_of(request), at=timezone.now())
        if raw is None:
            raise Http404
        response = HttpResponse(raw, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="mail-{submission.pk}.txt"'
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.display(description=_("as it arrived"))
    def as_it_arrived(self, submission: Submission) -> Any:
        if not (submission.external_id or "").startswith(mail_in.PREFIX):
            return "-"
        link = reverse(f"{self.admin_site.name}:intake_submission_raw", args=[submission.pk])
        return format_html('<a class="underline" href="{}">{}</a>', link, _("Download the mail"))

    @admin.display(description=_("complaint"))
    def case(self, submission: Submission) -> Any:
        filing = getattr(submission, "filing", None)
        if filing is None:
            return _("Not filed yet")
        link = reverse(f"{self.admin_site.name}:complaints_complaint_change", args=[filing.complaint_id])
        return format_html('<a class="underline" href="{}">{}</a>', link, filing.complaint.number)

    @admin.display(description=_("what was typed"))
    def typed(self, submission: Submission) -> Any:
        rows = as_typed(submission)
        return format_html_join("", '<div class="rd-said"><span class="rd-faint">{}</span><br>{}</div>', rows)
