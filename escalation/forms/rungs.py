"""A rung as people say it: so many minutes, hours or days before or after something is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from escalation.models import Rung
from escalation.models.rung import DAY, HOUR

UNITS = [(1, _("minutes")), (HOUR, _("hours")), (DAY, _("days"))]
SIDES = [(-1, _("before it is due")), (1, _("after it was due"))]


class PlaceWidget(forms.MultiWidget):
    def __init__(self) -> None:
        super().__init__(
            [
                UnfoldAdminIntegerFieldWidget(attrs={"min": 0, "aria-label": _("number")}),
                UnfoldAdminSelectWidget(attrs={"aria-label": _("unit")}, choices=UNITS),
                UnfoldAdminSelectWidget(attrs={"aria-label": _("before or after")}, choices=SIDES),
            ]
        )

    def decompress(self, value: int | None) -> list[Any]:
        """In the largest unit that divides it."""
        if value is None:
            return [None, HOUR, 1]
        unit = next(size for size in (DAY, HOUR, 1) if value % size == 0)
        return [abs(value) // unit, unit, -1 if value < 0 else 1]


class Place(forms.MultiValueField):
    """Minutes after it is due; less than 0: before."""

    def __init__(self, **options: Any) -> None:
        fields = (
            forms.IntegerField(min_value=0),
            forms.TypedChoiceField(choices=UNITS, coerce=int),
            forms.TypedChoiceField(choices=SIDES, coerce=int),
        )
        super().__init__(fields, widget=PlaceWidget(), **options)

    def compress(self, data_list: Sequence[int]) -> int | None:
        if not data_list:
            return None
        number, unit, side = data_list
        return number * unit * side


class RungForm(forms.ModelForm):
    when = Place(label=_("when"), help_text=_("0: as it falls due."))

    class Meta:
        model = Rung
        fields = ["matter", "severity", "kind", "act", "active"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["when"] = self.instance.minutes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") is not None:
            self.instance.minutes = cleaned["when"]
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """The minutes stand in no field of their own, and the rules of the table are held against them all the same."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # Django has it, django-stubs do not declare it
        return excluded if "when" in self.errors else excluded - {"minutes"}
