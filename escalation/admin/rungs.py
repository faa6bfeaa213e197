"""The rungs, as a table."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from escalation.forms.rungs import RungForm
from escalation.models import Rung
from staff.admin.office import OfficeAdmin


@admin.register(Rung)
class RungAdmin(OfficeAdmin):
    manage_permission = "escalation.manage_deadlines"
    view_permission = "complaints.read_files"
    list_display = ("of_what", "severity", "kind", "when", "act", "active")
    list_filter = ("active", "act", "matter")
    form = RungForm
    fields = ("matter", ("severity", "kind"), "when", "act", "active")
    ordering = ("matter", "minutes", "pk")

    @admin.display(description=_("of"), ordering="matter")
    def of_what(self, rung: Rung) -> str:
        return str(rung.get_matter_display() or _("Every time limit of a case"))

    @admin.display(description=_("when"), ordering="minutes")
    def when(self, rung: Rung) -> str:
        return rung.when
