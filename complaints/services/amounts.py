"""Amounts as services take them: whole cents, more than nothing, no larger than any may be (threats R5). Refused, never rounded in silence."""

from decimal import Decimal

from django.utils.translation import gettext as _

from complaints.models.remedy import AMOUNT_CAP
from complaints.money import NOTHING, is_exact
from complaints.services.errors import NotPossible


def check(*amounts: Decimal | None, nothing_too: bool = False) -> None:
    """Raise NotPossible for anything that is no amount; None says that no money flows. `nothing_too`: 0 is one."""
    for amount in amounts:
        if amount is not None and not _is_an_amount(amount, nothing_too=nothing_too):
            raise NotPossible(_("An amount is more than 0, has at most two decimal places and is at most %(cap)s.") % {"cap": AMOUNT_CAP})


def _is_an_amount(amount: object, *, nothing_too: bool) -> bool:
    if not isinstance(amount, Decimal) or not is_exact(amount):
        return False
    return NOTHING < amount <= AMOUNT_CAP or (nothing_too and amount == NOTHING)
