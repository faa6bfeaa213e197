"""Fields of what is done in time and about what spreads, where they differ from those of every form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from staff.forms import fields
from staff.models import User


class Coming(fields.Moment):
    """A time to come."""

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is not None and moment <= timezone.now():
            raise ValidationError(_("This time has passed."))
        return moment


class Line(fields.Line):
    """As long as the titles and subjects it is kept in."""

    def __init__(self, *, max_length: int = 120, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)


class Text(fields.Text):
    """Several lines, to be read at a glance while something spreads."""

    def __init__(self, *, max_length: int = 2000, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)


class Colleague(forms.ModelChoiceField):
    """An employee."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.active().order_by("employee_number"), widget=UnfoldAdminSelectWidget(), **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.employee_number} {obj.name}"
