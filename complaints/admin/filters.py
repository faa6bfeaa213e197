"""Narrowing the lists; each filter takes only the values it offers."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Message
from complaints.workflow import Kind, Medium, Mode, Severity, Step
from staff.admin.filters import OfferedValues
from staff.models import Department


class StepFilter(OfferedValues):
    title, parameter_name = _("step"), "step"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("All open")), *Step.choices]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.open() if value == "open" else queryset.filter(step=value)  # type: ignore[attr-defined]  # our query set, which the stubs do not see


class SeverityFilter(OfferedValues):
    title, parameter_name = _("severity"), "severity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Severity.choices]


class MediumFilter(OfferedValues):
    title, parameter_name = _("medium"), "medium"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Medium.choices]


class KindFilter(OfferedValues):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Kind.choices]


class ModeFilter(OfferedValues):
    title, parameter_name = _("in what name"), "mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Mode.choices]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(complainant__mode=value)


class CategoryFilter(OfferedValues):
    title, parameter_name = _("category"), "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Category.objects.order_by("name").values_list("pk", "name")]


class DepartmentFilter(OfferedValues):
    title, parameter_name = _("department"), "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Department.objects.active().order_by("path").values_list("pk", "name")]


class WhoseFilter(OfferedValues):
    title, parameter_name = _("whose"), "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("Mine")),
            ("unclaimed", _("My department's, nobody's yet")),
            ("approval", _("Solutions waiting for approval")),
            ("second", _("“Unfounded” waiting for a second person")),
        ]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        cases: Any = queryset
        if value == "mine":
            return cases.mine(request.user)
        if value == "unclaimed":
            return cases.of_departments(request.user)
        return cases.awaiting_approval() if value == "approval" else cases.awaiting_second_look()


class DueFilter(OfferedValues):
    title, parameter_name = _("due"), "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("today", _("Due within a day"))]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        until = timezone.now() + timedelta(days=1 if value == "today" else 0)
        cases: Any = queryset
        return cases.due_before(until)


CASE_FILTERS = (WhoseFilter, StepFilter, KindFilter, ModeFilter, DueFilter, SeverityFilter, CategoryFilter, DepartmentFilter, MediumFilter)


class MessageStateFilter(OfferedValues):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Message.State.choices]


class MessageKindFilter(OfferedValues):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Message.Kind.choices]
