"""The reward fund in the back office: everybody nominates, heads and executives decide, complaint management pays and keeps the rules."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import permissions
from complaints.forms.fund import BudgetForm, DeclineForm, NominateForm, PayForm, ThanksForm
from complaints.models import Complaint, Fund, FundEntry, Reward, RewardRule, Vip
from complaints.models.amounts import shown
from complaints.queries.fund import years
from complaints.services import fund
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount

MANAGES, SEES = fund.MANAGE, "complaints.see_ledger"


@admin.register(RewardRule)
class RewardRuleAdmin(OfficeAdmin):
    manage_permission: ClassVar[str | None] = MANAGES
    list_display = ("position", "name", "least", "most", "active")
    list_display_links = ("name",)
    ordering = ("position", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)  # the rules are public


@admin.register(Fund)
class FundAdmin(OfficeAdmin):
    """One budget a year, and what came of it."""

    manage_permission: ClassVar[str | None] = MANAGES
    view_permission: ClassVar[str | None] = SEES
    form = BudgetForm
    list_display = ("year", "amount", "committed", "paid", "left", "currency")
    ordering = ("-year",)
    readonly_fields = ("committed", "paid", "left", "nominated", "granted", "in_words", "real_name", "protected")

    def get_fields(self, request: HttpRequest, obj: Fund | None = None) -> list[str]:
        return ["year", "amount"] if obj is None else ["year", "amount", *self.readonly_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Fund | None = None) -> tuple[str, ...]:
        return self.readonly_fields if obj is None else ("year", *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Fund, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        year = obj.year if change else form.cleaned_data["year"]
        obj.pk = fund.set_budget(year=year, amount=form.cleaned_data["amount"], by=user_of(request), at=timezone.now()).pk

    @admin.display(description=_("left"))
    def left(self, row: Fund) -> str:
        return shown(row.left, row.currency)

    @admin.display(description=_("nominated"))
    def nominated(self, row: Fund) -> int:
        return _figure(row, "nominated")

    @admin.display(description=_("thanked"))
    def granted(self, row: Fund) -> int:
        return _figure(row, "granted")

    @admin.display(description=_("of these in words alone"))
    def in_words(self, row: Fund) -> int:
        return _figure(row, "in_words")

    @admin.display(description=_("of these in real name"))
    def real_name(self, row: Fund) -> int:
        return _figure(row, "real_name")

    @admin.display(description=_("of these confidential or anonymous"))
    def protected(self, row: Fund) -> int:
        return _figure(row, "protected")


def _figure(row: Fund, name: str) -> int:
    if "_figures" not in row.__dict__:
        row.__dict__["_figures"] = next((each for each in years() if each.year == row.year), None)
    found = row.__dict__["_figures"]
    return int(getattr(found, name)) if found else 0


@admin.register(FundEntry)
class FundEntryAdmin(PagesWithoutCount, RecordAdmin):
    """The ledger: what was promised and paid, by whom."""

    view_permission: ClassVar[str | None] = SEES
    list_display = ("at", "fund", "kind", "amount", "of", "by")
    list_select_related = ("fund", "by")
    list_filter = ("kind",)
    ordering = ("-at", "-pk")
    fields = ("at", "fund", "kind", "amount", "of", "by")
    readonly_fields = ("of",)

    @admin.display(description=_("nomination for thanks"))
    def of(self, row: FundEntry) -> str:
        """By its own number: who may read the ledger need not see the case."""
        return f"#{row.reward_id}" if row.reward_id else ""


@admin.register(Vip)
class VipAdmin(PagesWithoutCount, RecordAdmin):
    """Who helped: customers, and complaints of those nobody may know. It adds courtesy and changes nothing else."""

    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("__str__", "since", "ended_at")
    list_select_related = ("customer", "complaint")
    ordering = ("-since", "-pk")
    fields = ("customer", "complaint", "since", "ended_by", "ended_at")
    acts = (
        Act(
            name="take_off",
            label=_("Take off the list"),
            explanation=_("They are no longer on the list of helpers."),
            done=_("Taken off."),
            offered=lambda request, row: row.ended_at is None and holds(request, MANAGES),
            run=lambda row, _said, by, at: fund.take_off(vip_id=row.pk, by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(complaint__in=seen)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _may_decide(request: HttpRequest, row: Reward) -> bool:
    if row.state != Reward.State.NOMINATED or row.nominated_by_id == request.user.pk:
        return False
    if row.complaint is None:
        return False
    seen = Reward.objects.of_cases_seen_by(user_of(request)).filter(pk=row.pk).exists()
    return seen and permissions.refusal(user_of(request), row.complaint, "approve_reward", timezone.localdate()) is None


def _may_put_aside(request: HttpRequest, row: Reward) -> bool:
    fits_nothing = row.complaint is None and holds(request, MANAGES) and row.nominated_by_id != request.user.pk
    return _may_decide(request, row) or (row.state == Reward.State.NOMINATED and fits_nothing)


def _may_pay(request: HttpRequest, row: Reward) -> bool:
    return row.state == Reward.State.APPROVED and holds(request, MANAGES) and row.decided_by_id != request.user.pk


@admin.register(Reward)
class RewardAdmin(PagesWithoutCount, RecordAdmin):
    """What one has nominated, and, for who sees the case, all about it."""

    form = NominateForm
    list_display = ("nominated_at", "number", "rule", "money", "state", "nominated_by")
    list_display_links = ("nominated_at", "number")
    list_select_related = ("rule", "nominated_by", "complaint")
    list_filter = ("state",)
    ordering = ("-nominated_at", "-pk")
    acts = (
        Act(
            name="approve",
            label=_("Thank them"),
            explanation=_("You grant what was proposed. It may depend on nothing: not on the decision, not on silence, not on a score."),
            done=_("They are thanked."),
            form=ThanksForm,
            offered=_may_decide,
            run=lambda row, said, by, at: fund.approve(reward_id=row.pk, thanks=said["thanks"], by=by, at=at),
        ),
        Act(
            name="decline",
            label=_("Do not grant it"),
            explanation=_("The nominator reads why; on the tracking page it is not shown any more."),
            done=_("Not granted."),
            form=DeclineForm,
            offered=_may_put_aside,
            run=lambda row, said, by, at: fund.decline(reward_id=row.pk, reason=said["reason"], by=by, at=at),
        ),
        Act(
            name="pay",
            label=_("Record the payment"),
            explanation=_("With day and receipt. Who is protected is paid for the claim code alone; do not ask who they are."),
            done=_("The payment is on file."),
            form=PayForm,
            offered=_may_pay,
            run=lambda row, said, by, at: fund.pay(
                reward_id=row.pk, paid_on=said["paid_on"], proof=said["proof"], code=said.get("code", ""), by=by, at=at
            ),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Reward.objects.visible_to(user_of(request)).select_related("rule", "nominated_by", "complaint")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Reward | None = None) -> list[str]:
        """What happened to the case is for who sees the case; the nominator learns what came of the nomination."""
        if obj is None:
            return ["number", "rule", "reason", "amount", "vip"]
        own = ["number", "rule", "reason", "money", "vip", "nominated_by", "nominated_at", "state", "declined_because"]
        seen = obj.complaint_id is not None and Reward.objects.of_cases_seen_by(user_of(request)).filter(pk=obj.pk).exists()
        more = ["complaint", "fund", "thanks", "decided_by", "decided_at", "way", "paid_on", "proof", "paid_by", "paid_at"]
        return [*own, *more] if seen else own

    def get_readonly_fields(self, request: HttpRequest, obj: Reward | None = None) -> list[str]:
        return ["money"] if obj is None else self.get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Reward, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        obj.pk = fund.nominate(**form.cleaned_data, by=user_of(request), at=timezone.now()).pk

    @admin.display(description=_("Amount"))
    def money(self, row: Reward) -> str:
        return row.money or str(_("in words"))
