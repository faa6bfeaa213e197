"""Leaders' reception days: who receives when and where, and who has booked, as far as the reader sees their cases."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from intake.models import ReceptionDay
from staff.admin.office import OfficeAdmin, user_of
from staff.models import User
from staff.roles import Role


@admin.register(ReceptionDay)
class ReceptionDayAdmin(OfficeAdmin):
    manage_permission: ClassVar[str | None] = "complaints.manage_reference"
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("day", "begins", "ends", "leader", "place", "published", "booked")
    list_select_related = ("leader",)
    list_filter = ("published",)
    ordering = ("-day", "begins")

    def get_fields(self, request: HttpRequest, obj: ReceptionDay | None = None) -> tuple[str, ...]:
        about = ("leader", "day", "begins", "ends", "minutes", "place", "published")
        return about if obj is None else (*about, "bookings_shown")

    readonly_fields = ("bookings_shown",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(booked_count=Count("bookings", filter=Q(bookings__cancelled_at=None)))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leaders: executives, heads and managers."""
        if db_field.name == "leader":
            kwargs["queryset"] = User.objects.with_role(Role.EXECUTIVE, Role.HEAD, Role.MANAGER).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        day = super().get_object(request, object_id, from_field)
        if day is not None:
            day.looking = user_of(request)
        return day

    @admin.display(description=_("booked"))
    def booked(self, day: Any) -> int:
        return int(day.booked_count)

    @admin.display(description=_("bookings"))
    def bookings_shown(self, day: Any) -> Any:
        """Each time with its case; of a case the reader may not see only that the time is taken."""
        rows = list(day.bookings.filter(cancelled_at=None).order_by("begins"))
        cases = Complaint.objects.visible_to(day.looking).filter(pk__in=[row.complaint_id for row in rows])
        seen = dict(cases.values_list("pk", "number"))
        lines = ((f"{row.begins:%H:%M}", self._case(row.complaint_id, seen)) for row in rows)
        return format_html_join("", "<div>{} · {}</div>", lines) or _("Nobody has booked yet.")

    def _case(self, pk: int, seen: dict[int, str]) -> Any:
        if pk not in seen:
            return _("booked")
        page = reverse(f"{self.admin_site.name}:complaints_complaint_change", args=[pk])
        return format_html('<a class="underline" href="{}">{}</a>', page, seen[pk])
