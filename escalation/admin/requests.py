"""Requests between departments: asked from the page of a case, promised, answered, scored."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.permissions import scope_of
from escalation.admin.of_case import BegunAtCase
from escalation.forms.information import AskForm, PromiseForm, ReplyForm, ScoreForm
from escalation.models import DepartmentRequest
from escalation.services import requests
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, user_of


def _is_ours(request: HttpRequest, asked: DepartmentRequest) -> bool:
    scope = scope_of(user_of(request))
    ours = asked.to_department_id in scope.departments or scope.heads(asked.to_department.path)
    return asked.answered_at is None and ours


def _to_score(request: HttpRequest, asked: DepartmentRequest) -> bool:
    return asked.by_id == request.user.pk and asked.answered_at is not None and asked.score is None


@admin.register(DepartmentRequest)
class DepartmentRequestAdmin(BegunAtCase, OfficeAdmin):
    """Everybody sees what their department was asked or asks."""

    form_of_new = AskForm
    manage_permission = "escalation.ask_department"
    list_display = ("short", "from_department", "to_department", "by", "wanted_at", "promised_at", "answered_at", "score")
    list_select_related = ("from_department", "to_department", "by")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    search_fields = ("question",)
    ordering = ("-at", "-pk")
    autocomplete_fields = ("to_department",)
    acts = (
        Act(name="promise", label=_("Promise a time"), explanation=_("By when will you answer? The asker sees it."), done=_("Promised."), form=PromiseForm, offered=_is_ours, run=lambda asked, said, by, at: requests.promise(request_id=asked.pk, by=by, at=at, **said)),
        Act(name="answer", label=_("Answer"), explanation=_("The asker gets your answer; it can be given once."), done=_("The answer is given."), form=ReplyForm, offered=_is_ours, run=lambda asked, said, by, at: requests.answer(request_id=asked.pk, by=by, at=at, **said)),
        Act(name="score", label=_("Score the answer"), explanation=_("The next in line is a customer too: how were you served?"), done=_("Thank you."), form=ScoreForm, offered=_to_score, run=lambda asked, said, by, at: requests.score(request_id=asked.pk, by=by, at=at, **said)),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["complaint", "to_department", "question", "wanted_at"]
        return [
            "question",
            "from_department",
            "to_department",
            "by",
            "at",
            "wanted_at",
            "promised_at",
            "answer",
            "answered_by",
            "answered_at",
            "score",
            "score_words",
        ]

    def save_model(self, request: HttpRequest, obj: DepartmentRequest, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        obj.pk = requests.ask(by=user_of(request), at=timezone.now(), **form.cleaned_data).pk

    @admin.display(description=_("question"))
    def short(self, asked: DepartmentRequest) -> str:
        return asked.question[:60]
