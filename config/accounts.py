"""A forgotten password: the link goes out through the outbox like every other message, to the address on file and no other."""

import string
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib import messages as notes
from django.contrib.auth import forms, views
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.generic import FormView
from unfold.widgets import INPUT_CLASSES

from complaints.services import messages
from staff.admin.office import user_of
from staff.forms.language import LanguageForm
from staff.models import Membership, User
from staff.services import users
from staff.services.recording import recorded

LOOK = " ".join(INPUT_CLASSES)
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class PasswordResetForm(forms.PasswordResetForm):
    """Asks for the address. Whatever was typed, the answer is the same (threats E5)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["class"] = LOOK

    def get_users(self, email: str) -> Iterable[User]:
        """Active people with exactly this address; only A–Z and a–z count as the same letter, so no look-alike finds anybody."""
        typed = email.translate(SMALL)
        found = User.objects.filter(email__iexact=email, is_active=True)
        return [user for user in found if user.email.translate(SMALL) == typed and user.has_usable_password()]

    def save(self, *_args: Any, **_options: Any) -> None:
        at = timezone.now()
        for user in self.get_users(self.cleaned_data["email"]):
            messages.send_password_reset(user=user, at=at)


class SetPasswordForm(forms.SetPasswordForm):
    """The new password, twice."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = LOOK

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        with recorded(self.user, by=self.user, at=timezone.now()):
            user: User = super().save(commit)
        return user


class InOfficeFrame:
    """What the frame of the back office asks of a page without a sign-in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # of the view it is mixed into
        return {**admin.site.each_context(self.request), **context}  # type: ignore[attr-defined]  # of the view it is mixed into


class Ask(InOfficeFrame, views.PasswordResetView):
    form_class = PasswordResetForm


class Asked(InOfficeFrame, views.PasswordResetDoneView):
    pass


class Choose(InOfficeFrame, views.PasswordResetConfirmView):
    form_class = SetPasswordForm


class Chosen(InOfficeFrame, views.PasswordResetCompleteView):
    pass


class MyAccount(InOfficeFrame, FormView):
    """Who I am here, and the language I work in."""

    form_class = LanguageForm
    template_name = "backoffice/my_account.html"
    success_url = reverse_lazy("my_account")

    def get_initial(self) -> dict[str, Any]:
        return {"language": user_of(self.request).language}

    def form_valid(self, form: LanguageForm) -> HttpResponse:
        user = users.choose_language(user=user_of(self.request), language=form.cleaned_data["language"], at=timezone.now())
        with translation.override(user.language):
            notes.success(self.request, _("From now on your pages are in this language."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        memberships = Membership.objects.active().of(user_of(self.request)).for_list()
        return super().get_context_data(**kwargs) | {"title": _("My account"), "memberships": memberships}


def account_menu(_request: HttpRequest) -> list[dict[str, Any]]:
    """What the menu under one's own name offers beside sign-out."""
    return [
        {"title": _("My account"), "link": reverse_lazy("my_account")},
        {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
    ]


#: The first name is the one unfold's sign-in page looks for, the others are Django's own.
urlpatterns: list[URLPattern] = [
    path("password_reset/", Ask.as_view(), name="admin_password_reset"),
    path("password_reset/done/", Asked.as_view(), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", Choose.as_view(), name="password_reset_confirm"),
    path("my-account/", admin.site.admin_view(MyAccount.as_view()), name="my_account"),
    path("reset/done/", Chosen.as_view(), name="password_reset_complete"),
]
