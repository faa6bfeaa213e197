"""Ways by which money goes out without a person's hand. An adapter is registered under a name in `ready()` of the app that owns it; the rule of a
kind of item (`ItemRule.payout`) names one, or none: then whoever carries the item out does it by hand and records the proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise


@dataclass(frozen=True)
class Payment:
    """What an adapter is asked to pay. The same key is the same payment, however often it is asked."""

    key: str
    amount: Decimal
    currency: str
    kind: str
    case: str
    department: str
    at: datetime


class PayoutError(Exception):
    """It did not go out. `permanent`: trying again will not help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Adapter(Protocol):
    """Hands payments to whoever moves the money."""

    @property
    def name(self) -> str | Promise: ...

    def pay(self, payment: Payment) -> str:
        """Hand over the payment, at most once for its key, and return the reference it is found by; or raise PayoutError."""
        ...


_adapters: dict[str, Adapter] = {}


def register(way: str, adapter: Adapter) -> None:
    """Called in `ready()` of the app that owns the adapter."""
    _adapters[way] = adapter


def adapter(way: str) -> Adapter | None:
    return _adapters.get(way)


def ways() -> list[tuple[str, str]]:
    """What an administrator can choose from."""
    return [(way, str(each.name)) for way, each in sorted(_adapters.items())]
