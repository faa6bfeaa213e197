from django.contrib import admin

from escalation.models import DeadlinePolicy
from staff.admin.office import OfficeAdmin


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(OfficeAdmin):
    """How long each step and obligation may take by each body of rules."""

    manage_permission = "escalation.manage_deadlines"
    view_permission = "complaints.read_files"
