"""Step 1: a named person apologises."""

from django.utils.translation import gettext_lazy as _

from complaints.forms.act import WatchesWords
from complaints.workflow import Feeling, Medium
from staff.forms.fields import Pick, Text, Tick


class ApologizeForm(WatchesWords):
    watched = "words"
    words = Text(
        label=_("Your words to the customer"),
        rows=5,
        help_text=_(
            "Say who you are, that you are sorry, that the company will see it through and who follows it. They are sent in your name."
        ),
    )
    medium = Pick(label=_("How it reaches the customer"), choices=Medium.choices)
    feeling_before = Pick(label=_("Feeling before"), choices=Feeling.choices)
    feeling_after = Pick(label=_("Feeling after"), choices=Feeling.choices, required=False)
    judged_by_complainant = Tick(label=_("The customer said so themselves"))
