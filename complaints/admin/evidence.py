"""The record itself: to be read by those who audit, changed by nobody."""

from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from complaints.admin.timeline import done
from complaints.models import Complaint, Customer, Improvement, StepChange
from complaints.queries.words import cut
from staff.admin.office import RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount
from staff.permissions import READ_AUDIT

#: More complaints than this of one customer are looked for in the list.
MOST_CASES = 100


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


@admin.register(Improvement)
class ImprovementAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("complaint", "kind", "action", "changes", "owner", "due_on", "done_at")
    list_select_related = ("complaint", "owner")
    search_fields = ("complaint__number", "action", "lesson")
    ordering = ("-due_on", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(complaint__in=seen.values("pk"))


@admin.register(Customer)
class CustomerAdmin(PagesWithoutCount, RecordAdmin):
    """Who complained: only those with a case this person may see, and of their cases only those."""

    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("name", "kind", "phone", "email", "first_seen_at")
    fields = ("name", "kind", "phone", "email", "first_seen_at", "cases")
    readonly_fields = ("cases",)
    search_fields = ("name", "phone_digits", "email")
    ordering = ("-first_seen_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request)).values("complainant__customer")
        return super().get_queryset(request).filter(pk__in=seen)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        customer = super().get_object(request, object_id, from_field)
        if customer is not None:
            theirs = Complaint.objects.visible_to(user_of(request)).filter(complainant__customer=customer)
            customer.seen_cases = theirs.select_related("category").order_by("-received_at", "-pk")[:MOST_CASES]
        return customer

    @admin.display(description=_("complaints"))
    def cases(self, customer: Any) -> Any:
        """Each case with its day, what it is about and where it stands, the newest first."""
        return format_html_join(
            "",
            '<div><a class="underline" href="{}">{}</a> {} · {} · {}</div>',
            (
                (
                    reverse(f"{self.admin_site.name}:complaints_complaint_change", args=[case.pk]),
                    case.number,
                    timezone.localtime(case.received_at).strftime("%Y-%m-%d"),
                    case.category or cut(case.facts or case.story, 20),
                    case.get_outcome_display() if case.outcome else case.get_step_display(),
                )
                for case in customer.seen_cases
            ),
        )
