"""Small words for the templates of the back office."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.timesince import timesince

from complaints.models import Standard
from complaints.models.amounts import shown
from complaints.queries.words import due_in_words

register = template.Library()


@register.filter
def due(moment: datetime | None, now: datetime) -> str:
    """ "due in 3 days", "overdue by 1 hour"."""
    return due_in_words(moment, now)


@register.filter
def is_late(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment < now


@register.filter
def since(moment: datetime, now: datetime) -> str:
    """How long ago, in the one largest unit."""
    return timesince(moment, now, depth=1)


@register.filter
def is_tick(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox"


@register.filter
def described_by(field: BoundField) -> Any:
    """The control with what belongs to it named for screen readers, and marked when it is wrong."""
    ids = [f"{field.id_for_label}_help"] * bool(field.help_text) + [f"{field.id_for_label}_errors"] * bool(field.errors)
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(ids)} if ids else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    return mapping.get(key)


@register.filter
def due_said(standard: Standard, currency: str) -> str:
    """What is due when it was missed, with the currency."""
    return standard.due_said(currency)


@register.filter
def floor_said(standard: Standard, currency: str) -> str:
    """What the law gives at the least, with the currency."""
    return standard.floor_said(currency)


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount as people read it, with its currency where one is given."""
    return shown(amount, currency)
