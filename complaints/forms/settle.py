"""Settled on the spot: a solution within the handler's own authority, the cause if it is plain, the customer's word if it was given."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.forms.propose import OwnItemRow, SolutionForm, rows_with
from complaints.models import Cause
from complaints.workflow import Medium, Step
from staff.forms.fields import Pick, Text


class SettleForm(SolutionForm):
    rows = rows_with(OwnItemRow)
    cause = Pick(label=_("Kind of cause, if it is plain"), choices=Cause.choices, required=False)
    cause_text = Text(label=_("The cause"), rows=2, required=False, help_text=_("Empty: the cause is looked into later; it stays due."))
    agreed_medium = Pick(
        label=_("The customer has agreed by"), choices=[choice for choice in Medium.choices if choice[0] != Medium.API], required=False,
        help_text=_("Empty: the customer answers on the tracking page or later."),
    )  # fmt: skip
    agreed_words = Text(label=_("In the customer's words"), rows=2, required=False)

    def offer(self) -> None:
        super().offer()
        if self.case.step == Step.PROPOSE:  # the cause is on file, or was postponed already
            del self.fields["cause"], self.fields["cause_text"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("cause")) != bool(cleaned.get("cause_text")):
            self.add_error("cause_text", _("Give both the kind of cause and the cause, or neither."))
        return cleaned
