from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, user_of
from staff.forms.receipt import ReceiptForm
from staff.models import Notice, NoticeReceipt
from staff.permissions import PUBLISH_NOTICE
from staff.roles import Role
from staff.services import notices


class NoticeForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = Notice
        fields = ["form", "title", "body", "to_everyone", "departments", "roles", "users", "answer_due_on", "by_mail", "by_chat"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("to_everyone", "departments", "roles", "users")):
            raise forms.ValidationError(_("Say who the notice is for."))
        return cleaned


def _waits_for(request: HttpRequest, notice: Notice) -> bool:
    """Until they have understood it: what was not clear may become so."""
    user = user_of(request)
    understood = user.notice_receipts.filter(notice=notice, state=NoticeReceipt.State.UNDERSTOOD)
    return bool(Notice.objects.addressed_to(user).filter(pk=notice.pk).exists() and not understood.exists())


@admin.register(Notice)
class NoticeAdmin(OfficeAdmin):
    """Everybody sees what is addressed to them; a published notice stays as it is."""

    manage_permission = PUBLISH_NOTICE
    list_display = ("title", "form", "by", "at", "answer_due_on")
    list_select_related = ("by",)
    search_fields = ("title", "body")
    ordering = ("-at", "-pk")
    autocomplete_fields = ("departments", "users")
    change_form_outer_after_template = "staff/receipts.html"
    acts = (
        Act(
            name="receive",
            label=_("Confirm receipt"),
            explanation=_("Say whether the notice is clear to you."),
            done=_("Thank you."),
            form=ReceiptForm,
            offered=_waits_for,
            run=lambda notice, said, by, at: notices.receive(notice=notice, by=by, at=at, **said),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).visible_to(user_of(request))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        notice, user = kwargs.get("obj"), user_of(request)
        if notice is not None:
            context["mine"] = user.notice_receipts.filter(notice=notice).exclude(state=NoticeReceipt.State.DELIVERED).first()
            context["receipts"] = notices.receipts_of(notice) if notice.by_id == user.pk or user.has_perm(PUBLISH_NOTICE) else None
        return super().render_change_form(request, context, *args, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if obj is None:
            kwargs["form"] = NoticeForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Notice | None = None) -> list[str]:
        return [*NoticeForm.Meta.fields] if obj is None else ["form", "title", "body", "by", "at", "answer_due_on"]

    def save_model(self, request: HttpRequest, obj: Notice, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        obj.pk = notices.publish(by=user_of(request), at=timezone.now(), **form.cleaned_data).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """The service has written the audience."""


@admin.register(NoticeReceipt)
class NoticeReceiptAdmin(OfficeAdmin):
    list_display = ("notice", "user", "state", "at", "remark")
    list_filter = ("state",)
    list_select_related = ("notice", "user")
    search_fields = ("notice__title", "user__employee_number", "user__name")
    ordering = ("-at", "-pk")
    view_permission = PUBLISH_NOTICE

    def get_queryset(self, request: HttpRequest) -> Any:
        visible = Notice.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(notice__in=visible)
