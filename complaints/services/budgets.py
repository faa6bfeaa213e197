"""What a department may give in a month: committed when a solution is approved or settled, released when it is not taken, paid when carried out.

Every movement is a row of the ledger. A budget is changed under its row lock, in one order; the database refuses more than there is.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Budget, LedgerEntry, Remedy, RemedyItem
from complaints.money import NOTHING
from complaints.queries.authorities import sums_of
from complaints.queries.budgets import current
from complaints.services.advance import Move, keep
from complaints.services.errors import NotPossible
from complaints.workflow import Actor
from staff.models import Department, User

Kind = LedgerEntry.Kind


def commit(move: Move, remedy: Remedy, *, approved_by: User) -> None:
    """Set aside what the solution can cost at most, from the budget of each department that pays."""
    by_payer = _sums(list(remedy.items.select_related("paid_by")))
    payers = {payer.pk: payer for payer in Department.objects.filter(pk__in=by_payer)}
    budgets = _locked({pk: payers[pk] for pk in by_payer}, timezone.localdate(move.at), by=approved_by, at=move.at)
    for pk, amount in sorted(by_payer.items()):
        budget = budgets[pk]
        if budget is not None:
            if budget.committed + amount > budget.amount:
                text = _("The budget of %(department)s for this month has %(left)s left; this needs %(amount)s.")
                raise NotPossible(text % {"department": budget.department.name, "left": budget.left, "amount": amount})
            budget.committed += amount
            keep(budget, by=approved_by, at=move.at, reason=move.transition)
        _enter(move, remedy, Kind.COMMITTED, payers[pk], budget, amount, approved_by)


def release(move: Move, remedy: Remedy, *, keep_items: Iterable[RemedyItem] = ()) -> None:
    """Give back what was set aside and will not be given: all of it, or what an alternative not taken would have cost more."""
    needed = _sums(keep_items)
    committed = remedy.ledger.filter(kind=Kind.COMMITTED).select_related("department", "approved_by").order_by("department")
    entries = [entry for entry in committed if entry.amount > needed.get(entry.department_id, NOTHING)]
    held = {entry.budget_id for entry in entries if entry.budget_id is not None}
    budgets = {budget.pk: budget for budget in Budget.objects.select_for_update(of=("self",)).filter(pk__in=held).order_by("pk")}
    for entry in entries:
        amount = entry.amount - needed.get(entry.department_id, NOTHING)
        budget = budgets.get(entry.budget_id) if entry.budget_id is not None else None
        if budget is not None:
            budget.committed -= amount
            keep(budget, by=move.by, at=move.at, reason=move.transition)
        _enter(move, remedy, Kind.RELEASED, entry.department, budget, amount, entry.approved_by)


def enter_paid(move: Move, item: RemedyItem) -> None:
    """Enter in the ledger what was given when an item was carried out, with who had approved it; no money moves here."""
    if item.amount is None or item.paid_by is None:
        return
    entry = item.remedy.ledger.filter(kind=Kind.COMMITTED, department=item.paid_by).select_related("budget", "approved_by").first()
    if entry is None:  # approved before there was a ledger
        entry = LedgerEntry(budget=None, approved_by=_approver(item.remedy))
    _enter(move, item.remedy, Kind.PAID, item.paid_by, entry.budget, item.amount, entry.approved_by, item=item)


def _approver(remedy: Remedy) -> User:
    word = getattr(remedy, "approval", None) or remedy.settlement
    found: User = word.by
    return found


def _sums(items: Iterable[RemedyItem]) -> dict[int, Decimal]:
    """By department that pays: the most its items can cost."""
    by_payer: dict[int, list[RemedyItem]] = {}
    for item in items:
        if item.amount is not None and item.paid_by_id is not None:
            by_payer.setdefault(item.paid_by_id, []).append(item)
    return {payer: sums_of(rows)[""] for payer, rows in by_payer.items()}


def _enter(
    move: Move, remedy: Remedy, kind: LedgerEntry.Kind, payer: Department, budget: Budget | None, amount: Decimal, approved_by: User,
    *, item: RemedyItem | None = None,
) -> None:  # fmt: skip
    currency = item.currency if item is not None else remedy.items.values_list("currency", flat=True)[0]
    entry = LedgerEntry.objects.create(
        kind=kind, remedy=remedy, item=item, department=payer, budget=budget, amount=amount, currency=currency, approved_by=approved_by,
        by=None if isinstance(move.by, Actor) else move.by, at=move.at,
    )  # fmt: skip
    move.record(entry)


def _locked(payers: Mapping[int, Department], on: date, *, by: User, at: datetime) -> dict[int, Budget | None]:
    """The budget each of these departments draws on this month, locked, always in one order; None where none was ever set."""
    latest = {pk: current(payer, on) for pk, payer in payers.items()}
    owners = {row.department_id: row for row in latest.values() if row is not None}
    wanted = {pk: _this_month(owners[pk], on, by=by, at=at).pk for pk in sorted(owners)}  # new rows too are made in one order
    found = {budget.department_id: budget for budget in lock(wanted.values())}
    return {pk: found[row.department_id] if row is not None else None for pk, row in latest.items()}


def lock(pks: Iterable[int]) -> list[Budget]:
    """These budgets as they stand when nobody else changes them any more."""
    return list(Budget.objects.select_for_update(of=("self",)).select_related("department").filter(pk__in=set(pks)).order_by("pk"))


def _this_month(latest: Budget, on: date, *, by: User, at: datetime) -> Budget:
    """The department's row of this month, made from the latest before where there is none yet."""
    month = on.replace(day=1)
    if latest.month == month:
        return latest
    made, new = Budget.objects.get_or_create(department=latest.department, month=month, defaults={"amount": latest.amount})
    if new:
        keep(made, by=by, at=at, reason="new month")
    return made
