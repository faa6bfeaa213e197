"""What the public pages of other apps say of notices."""

from django import template

from escalation.models import Incident

register = template.Library()


@register.simple_tag
def notice_in_force() -> bool:
    """Whether a public notice concerns something that is not over."""
    return bool(Incident.objects.published().open().exists())
