"""The measurable standards: which hold for a case, and what is due when one was missed."""

from datetime import date
from decimal import Decimal

from django.db.models import Q

from complaints.models import Complaint, Standard
from complaints.money import percent, rounded


def in_force(on: date) -> "list[Standard]":
    """All standards of the versions in force that day, of documents in use."""
    lasts = Q(version__in_force_to=None) | Q(version__in_force_to__gte=on)
    return list(Standard.objects.filter(lasts, version__in_force_from__lte=on).select_related("version__document", "clause").order_by("pk"))


def for_case(case: Complaint, on: date) -> list[Standard]:
    """Those that can be applied to it, in force on the day of the event."""
    fits = [row for row in in_force(on) if row.category_id in (None, case.category_id) and row.product_id in (None, case.product_id)]
    return sorted(fits, key=lambda row: (row.product_id is None, row.category_id is None, row.pk))


def missed_by(standard: Standard, measured: Decimal) -> Decimal:
    """How far beyond its limit, in its unit; 0 when it was kept."""
    beyond = measured - standard.limit if standard.direction == Standard.Direction.AT_MOST else standard.limit - measured
    return max(beyond, Decimal(0))


def range_of(standard: Standard, *, measured: Decimal | None, price: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """From and to of what is due, never below the legal floor; None where the standard sets none or too little is known to reckon it."""
    return tuple(_at_least_floor(standard, _reckoned(standard, bound, measured, price)) for bound in (standard.least, standard.most))  # type: ignore[return-value]  # two bounds


def due(standard: Standard, *, measured: Decimal, price: Decimal | None) -> Decimal | None:
    """What is recommended when it was missed; 0 when it was kept, None when the price is needed and not known."""
    if not missed_by(standard, measured):
        return Decimal(0)
    return _at_least_floor(standard, _reckoned(standard, standard.recommended, measured, price))


def _reckoned(standard: Standard, bound: Decimal | None, measured: Decimal | None, price: Decimal | None) -> Decimal | None:
    if bound is None:
        return None
    if standard.basis == Standard.Basis.PERCENT:
        return None if price is None else percent(price, bound)
    if standard.basis == Standard.Basis.EACH:
        return None if measured is None else rounded(bound * missed_by(standard, measured))
    return bound


def _at_least_floor(standard: Standard, amount: Decimal | None) -> Decimal | None:
    if standard.floor is None or amount is None:
        return amount
    return max(amount, standard.floor)
