"""Standards are entered here for a version of a document and never changed; the rules and rates of the value sheet are tables with history."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from complaints import payouts
from complaints.admin.reference import ReferenceAdmin
from complaints.models import CostRate, ItemRule, RemedyItem, Standard
from complaints.queries.standards import of_version
from complaints.services import standards
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, holds, user_of
from staff.models import Clause, DocumentVersion

RATES = "complaints.set_authority"


class StandardForm(forms.ModelForm):
    item_kinds = forms.MultipleChoiceField(
        label=_("Kinds of item"), choices=RemedyItem.Kind.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What it is made good with; none: whatever is given counts."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        lasting = DocumentVersion.objects.filter(in_force_to=None, document__active=True)
        if "version" in self.fields:
            self.fields["version"].queryset = lasting.select_related("document").order_by("document__code")  # type: ignore[attr-defined]  # a ModelChoiceField
            clauses = Clause.objects.filter(version__in=lasting).select_related("version__document")
            self.fields["clause"].queryset = clauses.order_by("version", "number")  # type: ignore[attr-defined]  # the same


def _has_followers(request: HttpRequest, standard: Standard) -> bool:
    newest = standards.newest_after(standard.version)
    if newest is None or not holds(request, standards.MANAGE):
        return False
    return of_version(standard.version).exclude(title__in=of_version(newest).values("title")).exists()


@admin.register(Standard)
class StandardAdmin(RecordAdmin):
    """One row of a version; another version has rows of its own."""

    form = StandardForm
    manage_permission: ClassVar[str | None] = standards.MANAGE
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("title", "kind", "version", "limit_shown", "due_shown", "published")
    list_select_related = ("version__document",)
    list_filter = ("kind", ("version", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "title_en", "version__document__code")
    ordering = ("-version", "pk")
    fieldsets = (
        (None, {"fields": ("version", "clause", "kind", "title", "title_en", "category", "product")}),
        (_("What is measured"), {"fields": ("quantity", "quantity_en", "unit", "unit_en", "direction", "limit")}),
        (_("What is due when it is missed"), {"fields": ("item_kinds", "basis", "least", "most", "recommended")}),
        (_("Legal floor"), {"fields": ("floor", "floor_percent", "floor_source")}),
        (None, {"fields": ("published",)}),
    )
    acts = (
        Act(
            name="carry-over",
            label=_("Take the rows of this version over into the newest one"),
            explanation=_("Rows of the same title that are there already stay as they are."),
            done=_("The rows are taken over."),
            offered=_has_followers,
            run=lambda row, _said, by, at: standards.carry_over(version=row.version, by=by, at=at),
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("version__document", "clause", "category", "product")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        standards.add(standard=obj, by=user_of(request), at=timezone.now())

    @admin.display(description=_("limit"))
    def limit_shown(self, row: Standard) -> str:
        return row.limit_said

    @admin.display(description=pgettext_lazy("amount", "due"))
    def due_shown(self, row: Standard) -> str:
        return row.due_said() or row.floor_said()


@admin.register(CostRate)
class CostRateAdmin(ReferenceAdmin):
    """The public table of what complaining costs a customer."""

    manage_permission: ClassVar[str | None] = RATES
    list_display = ("unit", "amount", "minutes", "valid_from", "valid_to")
    ordering = ("unit", "-valid_from")


@admin.register(ItemRule)
class ItemRuleAdmin(ReferenceAdmin):
    """How items of each kind count, and by when they are carried out at the latest."""

    manage_permission: ClassVar[str | None] = RATES
    list_display = ("kind", "cash", "counts", "days_most", "source", "payout")
    ordering = ("pk",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Of the ways that money can go out those there are."""
        if db_field.name != "payout":
            return super().formfield_for_dbfield(db_field, request, **options)
        ways = [("", _("By hand")), *payouts.ways()]
        return forms.ChoiceField(
            label=db_field.verbose_name, choices=ways, required=False, help_text=db_field.help_text, widget=UnfoldAdminSelectWidget()
        )
