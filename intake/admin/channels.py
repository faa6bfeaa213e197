"""The channels, which complaint management edits."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from intake.models import Channel
from staff.admin.office import OfficeAdmin


@admin.register(Channel)
class ChannelAdmin(OfficeAdmin):
    manage_permission = "complaints.manage_reference"
    view_permission = "complaints.read_files"
    list_display = ("name", "medium", "department", "address", "hours", "published", "active")
    list_select_related = ("department",)
    ordering = ("name",)
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("name", "code", "medium", "department", "active")}),
        (_("What customers read"), {"fields": ("published", "address", "hours", "note")}),
    )
