"""The channels, which complaint management edits; what arrived is evidence and is read on the case."""

from django.contrib import admin

from intake.models import Channel
from staff.admin.office import OfficeAdmin


@admin.register(Channel)
class ChannelAdmin(OfficeAdmin):
    manage_permission = "complaints.manage_reference"
    view_permission = "complaints.read_files"
    list_display = ("name", "code", "medium", "department", "active")
    list_select_related = ("department",)
    ordering = ("name",)
    search_fields = ("name", "code")
