from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """Where a post or department stands towards the customer; independent of the tree of departments."""

    FRONT_LINE = "front_line", _("Front line")
    ACCEPTANCE = "acceptance", _("Acceptance")
    TECHNICAL_SUPPORT = "technical_support", _("Technical support")
    MANAGEMENT = "management", _("Managing department")
    EXECUTIVE = "executive", _("Executives")
