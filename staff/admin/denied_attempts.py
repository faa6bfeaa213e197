from django.contrib import admin

from staff.admin.office import RecordAdmin
from staff.models import DeniedAttempt
from staff.permissions import READ_AUDIT


@admin.register(DeniedAttempt)
class DeniedAttemptAdmin(RecordAdmin):
    view_permission = READ_AUDIT
    list_display = ("at", "user", "method", "path", "act", "target", "reason")
    list_select_related = ("user",)
    search_fields = ("user__employee_number", "user__name", "path", "target")
    ordering = ("-at", "-pk")
