from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from staff.admin.office import OfficeAdmin, user_of
from staff.models import Absence, Certificate, Course
from staff.permissions import MANAGE_TRAINING
from staff.services import absences, certificates


@admin.register(Course)
class CourseAdmin(OfficeAdmin):
    manage_permission = MANAGE_TRAINING
    list_display = ("name", "code", "valid_months", "active")
    list_filter = ("active",)
    search_fields = ("name", "code")
    ordering = ("code",)
    fields = ("name", "code", "description", "valid_months", "active")


@admin.register(Certificate)
class CertificateAdmin(OfficeAdmin):
    manage_permission = MANAGE_TRAINING
    list_display = ("user", "course", "issued_on", "expires_on")
    list_filter = ("course",)
    list_select_related = ("user", "course")
    search_fields = ("user__employee_number", "user__name", "course__name")
    ordering = ("-issued_on", "-pk")
    autocomplete_fields = ("user", "course")
    fields = ("user", "course", "issued_on", "expires_on")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Certificate, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = {name: form.cleaned_data[name] for name in self.fields}
        obj.pk = certificates.issue(by=user_of(request), at=timezone.now(), **said).pk


@admin.register(Absence)
class AbsenceAdmin(OfficeAdmin):
    manage_permission = MANAGE_TRAINING
    list_display = ("user", "from_on", "to_on", "deputy", "reason")
    list_select_related = ("user", "deputy")
    search_fields = ("user__employee_number", "user__name")
    ordering = ("-from_on", "-pk")
    autocomplete_fields = ("user", "deputy")
    fields = ("user", "from_on", "to_on", "deputy", "reason")

    def save_model(self, request: HttpRequest, obj: Absence, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = {name: form.cleaned_data[name] for name in self.fields}
        by, at = user_of(request), timezone.now()
        if change:
            absences.change(absence=obj, by=by, at=at, **said)
        else:
            obj.pk = absences.add(by=by, at=at, **said).pk
