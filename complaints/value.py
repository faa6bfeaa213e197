"""Value-added recovery (mission, M4): what the customer holds in the end must reach V1 + C. No Django here.

V1 is the value the purchase was to have, C what complaining cost the customer, V2 what the customer holds in the end: what is kept and works
plus everything given. All amounts in the company's currency.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from complaints.money import NOTHING, percent, total


@dataclass(frozen=True)
class Cost:
    """What complaining cost the customer, in its four parts."""

    time: Decimal = NOTHING
    effort: Decimal = NOTHING
    money: Decimal = NOTHING
    feelings: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        return total([self.time, self.effort, self.money, self.feelings])


@dataclass(frozen=True)
class Given:
    """One item of a solution. `option` 0 is given in any case, the others are alternatives of which the customer takes one; `counts` per cent of
    the amount is value to the customer (a voucher counts at the rate at which vouchers are used)."""

    kind: str
    amount: Decimal | None
    option: int = 0
    counts: Decimal = Decimal(100)

    @property
    def value(self) -> Decimal:
        return NOTHING if self.amount is None else percent(self.amount, self.counts)


def value_reached(kept: Decimal, items: Iterable[Given]) -> Decimal:
    """V2: what is kept and works, plus what is given; of alternatives the one worth least, so that the rule holds whichever is taken."""
    by_option: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for item in items:
        by_option[item.option] += item.value
    always = by_option.pop(0, NOTHING)
    return kept + always + min(by_option.values(), default=NOTHING)


def value_so_far(kept: Decimal, carried_out: Iterable[Given]) -> Decimal:
    """What the customer holds today: what was kept, and what was carried out. A promise is not value yet."""
    return kept + total(item.value for item in carried_out)


def short_by(v1: Decimal, cost: Cost, v2: Decimal) -> Decimal:
    """How much V2 falls short of V1 + C; 0 where it reaches it."""
    return max(v1 + cost.total - v2, NOTHING)


def dearest(items: Iterable[Given]) -> dict[str, Decimal]:
    """What a solution can cost at most, by kind and, under "", in all: alternatives count with the dearest."""
    sums: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for item in items:
        for kind in ("", item.kind):
            sums[kind][item.option] += item.amount or NOTHING
    found = {}
    for kind, by_option in sums.items():
        always = by_option.pop(0, NOTHING)
        found[kind] = always + max(by_option.values(), default=NOTHING)
    return found
