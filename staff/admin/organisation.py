from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from staff.admin.office import OfficeAdmin, user_of
from staff.models import Company, Department, Post
from staff.permissions import MANAGE_TRAINING, MANAGE_USERS
from staff.services import company, departments


@admin.register(Department)
class DepartmentAdmin(OfficeAdmin):
    manage_permission = MANAGE_USERS
    view_permission = MANAGE_TRAINING
    list_display = ("name", "code", "parent", "level", "receives", "follows_up", "supervises", "manages", "active")
    list_filter = ("level", "active")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    fields = ("name", "code", "parent", "level", "receives", "follows_up", "supervises", "manages", "active")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)  # every employee may look up where things belong

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        departments.place(department=obj, parent=obj.parent, by=user_of(request), at=timezone.now())


@admin.register(Post)
class PostAdmin(OfficeAdmin):
    manage_permission = MANAGE_USERS
    view_permission = MANAGE_TRAINING
    list_display = ("name", "level", "duties", "active")
    list_filter = ("level", "active")
    search_fields = ("name",)
    ordering = ("level", "name")
    autocomplete_fields = ("required_courses",)
    fields = ("name", "level", "duties", "authority", "required_courses", "active")


@admin.register(Company)
class CompanyAdmin(OfficeAdmin):
    """The one row; it is made by set-up."""

    manage_permission = MANAGE_USERS
    list_display = ("name", "hotline", "time_zone", "currency")
    fields = (
        "name",
        "hotline",
        "address",
        "time_zone",
        "currency",
        "answer_days",
        "identity_minutes",
        "years_kept",
        "watch_months",
        "representatives_most",
        "low_score",
        "follow_up_attempts",
        "survey_days",
        "survey_wait_days",
        "privacy_contact",
        "privacy_notice",
        "service_promise",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        details = company.Details(**{name: getattr(obj, name) for name in self.fields})
        company.update(details=details, by=user_of(request), at=timezone.now())
