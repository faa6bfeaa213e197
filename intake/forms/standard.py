"""Three questions: which promise, how it really was, and when and at what price. Nothing of it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.models import Standard
from intake.forms.fields import Money
from intake.forms.public_form import PublicForm


class Quantity(forms.CharField):
    """How much it really was: plain digits, from 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 10}), max_length=10, **kwargs)

    def clean(self, value: Any) -> Decimal:
        text: str = super().clean(value)
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text, re.ASCII):
            raise ValidationError(_("Please write a number, for example 5 or 2.5."), code="number")
        return Decimal(text)


class CheckForm(PublicForm):
    standard = forms.ChoiceField(
        label=_("1. Which promise is it about?"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Please choose a promise.")),
    )
    measured = Quantity(label=_("2. How was it really?"), help_text=_("A number, in the unit of the promise."))
    on = forms.DateField(
        label=_("3. When was it?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"],
        help_text=_("Empty: today. What counts is the promise of that day."), error_messages={"invalid": _("Please give the day.")},
    )  # fmt: skip
    price = Money(label=_("What did you pay? (only where it depends on the price)"), required=False)

    def __init__(self, *args: Any, standards: Iterable[Standard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in standards}
        field = self.fields["standard"]
        field.choices = [("", _("– please choose –")), *((key, str(row)) for key, row in self.rows.items())]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_standard(self) -> Standard:
        return self.rows[self.cleaned_data["standard"]]

    def clean_price(self) -> Decimal | None:
        return self.cleaned_data["price"] or None
