"""Money as it is typed in the back office."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from complaints.models.remedy import AMOUNT_CAP

#: ASCII digits alone: Decimal itself also reads "1_000", "１２", "1e3" and "NaN".
AMOUNT = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?", re.ASCII)


class Amount(forms.CharField):
    """Money in the company's currency: more than 0, at most two places, refused rather than rounded."""

    def __init__(self, *, cap: Decimal = AMOUNT_CAP, **options: Any) -> None:
        self.cap = cap
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=14, widget=widget, **options)

    def clean(self, value: Any) -> Decimal | None:
        text: str = super().clean(value)
        if not text:
            return None
        if not AMOUNT.fullmatch(text):
            raise ValidationError(_("Write the amount in digits with at most two decimal places, for example 120.50."))
        amount = Decimal(text)
        if amount <= 0:
            raise ValidationError(_("The amount must be more than 0."))
        if amount > self.cap:
            raise ValidationError(_("The amount is larger than any that may be entered (%(cap)s)."), params={"cap": self.cap})
        return amount
