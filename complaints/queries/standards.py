"""The measurable standards: which hold for a case, and what is due when one was missed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints.models import Complaint, Standard
from complaints.money import NOTHING, percent, rounded

Bounds = tuple[Decimal | None, Decimal | None]


def in_force(on: date) -> "list[Standard]":
    """All standards of the versions in force that day, of documents in use."""
    lasts = Q(version__in_force_to=None) | Q(version__in_force_to__gte=on)
    rows = Standard.objects.filter(lasts, version__in_force_from__lte=on, version__document__active=True)
    return list(rows.select_related("version__document", "clause").order_by("pk"))


def for_case(case: Complaint, on: date) -> list[Standard]:
    """Those that can be applied to it, in force on the day of the event."""
    fits = [row for row in in_force(on) if row.category_id in (None, case.category_id) and row.product_id in (None, case.product_id)]
    return sorted(fits, key=lambda row: (row.product_id is None, row.category_id is None, row.pk))


def day_of(case: Complaint) -> date:
    """The day a case is judged by: that of the event, else that on which it came."""
    return case.occurred_on or timezone.localdate(case.received_at)


def was_in_force(standard: Standard, on: date) -> bool:
    """Whether its version held that day."""
    version = standard.version
    return bool(version.in_force_from <= on and (version.in_force_to is None or on <= version.in_force_to))


def of_that_day(standard: Standard, on: date) -> Standard | None:
    """The row of the same promise in the version in force that day; None when there was none yet."""
    if was_in_force(standard, on):
        return standard
    rows = in_force(on)
    return next((row for row in rows if row.version.document_id == standard.version.document_id and row.title == standard.title), None)


def missed_by(standard: Standard, measured: Decimal) -> Decimal:
    """How far beyond its limit, in its unit; 0 when it was kept."""
    beyond = measured - standard.limit if standard.direction == Standard.Direction.AT_MOST else standard.limit - measured
    return max(beyond, Decimal(0))


def needs_price(standard: Standard) -> bool:
    """Whether what is due follows from the price."""
    return standard.basis == Standard.Basis.PERCENT or standard.floor_percent is not None


def floor_of(standard: Standard, price: Decimal | None) -> Decimal | None:
    """The least the law gives: an amount, a share of the price, of both the higher; None without one."""
    share = percent(price, standard.floor_percent) if standard.floor_percent is not None and price is not None else None
    return max((amount for amount in (standard.floor, share) if amount is not None), default=None)


def range_of(standard: Standard, *, measured: Decimal | None, price: Decimal | None) -> Bounds:
    """From and to of what is due, never below the legal floor; None where the standard sets none or too little is known to reckon it. Where it was
    kept nothing is due."""
    if measured is not None and not missed_by(standard, measured):
        return NOTHING, NOTHING
    floor = floor_of(standard, price)
    least, most = (_reckoned(standard, bound, measured, price) for bound in (standard.least, standard.most))
    if floor is None:
        return least, most
    return floor if least is None else max(least, floor), None if most is None else max(most, floor)


@dataclass(frozen=True)
class Due:
    """The answer to "was it missed, what is due". `amount` is None where the price is needed and not known, or no amount is set."""

    standard: Standard
    missed_by: Decimal
    least: Decimal | None = None
    most: Decimal | None = None
    amount: Decimal | None = None
    wants_price: bool = False

    @property
    def is_missed(self) -> bool:
        return bool(self.missed_by)


def check(standard: Standard, *, measured: Decimal, price: Decimal | None) -> Due:
    """Whether it was missed, and what is then due."""
    missed = missed_by(standard, measured)
    if not missed:
        return Due(standard, missed)
    least, most = range_of(standard, measured=measured, price=price)
    amount = due(standard, measured=measured, price=price)
    return Due(standard, missed, least, most, amount, wants_price=price is None and needs_price(standard))


def due(standard: Standard, *, measured: Decimal, price: Decimal | None) -> Decimal | None:
    """What is recommended when it was missed; 0 when it was kept, None when the price is needed and not known."""
    if not missed_by(standard, measured):
        return NOTHING
    if price is None and needs_price(standard):
        return None
    amount, floor = _reckoned(standard, standard.recommended, measured, price), floor_of(standard, price)
    known = [each for each in (amount, floor) if each is not None]
    return max(known, default=None)


def _reckoned(standard: Standard, bound: Decimal | None, measured: Decimal | None, price: Decimal | None) -> Decimal | None:
    if bound is None:
        return None
    if standard.basis == Standard.Basis.PERCENT:
        return None if price is None else percent(price, bound)
    if standard.basis == Standard.Basis.EACH:
        return None if measured is None else rounded(bound * missed_by(standard, measured))
    return bound


def published(on: date) -> list[Standard]:
    """What the public page shows: promises in force that day, product by product, service, compensation."""
    order = list(Standard.Kind)
    shown = [row for row in in_force(on) if row.published]
    return sorted(shown, key=lambda row: (order.index(Standard.Kind(row.kind)), row.pk))


def of_version(version: Any) -> QuerySet[Standard]:
    return Standard.objects.filter(version=version).order_by("pk")
