from django.contrib import admin
from django.http import HttpRequest

from escalation.models import DeadlinePolicy
from staff.admin.office import OfficeAdmin


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(OfficeAdmin):
    """One row per step, in the order of the steps; none is added and none taken away."""

    manage_permission = "complaints.manage_reference"
    view_permission = "complaints.read_files"
    list_display = ("step", "days", "active", "note")
    fields = ("step", "days", "active", "note")
    readonly_fields = ("step",)
    ordering = ("pk",)  # as they were seeded

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
