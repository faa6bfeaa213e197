"""What was escalated, to read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from escalation.admin.of_case import OfCase
from escalation.models import Escalation
from escalation.models.rung import OF_RUNGS
from staff.admin.office import user_of


class LyingWith(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("Told to me, still so"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.lying_with(user_of(request)) if self.value() == "me" else queryset


@admin.register(Escalation)
class EscalationAdmin(OfCase):
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("complaint", "act", "of_what", "mark", "due_at", "at", "people")
    list_select_related = ("complaint", "mark__complaint")
    list_filter = (LyingWith, "act")
    ordering = ("-at", "-pk")
    fields = ("complaint", "act", "of_what", "mark", "due_at", "at", "people")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("told")

    @admin.display(description=_("of"))
    def of_what(self, escalation: Escalation) -> str:
        return str(dict(OF_RUNGS).get(escalation.matter, "–"))

    @admin.display(description=_("told"))
    def people(self, escalation: Escalation) -> str:
        return "、".join(person.name for person in escalation.told.all())
