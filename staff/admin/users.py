from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, holds, user_of
from staff.models import User
from staff.permissions import MANAGE_TRAINING, MANAGE_USERS, PUBLISH_NOTICE
from staff.services import users

WRITTEN = ["employee_number", "name", "email", "phone", "language"]


class UserAddForm(forms.ModelForm):
    """A new employee; left without a password they set one through the link of “forgot my password”."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave it empty and the person sets one through the link of “forgot my password”."),
    )
    password2 = forms.CharField(
        label=_("Password once more"),
        strip=False,
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = WRITTEN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_twice(self, cleaned)
        if not cleaned.get("password1") and not cleaned.get("email") and not self.errors:
            self.add_error("email", _("Without a password an e-mail address is needed for the link."))
        return cleaned


def check_twice(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    """The two passwords are one, and good enough."""
    first, second = cleaned.get("password1") or "", cleaned.get("password2") or ""
    if first != second:
        form.add_error("password2", _("The two passwords differ."))
    elif first:
        about = User(**{name: cleaned.get(name) or "" for name in ("employee_number", "name", "email")})
        try:
            validate_password(first, about)
        except forms.ValidationError as error:
            form.add_error("password1", error)


def manages_another(request: HttpRequest, user: User) -> bool:
    return holds(request, MANAGE_USERS) and user.pk != request.user.pk


@admin.register(User)
class UserAdmin(OfficeAdmin):
    """Everybody who works or worked here. What they may do is given on the page of memberships."""

    manage_permission = MANAGE_USERS
    view_permission = MANAGE_TRAINING
    list_display = ("employee_number", "name", "does", "email", "phone", "is_active")
    list_filter = ("is_active", "language", "memberships__role")
    search_fields = ("employee_number", "name", "email")
    ordering = ("employee_number",)
    acts = (
        Act(
            name="send-reset",
            label=_("Send the link to a new password"),
            explanation=_(
                "The link goes to the e-mail address on file. Only who reads it sets the new password; the old one works until then."
            ),
            done=_("The link is on its way."),
            offered=lambda request, user: manages_another(request, user) and user.is_active,
            run=lambda user, _said, by, at: users.send_reset(user=user, by=by, at=at),
        ),
        Act(
            name="deactivate",
            label=_("Deactivate"),
            explanation=_("All memberships end and the person is signed out everywhere. Open matters must be handed over first."),
            done=_("The account is closed."),
            offered=lambda request, user: manages_another(request, user) and user.is_active,
            run=lambda user, _said, by, at: users.deactivate(user=user, by=by, at=at),
        ),
        Act(
            name="reactivate",
            label=_("Open again"),
            explanation=_("The account opens again, without any role."),
            done=_("The account is open again."),
            offered=lambda request, user: manages_another(request, user) and not user.is_active,
            run=lambda user, _said, by, at: users.reactivate(user=user, by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).for_list()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Who addresses notices must be able to look people up.
        return super().has_view_permission(request, obj) or holds(request, PUBLISH_NOTICE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_view_permission(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if obj is None:
            kwargs["form"] = UserAddForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*WRITTEN, "password1", "password2"] if obj is None else [*WRITTEN, "does", "is_active", "date_joined", "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return () if obj is None else ("does", "is_active", "date_joined", "last_login")

    @admin.display(description=_("does"))
    def does(self, user: User) -> str:
        memberships = user.active_memberships  # type: ignore[attr-defined]  # prefetched by for_list
        return ", ".join(f"{one.department}: {one.get_role_display()}" for one in memberships) or "–"

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """An account alone may do nothing: the next page gives its role."""
        if {"_addanother", "_continue", "_popup"} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, gettext("%(name)s has an account. Now give a department and a role.") % {"name": obj.name})
        page = reverse(f"{self.admin_site.name}:staff_membership_add")
        return HttpResponseRedirect(f"{page}?user={obj.pk}")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = {name: form.cleaned_data[name] for name in WRITTEN}
        by, at = user_of(request), timezone.now()
        if change:
            users.update(user=obj, by=by, at=at, **said)
        else:
            obj.pk = users.create(password=form.cleaned_data["password1"] or None, by=by, at=at, **said).pk
