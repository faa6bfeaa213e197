"""What all pages of the back office share: who may see and change, that nothing is deleted, that refusals are told."""

from copy import copy
from functools import partial
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin

from staff.admin.acts import Act
from staff.admin.history_words import ReadableChanges
from staff.models import User
from staff.permissions import READ_AUDIT
from staff.services.recording import recorded
from staff.services.refusals import NotDone

#: Title and address of the pages that lead to one, the outermost first.
Trail = list[tuple[str, str]]
#: How the filters of Django's lists compare.
COMPARISONS = ("exact", "id__exact", "isnull", "isempty")


class RecordAdmin(ModelAdmin):
    """A list and a page per object. Evidence stays at this: with no `manage_permission` nobody adds or changes."""

    #: Full permission strings; None: nobody.
    manage_permission: ClassVar[str | None] = None
    view_permission: ClassVar[str | None] = None
    acts: ClassVar[tuple[Act, ...]] = ()

    list_per_page = 25
    list_max_show_all = 25
    show_full_result_count = False
    change_form_outer_before_template = "staff/acts.html"
    save_as = False

    # --- Who may
    def may_manage(self, request: HttpRequest) -> bool:
        return holds(request, self.manage_permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_manage(request) or holds(request, self.view_permission) or holds(request, READ_AUDIT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_manage(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_manage(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    # --- Pages
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        view = self.admin_site.admin_view(self.act_view)
        return [path("<path:object_id>/act/<slug:act>/", view, name=name), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refusal by the service or the database comes back as an error of the form, with everything typed kept."""
        try:
            page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, NotDone) as refusal:
            request.refusals = reasons_of(refusal)  # type: ignore[attr-defined]  # carried to the form by the request
        except IntegrityError:
            request.refusals = [_("Somebody else changed this at the same moment. Check and save again.")]  # type: ignore[attr-defined]  # the same
        else:
            return page
        page = super().changeform_view(request, object_id, form_url, extra_context)
        page.status_code = 409
        return page

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        form = super().get_form(request, obj, change, **kwargs)
        refusals = getattr(request, "refusals", None)
        return type(form.__name__, (_Refused, form), {"refusals": refusals}) if refusals else form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        offered = [act for act in self.acts if obj is not None and act.offered(request, obj)]
        context["acts"] = [(act.label, self.act_url(obj, act)) for act in offered]
        if obj is not None:
            foremost = self.foremost_act(obj, {act.name for act in offered})
            context["foremost"] = next((self.act_url(obj, act) for act in offered if act.name == foremost), "")
        if obj is not None:
            context["adminform"].model_admin = self._naming(request, obj)
            self._lead(request, obj)
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def foremost_act(self, obj: Any, offered: set[str]) -> str:
        """The name of what comes next, shown before the rest; empty: none."""
        return ""

    def trail(self, request: HttpRequest, obj: Any) -> Trail:
        """The pages that lead to this one, where those are neither its list nor its app; none: those."""
        return []

    def _lead(self, request: HttpRequest, obj: Any) -> None:
        if before := self.trail(request, obj):
            led_by(request, [*before, (str(obj), self._page_of(obj))])

    def _naming(self, request: HttpRequest, obj: Any) -> "RecordAdmin":
        """This page, with what the person may not open given by its name alone: a link would end in a refusal."""
        page, shown = copy(self), flatten_fieldsets(self.get_fieldsets(request, obj))
        for field in self.opts.fields:
            other = getattr(obj, field.name) if field.many_to_one and field.name in shown else None
            if other is not None and not self._may_open(request, other):
                page.readonly_preprocess_fields = {**page.readonly_preprocess_fields, field.name: partial(_name_of, other)}
        return page

    def _may_open(self, request: HttpRequest, other: Any) -> bool:
        """What has no page has no link either."""
        site = self.admin_site
        return not site.is_registered(type(other)) or bool(site.get_model_admin(type(other)).has_view_permission(request, other))

    def act_url(self, obj: Any, act: Act) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_act"
        return reverse(name, args=[obj.pk, act.name])

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        obj, found = self.get_object(request, object_id), next((one for one in self.acts if one.name == act), None)
        if obj is None or found is None:
            raise Http404
        if not (self.has_view_permission(request, obj) and found.offered(request, obj)):
            raise PermissionDenied
        form, status = found.bound(request, obj), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                try:
                    found.run(obj, form.cleaned_data, user_of(request), timezone.now())
                except (ValidationError, NotDone) as refusal:
                    status = 409
                    for line in reasons_of(refusal):
                        form.add_error(None, line)
                else:
                    messages.success(request, str(found.done))
                    return HttpResponseRedirect(self._page_of(obj))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": found.label, "subtitle": str(obj)}
        context |= {
            "act": found,
            "form": form,
            "shown": found.shown(obj),
            "warning": getattr(form, "warning", ""),
            "original": obj,
            "back": self._page_of(obj),
            "media": self.media + form.media,
        }
        self._lead(request, obj)
        return TemplateResponse(request, "staff/act.html", context, status=status)

    def _page_of(self, obj: Any) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404  # Django would send to the index; what is not there and what one may not see look the same

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._require_object(request, object_id)
        page: HttpResponse = super().history_view(request, object_id, extra_context)
        return page

    def _require_object(self, request: HttpRequest, object_id: str) -> None:
        if self.get_object(request, object_id) is None:
            raise Http404

    # --- Lists
    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the filters of the list offer. Django would take any column by any comparison: a hash letter by letter (threats F15)."""
        offered = {_parameter_of(one) for one in self.get_list_filter(request)}
        return any(lookup in {name, *(f"{name}__{how}" for how in COMPARISONS)} for name in offered)

    # --- Saving
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Reference data are saved as they are; people, rights and evidence override this with their service."""
        with recorded(obj, by=user_of(request), at=timezone.now()):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        with recorded(form.instance, by=user_of(request), at=timezone.now()):
            super().save_related(request, form, formsets, change)


class OfficeAdmin(RecordAdmin, SimpleHistoryAdmin):
    """With the page of its history, which may be read and never put back."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_open_people = self.admin_site.get_model_admin(User).has_view_permission(request)
        return super().history_view(request, object_id, (extra_context or {}) | ({} if may_open_people else {"admin_user_view": ""}))

    def set_history_delta_changes(self, request: HttpRequest, historical_records: Any, *args: Any, **options: Any) -> None:
        super().set_history_delta_changes(request, historical_records, *args, **options)
        for record in historical_records:
            record.history_change_reason = record.history_change_reason or self.get_empty_value_display()

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> ReadableChanges:
        return ReadableChanges(self.model, historical_record)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # simple-history hides its revert button but would still obey a POST, even of someone who may only view.
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        if not version_id.isdecimal():
            raise Http404
        self._require_object(request, object_id)
        page: HttpResponse = super(OfficeAdmin, self._to_read()).history_form_view(request, object_id, version_id, extra_context)
        return page

    def _to_read(self) -> "OfficeAdmin":
        """This page with values instead of inputs, whose choices would name what the reader may not see, and without what is said of today."""
        page = copy(self)
        page.change_form_outer_before_template = page.change_form_outer_after_template = ""
        page.get_readonly_fields = lambda request, obj=None: flatten_fieldsets(self.get_fieldsets(request, obj))
        return page

    def render_history_view(self, request: HttpRequest, template: str, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if "adminform" in context:
            context["adminform"].model_admin = self._naming(request, context["original"])
        page: HttpResponse = super().render_history_view(request, template, context, **kwargs)
        return page


def _parameter_of(one: Any) -> str:
    """The parameter, or the column, of an entry of `list_filter`."""
    return str(one if isinstance(one, str) else one[0] if isinstance(one, tuple) else one.parameter_name)


def _name_of(other: Any, _link: str) -> str:
    return conditional_escape(str(other))


class _Refused:
    """Mixed into the form of a page whose saving was refused."""

    refusals: ClassVar[list[str]] = []

    def clean(self) -> Any:
        super().clean()  # type: ignore[misc]  # of the form it is mixed into
        raise ValidationError(self.refusals)


def reasons_of(refusal: ValidationError | NotDone) -> list[str]:
    return refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]


def led_by(request: HttpRequest, trail: Trail) -> None:
    """Show these at the head of the page; the request carries them there."""
    request.trail = [{"title": title, "link": link} for title, link in trail]  # type: ignore[attr-defined]  # read by unfold/helpers/header_title.html


def holds(request: HttpRequest, permission: str | None) -> bool:
    return permission is not None and bool(request.user.is_active and request.user.has_perm(permission))


def user_of(request: HttpRequest) -> User:
    """The signed-in employee; the back office lets nobody else in."""
    return cast("User", request.user)
