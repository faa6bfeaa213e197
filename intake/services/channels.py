"""The doors a new installation starts with."""

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.workflow import Medium
from intake.models import Channel
from staff.models import Department

STARTERS = (Medium.WEB, Medium.PHONE, Medium.COUNTER, Medium.LETTER, Medium.FAX)


@transaction.atomic
def seed() -> list[Channel]:
    """Make the channels that are not there yet, behind the first department that receives customers; the ones made."""
    reception = Department.objects.filter(receives=True, active=True).order_by("pk").first()
    if reception is None:
        return []
    names = {
        Medium.WEB: _("Web page"),
        Medium.PHONE: _("Telephone"),
        Medium.COUNTER: _("Counter"),
        Medium.LETTER: _("Letter"),
        Medium.FAX: _("Fax"),
    }
    known = set(Channel.objects.values_list("code", flat=True))
    missing = [medium for medium in STARTERS if medium.value not in known]
    return [Channel.objects.create(code=medium.value, medium=medium, name=names[medium], department=reception) for medium in missing]


def web() -> Channel | None:
    """The channel of the public form; None before set-up or when a manager has closed it."""
    return Channel.objects.select_related("department").filter(code=Medium.WEB.value, active=True).first()
