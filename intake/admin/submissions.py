"""What arrived, which nobody changes; what waits for a person becomes a case, joins one, or is put aside."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from intake.admin.filing import FilesForCustomer
from intake.models import Hold, Submission
from intake.queries.arrived import FILES, as_typed
from intake.services import held, mail_raw
from staff.admin.acts import Act
from staff.admin.filters import OfferedValues
from staff.admin.office import RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.forms.fields import Line, Text
from staff.permissions import READ_AUDIT

MANAGES = "complaints.manage_messages"


class FiledFilter(OfferedValues):
    title, parameter_name = _("filed"), "filed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("held", _("Waits for a person")), ("no", _("Not filed yet")), ("yes", _("Filed")), ("aside", _("Put aside"))]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        waiting = queryset.filter(filing=None, discard=None)
        return {
            "held": waiting.filter(hold__isnull=False),
            "no": waiting.filter(hold=None),
            "yes": queryset.filter(filing__isnull=False),
            "aside": queryset.filter(discard__isnull=False),
        }[value]


class JoinForm(forms.Form):
    """What was said, and on which case."""

    number = Line(label=_("Number of the case"), max_length=12)
    text = Text(label=_("What the customer said"), rows=5)

    def about(self, submission: Submission) -> None:
        self.initial = {"text": submission.payload.get("text") or submission.payload.get("story") or ""}


class DiscardForm(forms.Form):
    reason = Line(label=_("Reason"), max_length=300)


def _waits(request: HttpRequest, submission: Submission) -> bool:
    is_hidden = getattr(submission, "is_hidden", False)
    return not is_hidden and Submission.objects.held_for(user_of(request)).filter(pk=submission.pk).exists()


def _is_recording(submission: Submission) -> bool:
    return hasattr(submission, "hold") and submission.hold.why == Hold.Why.RECORDING


def _name_of_raw(submission: Submission) -> str:
    """A name that tells nothing of the sender."""
    names = submission.payload.get(FILES) or ["recording"]
    return str(names[0]) if _is_recording(submission) else f"mail-{submission.pk}.txt"


@admin.register(Submission)
class SubmissionAdmin(FilesForCustomer, PagesWithoutCount, RecordAdmin):
    """What arrived, exactly as it was. What has no case yet is filed by the worker within a minute or two: one that stays needs a look."""

    view_permission: ClassVar[str | None] = MANAGES
    list_display = ("received_at", "channel", "spoken", "why", "case")
    list_select_related = ("channel", "filing__complaint", "hold", "discard")
    list_filter = (FiledFilter,)
    ordering = ("-received_at", "-pk")
    fields = ("received_at", "channel", "spoken", "why", "case", "typed", "raw_form", "fingerprint")
    readonly_fields = fields
    acts = (
        Act(
            name="join",
            label=_("Join to a case there is"),
            explanation=_("What was said is added to the conversation of that case."),
            done=_("It is on the case now."),
            form=JoinForm,
            offered=_waits,
            run=lambda row, said, by, at: held.join_held(submission_id=row.pk, number=said["number"], text=said["text"], by=by, at=at),
        ),
        Act(
            name="discard",
            label=_("Put aside"),
            explanation=_("Nothing follows from it; your reason is kept."),
            done=_("It is put aside."),
            form=DiscardForm,
            offered=_waits,
            run=lambda row, said, by, at: held.discard(submission_id=row.pk, reason=said["reason"], by=by, at=at),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        raw = self.admin_site.admin_view(self.raw_view)
        return [path("<int:submission_id>/raw/", raw, name="intake_submission_raw"), *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return super().has_view_permission(request, obj) or holds(request, "complaints.file_case")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Whoever files sees what waits in their reception; who looks after messages or audits all, save what a hidden case was made of."""
        rows = super().get_queryset(request).select_related("channel", "filing__complaint__complainant", "hold", "discard")
        rows = rows.defer("raw", "claim")
        if not (holds(request, MANAGES) or holds(request, READ_AUDIT)):
            return rows.filter(pk__in=Submission.objects.held_for(user_of(request)).order_by().values("pk"))
        seen = Complaint.objects.visible_to(user_of(request)).values("pk")
        return rows.filter(Q(filing__complaint__in=seen) | Q(filing=None)).filter(
            Q(filing__isnull=False)
            | Q(pk__in=Submission.objects.filter(filing=None).without_reports_kept_from(user_of(request)).values("pk"))
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """What is about a case that is hidden from the person says when and by what it came, and no more; on the instance, never saved."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.is_hidden = held.is_about_a_hidden_case(row, user_of(request))
            row.payload = {} if row.is_hidden else row.payload
        return row

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        page = super().render_change_form(request, context, *args, **kwargs)
        row = kwargs.get("obj")
        if row is not None and _waits(request, row) and holds(request, "complaints.file_case"):
            link = f"{reverse(f'{self.admin_site.name}:intake_submission_add')}?held={row.pk}"
            context["acts"].insert(0, (_("File as a case"), link))
        return page

    def raw_view(self, request: HttpRequest, submission_id: int) -> HttpResponse:
        """The recording or the mail as it arrived, as a download: for whoever decides on it, or looks after messages. The look is kept."""
        row = self.get_object(request, str(submission_id))
        if row is None:
            raise Http404
        if not (_waits(request, row) or (holds(request, MANAGES) and holds(request, "complaints.write_message"))):
            raise PermissionDenied
        raw = mail_raw.raw_of(submission_id=row.pk, by=user_of(request), at=timezone.now())
        if raw is None:
            raise Http404
        kind = "application/octet-stream" if _is_recording(row) else "text/plain; charset=utf-8"
        response = HttpResponse(raw, content_type=kind)  # a file to keep, never a page (threats D10, I4)
        response["Content-Disposition"] = f'attachment; filename="{_name_of_raw(row)}"'
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.display(description=_("as it arrived"))
    def raw_form(self, submission: Submission) -> Any:
        if not Submission.objects.filter(pk=submission.pk, raw__isnull=False).exists():
            return self.get_empty_value_display()
        link = reverse(f"{self.admin_site.name}:intake_submission_raw", args=[submission.pk])
        return format_html('<a class="underline" href="{}" download>{}</a>', link, _name_of_raw(submission))

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, submission: Submission) -> str:
        return format_html("<span data-user-text>{}…</span>", submission.digest[:16])

    @admin.display(description=_("language"))
    def spoken(self, submission: Submission) -> str:
        return str(dict(settings.LANGUAGES).get(submission.language, submission.language))

    @admin.display(description=_("why it waits"))
    def why(self, submission: Submission) -> Any:
        hold, discard = getattr(submission, "hold", None), getattr(submission, "discard", None)
        if discard is not None:
            return _("Put aside: %(reason)s") % {"reason": discard.reason}
        if hold is None or getattr(submission, "filing", None) is not None:
            return self.get_empty_value_display()
        if getattr(submission, "is_hidden", True):  # in the list nobody has looked yet what it is about
            return hold.get_why_display()
        return f"{hold.get_why_display()}{' · ' if hold.detail else ''}{hold.detail}"

    @admin.display(description=_("complaint"))
    def case(self, submission: Submission) -> Any:
        filing = getattr(submission, "filing", None)
        if filing is None:
            return self.get_empty_value_display() if hasattr(submission, "hold") else _("Not filed yet")
        link = reverse(f"{self.admin_site.name}:complaints_complaint_change", args=[filing.complaint_id])
        return format_html('<a class="underline" href="{}">{}</a>', link, filing.complaint.number)

    @admin.display(description=_("what was said"))
    def typed(self, submission: Submission) -> Any:
        rows = as_typed(submission)
        return format_html_join("", '<div class="rd-said"><span class="rd-faint">{}</span><br>{}</div>', rows)
