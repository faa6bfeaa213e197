"""Who may give how much, what departments have left, what was given and paid."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.export import ExportsList
from complaints.admin.reference import ReferenceAdmin
from complaints.models import Authority, Budget, Complaint, LedgerEntry, Payout
from complaints.models.amounts import shown
from complaints.services import budgets
from complaints.services import payouts as payout_services
from staff.admin.acts import Act
from staff.admin.filters import OfferedValues
from staff.admin.office import RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.models import Department

SET, SEE = "complaints.set_authority", "complaints.see_ledger"


@admin.register(Authority)
class AuthorityAdmin(ReferenceAdmin):
    """Limits are ended and followed by others, so that what was given can be held against those of its day."""

    manage_permission: ClassVar[str | None] = SET
    list_display = ("role", "use", "kind", "department", "per_case", "per_day", "per_customer", "valid_from", "valid_to")
    list_display_links = ("role", "use")
    list_select_related = ("department",)
    list_filter = ("use", "role")
    ordering = ("use", "role", "kind", "department__path", "-valid_from")


class BudgetForm(forms.ModelForm):
    """Not below what is committed already: the row is locked before that is looked at."""

    def clean_month(self) -> Any:
        month = self.cleaned_data["month"]
        if month.day != 1:
            raise ValidationError(_("Give the first day of the month."))
        return month

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount < 0:
            raise ValidationError(_("A budget is not less than 0."))
        if self.instance.pk is not None:
            [now] = budgets.lock([self.instance.pk])
            self.instance.committed = now.committed
        if amount < self.instance.committed:
            text = _("%(committed)s of this budget are committed already: it cannot be less.")
            raise ValidationError(text, params={"committed": number_format(self.instance.committed, 2)})
        return amount


@admin.register(Budget)
class BudgetAdmin(ReferenceAdmin):
    form = BudgetForm
    manage_permission: ClassVar[str | None] = SET
    view_permission: ClassVar[str | None] = SEE
    list_display = ("month", "department", "amount", "committed", "left_shown")
    list_select_related = ("department",)
    list_filter = (("department", admin.RelatedOnlyFieldListFilter),)
    ordering = ("-month", "department__path")
    fields = ("department", "month", "amount", "committed", "left_shown")
    readonly_fields = ("committed", "left_shown")

    def get_readonly_fields(self, request: HttpRequest, obj: Budget | None = None) -> tuple[str, ...]:
        """Whose budget a row is never changes: money may be committed on it."""
        return self.readonly_fields if obj is None else ("department", "month", *self.readonly_fields)

    @admin.display(description=gettext_lazy("left"))
    def left_shown(self, budget: Budget) -> str:
        return number_format(budget.left, 2) if budget.pk else "–"

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            page: HttpResponse = super().changeform_view(request, *args, **kwargs)
            return page


class PayerFilter(OfferedValues):
    title, parameter_name = gettext_lazy("paid by"), "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Department.objects.order_by("path").values_list("pk", "name")]


class MonthFilter(OfferedValues):
    title, parameter_name = gettext_lazy("month"), "month"
    offered = 24

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        today = timezone.localdate()
        months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(self.offered)]
        return [(f"{year}-{month + 1:02}", f"{year}-{month + 1:02}") for year, month in months]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        year, month = value.split("-")
        return queryset.filter(at__year=int(year), at__month=int(month))


class LedgerKindFilter(OfferedValues):
    title, parameter_name = gettext_lazy("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*LedgerEntry.Kind.choices]


@admin.register(LedgerEntry)
class LedgerAdmin(ExportsList, PagesWithoutCount, RecordAdmin):
    """What was set aside, given back and paid; on top the sums of what is listed."""

    view_permission: ClassVar[str | None] = SEE
    list_display = ("at", "case_shown", "kind", "item_shown", "department", "amount", "currency", "approved_by", "by")
    list_display_links = ("at",)
    list_select_related = ("remedy__complaint", "item", "department", "approved_by", "by")
    list_filter = (LedgerKindFilter, PayerFilter, MonthFilter)
    search_fields = ("remedy__complaint__number",)
    ordering = ("-at", "-pk")
    fields = ("at", "case_shown", "kind", "item_shown", "department", "amount", "currency", "approved_by", "by")
    readonly_fields = ("case_shown", "item_shown")
    list_before_template = "backoffice/ledger_sums.html"

    @admin.display(description=gettext_lazy("case"))
    def case_shown(self, entry: LedgerEntry) -> str:
        return str(entry.remedy.complaint.number)

    @admin.display(description=gettext_lazy("item"), empty_value="–")
    def item_shown(self, entry: LedgerEntry) -> str | None:
        return None if entry.item is None else entry.item.get_kind_display()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request, SEE)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return super().has_export_permission(request) and holds(request, SEE)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(remedy__complaint__in=seen.values("pk"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page: HttpResponse = super().changelist_view(request, extra_context)
        context = getattr(page, "context_data", None)
        if context and "cl" in context:
            context["ledger_sums"] = sums_listed(context["cl"].queryset)
        return page


def sums_listed(entries: QuerySet[Any]) -> list[tuple[str, str]]:
    """By kind and currency what the listed entries come to."""
    rows = entries.order_by().values_list("kind", "currency").annotate(sum=Sum("amount")).order_by("kind", "currency")
    return [(str(LedgerEntry.Kind(kind).label), shown(amount, currency)) for kind, currency, amount in rows]


def _may_retry(request: HttpRequest, payout: Payout) -> bool:
    return payout.state == Payout.State.FAILED and holds(request, SET)


@admin.register(Payout)
class PayoutAdmin(PagesWithoutCount, RecordAdmin):
    """Payments on their way; what failed stays here until somebody has it tried again."""

    view_permission: ClassVar[str | None] = SEE
    list_display = ("at", "key", "way", "amount", "currency", "state", "attempts", "last_error", "reference")
    list_filter = ("state",)
    search_fields = ("key",)
    ordering = ("-at", "-pk")
    fields = ("at", "key", "way", "amount", "currency", "state", "attempts", "next_attempt_at", "last_error", "reference", "delivered_at")
    acts = (
        Act(
            name="retry",
            label=gettext_lazy("Try again"),
            explanation=gettext_lazy("The payment goes back into the queue, under the same key."),
            done=gettext_lazy("It will be tried again."),
            offered=_may_retry,
            run=lambda payout, _said, by, at: payout_services.retry(payout_id=payout.pk, by=by, at=at),
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request, SEE)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(item__remedy__complaint__in=seen.values("pk"))
