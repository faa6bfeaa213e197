"""The doors a new installation starts with."""

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Medium
from intake.models import Channel
from staff.models import Department
from staff.models.compiled import Compiled, Given

#: Code, by what people speak there, name, and whether customers read of it.
STARTERS: tuple[tuple[str, Medium, str | Promise, bool], ...] = (
    ("web", Medium.WEB, _("Web page"), True),
    ("phone", Medium.PHONE, _("Telephone"), True),
    ("voicemail", Medium.PHONE, _("Recorded message"), True),
    ("letter", Medium.LETTER, _("Letter"), True),
    ("fax", Medium.FAX, _("Fax"), True),
    ("counter", Medium.COUNTER, _("Counter"), True),
    ("email", Medium.EMAIL, _("E-mail address"), True),
    ("social", Medium.SOCIAL, _("Social media"), True),
    ("box", Medium.LETTER, _("Suggestion box"), True),
    ("reception", Medium.VISIT, _("Leaders' reception day"), True),
    ("field", Medium.PHONE, _("Field staff's telephone"), False),
    ("behalf", Medium.COUNTER, _("On behalf of a customer"), False),
)
#: What these bring is filed by a machine, or waits for a person as it arrived: nobody takes it down by hand.
BY_THEMSELVES = ("web", "email", "voicemail", "box")


@transaction.atomic
def seed() -> list[Channel]:
    """Make the channels that are not there yet, behind the first department that receives customers; the ones made."""
    reception = Department.objects.filter(receives=True, active=True).order_by("pk").first()
    if reception is None:
        return []
    known = set(Channel.objects.values_list("code", flat=True))
    return [
        Channel.objects.create(code=code, medium=medium, name=str(name), department=reception, published=published)
        for code, medium, name, published in STARTERS
        if code not in known
    ]


def web() -> Channel | None:
    """The channel of the public form; None before set-up or when a manager has closed it."""
    return named("web")


NAMED = Compiled(lambda: Channel.objects.select_related("department").filter(code=Given("code"), active=True))


def named(code: str) -> Channel | None:
    """The channel with this code, if it is in use."""
    return NAMED.first(code=code)


def taken_down() -> list[Channel]:
    """The channels in use through which staff take matters down."""
    return list(Channel.objects.select_related("department").filter(active=True).exclude(code__in=BY_THEMSELVES).order_by("pk"))
