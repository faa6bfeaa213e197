"""Marks on cases, and whom they reach."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from escalation.admin.of_case import BegunAtCase, OfCase
from escalation.forms.marks import MarkForm
from escalation.models import CaseMark, MarkRule
from escalation.services import marks
from staff.admin.office import OfficeAdmin, user_of


@admin.register(CaseMark)
class CaseMarkAdmin(BegunAtCase, OfCase):
    form_of_new = MarkForm
    manage_permission: ClassVar[str | None] = "complaints.add_note"
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("complaint", "cause", "times", "charged_to", "by", "at")
    list_select_related = ("complaint", "charged_to", "by")
    list_filter = ("cause",)
    ordering = ("-at", "-pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["complaint", "cause", "words"]
        return ["complaint", "cause", "round", "times", "words", "charged_to", "by", "at"]

    def save_model(self, request: HttpRequest, obj: CaseMark, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = form.cleaned_data
        obj.pk = marks.mark(
            complaint_id=said["complaint"].pk, cause=said["cause"], words=said["words"], by=user_of(request), at=timezone.now()
        ).pk


@admin.register(MarkRule)
class MarkRuleAdmin(OfficeAdmin):
    manage_permission = "escalation.manage_deadlines"
    view_permission = "complaints.read_files"
    list_display = ("cause", "to_head", "to_management", "to_executives")
    ordering = ("pk",)
