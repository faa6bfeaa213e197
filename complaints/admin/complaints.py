"""Cases in the back office: list, search, export, the case page and the one view all acts go through."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin import letters
from complaints.admin.acts import Act
from complaints.admin.case_page import context_for, known_act
from complaints.admin.columns import CaseColumns
from complaints.admin.export import ExportsList
from complaints.admin.filters import CASE_FILTERS
from complaints.admin.timeline import done
from complaints.downloads import download_of
from complaints.forms.act import ActForm
from complaints.models import Attachment, Complaint, StepChange
from complaints.permissions import Refused
from complaints.queries.acts import BESIDE, CHART, is_at_its_step, why_not
from complaints.queries.whole_file import WholeFile, one_case, whole_file
from complaints.services import customers, penalize, vault
from complaints.services.errors import NotPossible, Stale
from complaints.workflow import Mode
from staff.admin.office import OfficeAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.models import Company, User

#: A conversation goes on where it is, not at the top of the page.
GOES_ON_AT = {"guide": "#guide", "guide_stage": "#guide"}


@admin.register(Complaint)
class ComplaintAdmin(ExportsList, CaseColumns, PagesWithoutCount, OfficeAdmin):
    """Displays and makes one service call per act; no field is ever written here."""

    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = (
        "number_shown",
        "what",
        "kind_shown",
        "category",
        "severity_shown",
        "step_shown",
        "handler_shown",
        "department",
        "due_shown",
        "received_shown",
    )
    list_display_links = ("number_shown",)
    list_filter = CASE_FILTERS
    search_fields = ("number",)
    search_help_text = gettext_lazy("Number, words, name, telephone, e-mail or order number")
    ordering = ("-received_at", "-pk")
    actions = None

    # --- who may ---------------------------------------------------------------------------------------------------
    def has_view_permission(self, request: HttpRequest, obj: Complaint | None = None) -> bool:
        return holds(request, self.view_permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a case is made of what arrived; staff take that down in the intake

    def has_change_permission(self, request: HttpRequest, obj: Complaint | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        return Complaint.objects.visible_to(user_of(request)).for_list()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.search(search_term), False

    # --- pages -----------------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        download, identity = self.admin_site.admin_view(self.download_view), self.admin_site.admin_view(self.identity_view)
        worth = self.admin_site.admin_view(self.customer_value_view)
        return [
            path("<path:object_id>/customer-value/", worth, name="complaints_complaint_customer_value"),
            path("<path:object_id>/files/<int:attachment_id>/", download, name="complaints_complaint_file"),
            path(
                "<path:object_id>/letters/<int:letter_id>/",
                self.admin_site.admin_view(self.letter_view),
                name="complaints_complaint_letter",
            ),
            path(
                "<path:object_id>/letters/<int:letter_id>/pdf/",
                self.admin_site.admin_view(self.letter_pdf_view),
                name="complaints_complaint_letter_pdf",
            ),
            path("<path:object_id>/identity/", identity, name="complaints_complaint_identity"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        file = self._file(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied(_("A case is changed by its acts alone."))
        return self._page(request, file)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._file(request, object_id)
        raise PermissionDenied(_("Cases are never deleted."))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._require_audit(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._require_audit(request, object_id)
        case = self._file(request, object_id).case
        if not version_id.isdecimal():
            raise Http404
        if case.complainant.is_protected and case.history.filter(history_id=version_id, history_change_reason="renew_code").exists():
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        """Do one act: bind its form, call its service; what is refused comes back on the case page with everything typed.

        The whole file is read only to show it. An act of the chart asks for the right itself, under lock: it is asked here when something else
        is in the way, for that is none of the business of whoever may not do it.
        """
        case = self._case(request, object_id)
        chosen = known_act(act)
        if chosen is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseRedirect(self._page_of(case))
        by, at = user_of(request), timezone.now()
        form = chosen.form(request.POST, request.FILES, case=case, by=by, auto_id=f"{chosen.name}_%s")
        asks_itself = chosen.name in CHART and chosen.name not in BESIDE
        if not asks_itself:
            self._require(by, case, chosen, at)
        try:
            status = self._try(chosen, form, case, by=by, at=at)
        except Complaint.DoesNotExist as error:  # somebody else's act took it out of this person's sight a moment ago
            raise Http404 from error
        if status == HTTPStatus.OK:
            messages.success(request, _("Done: %(act)s") % {"act": chosen.label})
            return HttpResponseRedirect(self._after(request, case) + GOES_ON_AT.get(chosen.name, ""))
        if asks_itself:
            self._require(by, case, chosen, at)
        file = self._file(request, object_id)
        if status == HTTPStatus.CONFLICT:  # show what the others did meanwhile, and let the person try once more from there
            typed = request.POST.copy()
            typed["seen"] = str(file.seen)
            form.data = typed
        return self._page(request, file, tried=(chosen, form), status=status)

    def _require(self, by: User, case: Complaint, act: Act, at: datetime) -> None:
        refusal = why_not(by, case, act.name, timezone.localdate(at))
        if refusal:
            raise Refused(refusal, act=act.name, target=case.number)

    def _try(self, act: Act, form: ActForm, case: Complaint, *, by: User, at: datetime) -> int:
        """Run the act; the status to answer with, the reasons being on the form."""
        if not form.is_valid():
            return self._why_unfit(act, form, case)
        try:
            act.run(case=case, form=form, by=by, at=at)
        except Stale as refusal:
            form.add_error(None, _stale_words(refusal.change))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            _put_on(form, refusal)
            return HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            return HTTPStatus.OK
        return HTTPStatus.CONFLICT

    def _why_unfit(self, act: Act, form: ActForm, case: Complaint) -> int:
        """A form may not fit because the case has moved on since it was made; then that is what to say."""
        seen = form.cleaned_data.get("seen")
        newest = case.changes.select_related("by").order_by("-sequence").first()
        if act.minds_order and seen is not None and newest is not None and seen != newest.sequence:
            form.add_error(None, _stale_words(newest))
            return HTTPStatus.CONFLICT
        if not is_at_its_step(act.name, case):
            form.add_error(None, _("This is not possible at the step “%(step)s”.") % {"step": case.get_step_display()})
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY

    def download_view(self, request: HttpRequest, object_id: str, attachment_id: int) -> FileResponse:
        """A file of a case, for whoever sees the case."""
        user = user_of(request)
        if not holds(request, self.view_permission) or not object_id.isdecimal():
            raise Http404
        found = (
            Attachment.objects.select_related("examination")
            .filter(pk=attachment_id, complaint=int(object_id[:18]), complaint__in=Complaint.objects.visible_to(user))
            .first()
        )
        if found is None:
            raise Http404
        return download_of(found)

    def letter_view(self, request: HttpRequest, object_id: str, letter_id: int) -> HttpResponse:
        """A letter as it was sent, to be printed."""
        letter = letters.letter_of(request, object_id, letter_id)
        if not letter.complaint.complainant.is_protected:
            vault.note_look(case=letter.complaint, by=user_of(request), at=timezone.now())
        return letters.page(request, letter)

    def letter_pdf_view(self, request: HttpRequest, object_id: str, letter_id: int) -> HttpResponse:
        return letters.pdf(letters.letter_of(request, object_id, letter_id))

    def identity_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Who is behind a confidential case, once: for who asked, while it is open. Every look is kept."""
        case = self._file(request, object_id).case
        if request.method != "POST":
            return HttpResponseRedirect(self._page_of(case))
        identity = vault.look(complaint_id=case.pk, by=user_of(request), at=timezone.now())
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": case.number, "media": self.media}
        page = TemplateResponse(request, "backoffice/identity.html", frame | {"case": case, "identity": identity})
        page["Cache-Control"] = "no-store, private"
        return page

    def customer_value_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What the customer is worth, once; every look is kept, and nothing is decided by it (M9)."""
        case = self._file(request, object_id).case
        if request.method != "POST":
            return HttpResponseRedirect(self._page_of(case))
        try:
            customer = customers.look(complaint_id=case.pk, by=user_of(request), at=timezone.now())
        except NotPossible as refusal:
            messages.warning(request, str(refusal))
            return HttpResponseRedirect(self._page_of(case))
        currency = Company.current().currency
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": case.number, "media": self.media}
        page = TemplateResponse(
            request, "backoffice/customer_value.html", frame | {"case": case, "customer": customer, "currency": currency}
        )
        page["Cache-Control"] = "no-store, private"
        return page

    def set_history_delta_changes(self, request: HttpRequest, historical_records: Any, *args: Any, **options: Any) -> None:
        super().set_history_delta_changes(request, historical_records, *args, **options)
        for record in historical_records:
            record.history_change_reason = done(record.history_change_reason or "")

    # --- inside ----------------------------------------------------------------------------------------------------
    def _file(self, request: HttpRequest, object_id: str) -> WholeFile:
        user = user_of(request)
        try:
            return whole_file(
                Complaint.objects.visible_to(user), _number(object_id), with_penalties=holds(request, "complaints.see_penalties")
            )
        except Complaint.DoesNotExist as error:
            raise Http404 from error

    def _case(self, request: HttpRequest, object_id: str) -> Complaint:
        """The case without its file, for whoever sees it."""
        try:
            return one_case(Complaint.objects.visible_to(user_of(request)), _number(object_id))
        except Complaint.DoesNotExist as error:
            raise Http404 from error

    def _page(self, request: HttpRequest, file: WholeFile, *, tried: Any = None, status: int = 200) -> HttpResponse:
        user, case, at = user_of(request), file.case, timezone.now()
        context = self.admin_site.each_context(request) | context_for(file, user, at, tried=tried, asked=request.GET)
        if context["who"].in_full:
            vault.note_look(case=case, by=user, at=at)
        if file.penalties:  # read only for who may see them
            penalize.note_look(case=case, by=user, at=at)
        others = Complaint.objects.visible_to(user).same_customer(case).for_list()[:10]
        context |= {
            "opts": self.opts,
            "title": case.number,
            "original": case,
            "others": list(others),
            "may_see_penalties": holds(request, "complaints.see_penalties"),
            "may_read_history": holds(request, "staff.read_audit"),
            "media": self.media,
        }
        return TemplateResponse(request, "backoffice/case.html", context, status=status)

    def _require_audit(self, request: HttpRequest, object_id: str) -> None:
        self._file(request, object_id)
        if not holds(request, "staff.read_audit"):
            raise PermissionDenied

    def get_history_queryset(self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any) -> QuerySet[Any]:
        """Of a protected case without the changes of its code: each says that somebody guessed the contact (threat I4)."""
        rows: QuerySet[Any] = super().get_history_queryset(request, history_manager, pk_name, object_id)
        hidden = Complaint.objects.filter(pk=object_id).exclude(complainant__mode=Mode.REAL_NAME).exists()
        return rows.exclude(history_change_reason="renew_code") if hidden else rows

    def _after(self, request: HttpRequest, case: Complaint) -> str:
        """Back to the case; to the first page when the act took it out of the person's sight, and it is said where it went."""
        seen = Complaint.objects.visible_to(user_of(request)).filter(pk=case.pk).exists()
        if not seen:
            now_with = Complaint.objects.select_related("department").get(pk=case.pk).department
            messages.info(request, _("The case is with %(department)s now; you no longer see it.") % {"department": now_with})
        return self._page_of(case) if seen else reverse(f"{self.admin_site.name}:index")


def _number(object_id: str) -> int:
    if not object_id.isascii() or not object_id.isdecimal() or len(object_id) > 18:  # digits of a bigint
        raise Http404
    return int(object_id)


def _stale_words(change: StepChange) -> str:
    """Who was faster, with what, and when."""
    said = {
        "who": change.by.name if change.by else change.get_actor_display(),
        "act": done(change.transition),
        "when": timezone.localtime(change.at).strftime("%Y-%m-%d %H:%M"),
    }
    return _("%(who)s has worked on this case meanwhile (%(act)s, %(when)s). Look at it again; what you typed is still here.") % said


def _put_on(form: ActForm, refusal: ValidationError) -> None:
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
