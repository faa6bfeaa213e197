"""What every public page shows of the company."""

from django import template
from django.forms import BooleanField, BoundField

from staff.models import Company

register = template.Library()


@register.simple_tag
def company() -> Company:
    """The company, read once a page by the frame."""
    return Company.current()


@register.inclusion_tag("public/parts/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """One field with label, hint and error, tied together for screen readers."""
    ids = [f"{bound.auto_id}_hint"] if bound.help_text else []
    if bound.errors:
        ids.insert(0, f"{bound.auto_id}_error")
    group = bound.use_fieldset
    if ids and not group:
        bound.field.widget.attrs["aria-describedby"] = " ".join(ids)
    tick = isinstance(bound.field, BooleanField)
    return {"field": bound, "group": group, "tick": tick, "described_by": " ".join(ids)}
