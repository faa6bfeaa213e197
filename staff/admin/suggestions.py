from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, holds, user_of
from staff.models import Suggestion
from staff.permissions import ANSWER_SUGGESTION
from staff.services import suggestions


class AnswerForm(forms.Form):
    """What came of a suggestion."""

    text = forms.CharField(label=_("Answer"), max_length=5000, widget=UnfoldAdminTextareaWidget)


def _may_answer(request: HttpRequest, suggestion: Suggestion) -> bool:
    is_open = suggestion.state == Suggestion.State.NEW and suggestion.by_id != request.user.pk
    return is_open and holds(request, ANSWER_SUGGESTION)


@admin.register(Suggestion)
class SuggestionAdmin(OfficeAdmin):
    """Everybody reports what they noticed or suggests, and sees what came of it."""

    list_display = ("kind", "text", "by", "department", "at", "state")
    list_filter = ("kind", "state")
    list_select_related = ("by", "department")
    search_fields = ("text",)
    ordering = ("-at", "-pk")
    autocomplete_fields = ("department",)
    acts = (
        Act(
            name="answer",
            label=_("Answer"),
            explanation=_("The person who wrote this sees your answer. It can be given once."),
            done=_("The answer is given."),
            form=AnswerForm,
            offered=_may_answer,
            run=lambda suggestion, said, by, at: suggestions.answer(suggestion=suggestion, text=said["text"], by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).visible_to(user_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active)

    def get_fields(self, request: HttpRequest, obj: Suggestion | None = None) -> list[str]:
        fields = ["kind", "text", "department"]
        return fields if obj is None else [*fields, "by", "at", "state", "answer", "answered_by", "answered_at"]

    def save_model(self, request: HttpRequest, obj: Suggestion, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        obj.pk = suggestions.make(by=user_of(request), at=timezone.now(), **form.cleaned_data).pk
