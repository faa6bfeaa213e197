"""Fields and widgets of the back office, alike in every app: a person by employee number, long text, days, one of a few."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from staff.models import User

LONGEST_TEXT = 10_000

Choices = Iterable[tuple[Any, Any]]


class DayInput(widgets.UnfoldAdminTextInputWidget):
    """The browser's own calendar."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if hasattr(value, "isoformat") else value


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d"], **options)


class Line(forms.CharField):
    def __init__(self, *, max_length: int = 200, **options: Any) -> None:
        super().__init__(max_length=max_length, widget=widgets.UnfoldAdminTextInputWidget(), **options)


class Text(forms.CharField):
    """Several lines; the box grows with what is typed."""

    def __init__(self, *, rows: int = 3, max_length: int = LONGEST_TEXT, **options: Any) -> None:
        widget = widgets.UnfoldAdminTextareaWidget(attrs={"rows": rows})
        super().__init__(max_length=max_length, widget=widget, **options)


class Pick(forms.ChoiceField):
    """One of a few; nothing is chosen beforehand, so that a judgement is never a default."""

    def __init__(self, *, choices: Choices, **options: Any) -> None:
        offered = [("", _("– please choose –")), *choices]
        super().__init__(choices=offered, widget=widgets.UnfoldAdminSelectWidget(), **options)


class YesNo(forms.TypedChoiceField):
    def __init__(self, **options: Any) -> None:
        offered = [("", _("– please choose –")), ("yes", _("Yes")), ("no", _("No"))]
        super().__init__(choices=offered, coerce=lambda value: value == "yes", widget=widgets.UnfoldAdminSelectWidget(), **options)


class Tick(forms.BooleanField):
    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=widgets.UnfoldBooleanWidget(), **options)


class RowPick(forms.ChoiceField):
    """One of some rows that were read once for the whole page; cleans to the row itself."""

    def __init__(self, **options: Any) -> None:
        self.found: dict[str, Any] = {}
        super().__init__(choices=[], widget=widgets.UnfoldAdminSelectWidget(), **options)

    def offer(self, rows: Iterable[Any], label: Callable[[Any], object] = str) -> None:
        self.found = {str(row.pk): row for row in rows}
        self.choices = [("", _("– please choose –")), *((key, str(label(row))) for key, row in self.found.items())]

    def clean(self, value: Any) -> Any:
        return self.found.get(super().clean(value))


def offer_rows(field: forms.Field, rows: Iterable[Any], label: Callable[[Any], object] = str) -> None:
    """Fill a RowPick."""
    if not isinstance(field, RowPick):
        msg = "Only a RowPick is filled with rows."
        raise TypeError(msg)
    field.offer(rows, label)


class Whole(forms.IntegerField):
    """A whole number within bounds."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(min_value=least, max_value=most, widget=widget, **options)


class Person(forms.CharField):
    """An employee, by number; the page offers names to choose from (`<datalist id="people">`) and any number can be typed."""

    def __init__(self, **options: Any) -> None:
        attrs = {"list": "people", "autocomplete": "off", "placeholder": _("Employee number or name")}
        super().__init__(max_length=160, widget=widgets.UnfoldAdminTextInputWidget(attrs=attrs), **options)

    def clean(self, value: Any) -> User | None:
        text: str = super().clean(value)
        if not text:
            return None
        number = text.split()[0]
        found = User.objects.active().filter(employee_number__iexact=number).first()
        if found is None:
            found = _only_one_called(text)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.employee_number} {value.name}" if isinstance(value, User) else value


def _only_one_called(name: str) -> User:
    called: list[User] = list(User.objects.active().filter(name=name)[:2])
    if len(called) == 1:
        return called[0]
    if called:
        raise ValidationError(_("Several people are called that; type the employee number."))
    raise ValidationError(_("There is no employee with this number."))


class MomentInput(widgets.UnfoldAdminTextInputWidget):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        # The field itself hands over the local time, without a zone.
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%dT%H:%M}"


class Moment(forms.DateTimeField):
    """A day and a time, in the company's time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)
