"""Columns of money, and the one way amounts are shown. The database keeps exactly what was written: it refuses a third decimal place instead of rounding it away."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from complaints.money import CENT

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    Amount = models.DecimalField[Decimal, Decimal]
    AmountIfAny = models.DecimalField[Decimal | None, Decimal | None]

#: Above any amount a column of ten digits holds.
TOO_LARGE = 10**8

#: ASCII digits alone: Decimal itself also reads "1_000", "１２", "1e3" and "NaN".
PLAIN = re.compile(r"-?[0-9]{1,8}(\.[0-9]{1,2})?", re.ASCII)


class PlainAmount(forms.DecimalField):
    """As it is typed into the tables of the back office."""

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values and not PLAIN.fullmatch(str(value).strip()):
            raise ValidationError(_("Write the amount in digits with at most two decimal places, for example 120.50."), code="invalid")
        return super().to_python(value)


class MoneyField(models.DecimalField):
    """A DecimalField whose column is plain `numeric` with a check. PostgreSQL's numeric(10, 2) would round 0.125 in silence, and take NaN."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_digits": 10, "decimal_places": 2, **options})

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        column = connection.ops.quote_name(str(self.column))
        return f"{column} = round({column}, 2) AND abs({column}) < {TOO_LARGE}"

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        return {"type": self.db_type(connection), "check": self.db_check(connection)}

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": PlainAmount, **options})

    def from_db_value(self, value: Decimal | None, *_rest: object) -> Decimal | None:
        """With both places, however it was written."""
        return None if value is None else value.quantize(CENT)


def money(label: Any, **options: Any) -> Amount:
    """A column of money."""
    return MoneyField(label, **options)


def money_if_any(label: Any, **options: Any) -> AmountIfAny:
    """A column of money that may be empty."""
    return MoneyField(label, null=True, blank=True, **options)


def limit(label: Any) -> AmountIfAny:
    """A column of money; empty means as much as one likes."""
    return money_if_any(label, help_text=_("Empty: no limit."))


def shown(amount: Decimal | None, currency: str) -> str:
    """An amount as people read it, with its currency where one is given; empty where no money flows."""
    return "" if amount is None else f"{number_format(Decimal(amount), decimal_pos=2, force_grouping=True)} {currency}".strip()
