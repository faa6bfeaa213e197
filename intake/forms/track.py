"""The way back to one's own case."""

from django.utils.translation import gettext_lazy as _

from intake.forms.fields import Words
from intake.forms.public_form import PublicForm


class CodeForm(PublicForm):
    code = Words(
        label=_("Tracking code"),
        help_text=_("Three groups of six letters and digits; capitals and hyphens do not matter."),
        longest=200,
        error_messages={"required": _("Please enter the tracking code.")},
    )


class LostCodeForm(PublicForm):
    number = Words(
        label=_("Complaint number"),
        help_text=_("For example 260302-7KXQ4; it stands on every message from us."),
        longest=40,
        error_messages={"required": _("Please enter the complaint number.")},
    )
    contact = Words(
        label=_("Telephone or e-mail"),
        help_text=_("The one you gave us with the complaint."),
        longest=254,
        error_messages={"required": _("Please enter the telephone number or e-mail address you gave us.")},
    )
