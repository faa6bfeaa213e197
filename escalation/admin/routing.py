"""Rules of routing, the matters they laid before somebody, and how many of these changed something."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from escalation.forms.information import DecisionForm
from escalation.models import RoutedDecision, RoutedItem, RoutingRule
from escalation.services import routing
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, RecordAdmin, holds, user_of


@admin.register(RoutingRule)
class RoutingRuleAdmin(OfficeAdmin):
    """The important straight to those who can change something, by explicit rule."""

    manage_permission = "escalation.manage_routing"
    view_permission = "escalation.decide_routed"
    list_display = ("name", "step", "category", "severity", "amount", "department", "role", "user", "hours", "active")
    list_select_related = ("category", "department", "user")
    list_filter = ("active", "step")
    ordering = ("step", "pk")
    autocomplete_fields = ("department", "user")


def _may_decide(request: HttpRequest, item: RoutedItem) -> bool:
    return holds(request, "escalation.decide_routed") and not hasattr(item, "decision")


@admin.register(RoutedItem)
class RoutedItemAdmin(RecordAdmin):
    """What was laid before somebody; the answer is a decision, or why there is none."""

    view_permission: ClassVar[str | None] = "escalation.decide_routed"
    list_display = ("question", "case_number", "to_whom", "at", "due_at", "what_changed")
    list_select_related = ("complaint", "department", "user", "decision__by")
    list_filter = (("decision__changes", admin.ChoicesFieldListFilter),)
    ordering = ("-due_at", "-pk")
    list_before_template = "backoffice/routed_figures.html"
    fields = ("question", "case_number", "what_it_is_about", "to_whom", "at", "due_at", "what_changed", "why", "who_decided")
    readonly_fields = fields
    acts = (
        Act(
            name="decide",
            label=_("Decide"),
            explanation=_("Say what this case changes, or why nothing. It can be said once; whoever brought the case up sees it."),
            done=_("The decision is on file."),
            form=DecisionForm,
            offered=_may_decide,
            run=lambda item, said, by, at: routing.decide(item_id=item.pk, by=by, at=at, **said),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request)).select_related("complaint__category", "complaint__product", "decision__by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        seen = RoutedItem.objects.visible_to(user_of(request)) if self.has_view_permission(request) else RoutedItem.objects.none()
        kinds = {f"c_{kind}": Count("pk", filter=Q(decision__changes=kind)) for kind in RoutedDecision.Changes.values}
        counted = seen.aggregate(all=Count("pk"), decided=Count("decision"), **kinds)
        figures = [(label, counted[f"c_{kind}"]) for kind, label in RoutedDecision.Changes.choices]
        changed = counted["decided"] - counted["c_none"]
        context = {"figures": figures, "laid": counted["all"], "decided": counted["decided"], "changed": changed}
        page: HttpResponse = super().changelist_view(request, (extra_context or {}) | context)
        return page

    @admin.display(description=_("case"))
    def case_number(self, item: RoutedItem) -> SafeString:
        """Whoever may not open the case is told it does not exist."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:complaints_complaint_change", args=[item.complaint_id]), item.complaint.number
        )

    @admin.display(description=_("what it is about"))
    def what_it_is_about(self, item: RoutedItem) -> str:
        """The record's words, without who said them."""
        case: Complaint = item.complaint
        about = [str(each) for each in (case.category, case.product, case.get_severity_display()) if each]
        quotes = [allegation.text for allegation in case.allegations.order_by("number")]
        return "\n".join([" · ".join(about), *(f"“{quote}”" for quote in quotes)])

    @admin.display(description=_("laid before"))
    def to_whom(self, item: RoutedItem) -> str:
        return str(item.user or item.department or item.get_role_display())

    @admin.display(description=_("what it changes"))
    def what_changed(self, item: RoutedItem) -> str:
        return item.decision.get_changes_display() if hasattr(item, "decision") else "–"

    @admin.display(description=_("the decision, or why none"))
    def why(self, item: RoutedItem) -> str:
        return item.decision.words if hasattr(item, "decision") else "–"

    @admin.display(description=_("decided by"))
    def who_decided(self, item: RoutedItem) -> str:
        return f"{item.decision.by}, {item.decision.at:%Y-%m-%d}" if hasattr(item, "decision") else "–"
