"""Arithmetic of money: one rule of rounding for page, mail, export and ledger. No Django here."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def rounded(amount: Decimal) -> Decimal:
    """To whole cents, a half away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def is_exact(amount: Decimal) -> bool:
    """Whether it is a finite amount in whole cents: what is not is refused, never rounded in silence."""
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -2


def percent(amount: Decimal, share: Decimal) -> Decimal:
    """`share` per cent of an amount, in whole cents."""
    return rounded(amount * share / 100)


def split(amount: Decimal, parts: int) -> list[Decimal]:
    """An amount in so many parts, as equal as cents allow, the larger first. Their sum is the amount."""
    if parts < 1:
        msg = "An amount is split into at least one part."
        raise ValueError(msg)
    cents = int(rounded(amount) / CENT)
    each, over = divmod(cents, parts)
    return [(each + (1 if number < over else 0)) * CENT for number in range(parts)]


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of what is there."""
    return sum((amount for amount in amounts if amount is not None), NOTHING)
