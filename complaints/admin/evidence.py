"""The record itself: to be read by those who audit, changed by nobody."""

from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin.timeline import done
from complaints.models import Complaint, StepChange
from staff.admin.office import RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount
from staff.permissions import READ_AUDIT


def _kind_of(name: str) -> str:
    """What rows of this kind are called; one that is no more by its bare name."""
    try:
        return str(apps.get_model("complaints", name)._meta.verbose_name)
    except LookupError:
        return name


@admin.register(StepChange)
class StepChangeAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = READ_AUDIT
    list_display = ("at", "complaint", "sequence", "act", "from_step", "to_step", "actor", "by", "reason")
    list_select_related = ("complaint", "by")
    search_fields = ("complaint__number",)
    ordering = ("-at", "-pk")
    fields = ("complaint", "sequence", "act", "from_step", "to_step", "actor", "by", "at", "reason", "recorded", "hash_before", "own_hash")
    readonly_fields = ("recorded", "hash_before", "own_hash")

    @admin.display(description=_("Act"))
    def act(self, change: StepChange) -> str:
        return str(done(change.transition))

    @admin.display(description=_("what was recorded"))
    def recorded(self, change: StepChange) -> str:
        """By kind and number, as the rows are named: they are read on the page of the case."""
        return ", ".join(f"{_kind_of(name)} {pk}" for name, pk in change.records)

    @admin.display(description=_("fingerprint of the act before"))
    def hash_before(self, change: StepChange) -> str:
        return change.previous_hash

    @admin.display(description=_("fingerprint"))
    def own_hash(self, change: StepChange) -> str:
        return change.hash

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(complaint__in=seen.values("pk"))


@admin.register(LogEntry)
class ExportLogAdmin(PagesWithoutCount, RecordAdmin):
    """Exports, and what was edited in reference data through the admin."""

    view_permission: ClassVar[str | None] = READ_AUDIT
    list_display = ("action_time", "user", "content_type", "object_repr", "said")
    fields = ("action_time", "user", "content_type", "object_repr", "said")
    readonly_fields = ("said",)
    list_select_related = ("user", "content_type")
    ordering = ("-action_time", "-pk")

    @admin.display(description=_("What was done"))
    def said(self, entry: LogEntry) -> str:
        """An export in its own words; an edit in Django's, of which the row keeps only the structure."""
        return entry.get_change_message()
