"""Step 2: what happened, what is asked for, about what; shown or read back to the customer."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm, RowForm, Rows
from complaints.models import Confirmation, Demand
from staff.forms.fields import Day, Line, Person, Pick, RowPick, Text


class AllegationRow(RowForm):
    text = Text(label=_("Allegation"), rows=2, max_length=2000)


class DemandRow(RowForm):
    kind = Pick(label=_("What is asked for"), choices=Demand.Kind.choices)
    text = Line(label=_("In words"), max_length=500, required=False)


class NamedRow(RowForm):
    user = Person(label=_("Employee"))


class RecordForm(ActForm):
    facts = Text(label=_("Facts on record"), rows=6, help_text=_("Who, when, where, about what or whom, what happened."))
    occurred_on = Day(label=_("Day of the event"), required=False)
    order_number = Line(label=_("Order number"), max_length=60, required=False)
    product = RowPick(label=_("Product or service"), required=False)
    own_proposal = Text(label=_("The customer's own proposal"), rows=2, required=False, help_text=_("How the customer would solve it."))
    how = Pick(label=_("How the customer checks the record"), choices=Confirmation.How.choices)
    result = Pick(
        label=_("What the customer said to it"),
        choices=[(choice.value, choice.label) for choice in (Confirmation.Result.CONFIRMED, Confirmation.Result.WAITING)],
        help_text=_("If the customer corrected something, write the corrected facts above and choose “Confirmed”."),
    )
    rows = (
        Rows(
            "allegations",
            _("Allegations"),
            AllegationRow,
            _("One row for each point of the complaint; each gets a finding of its own."),
            extra=2,
            least=1,
        ),
        Rows("demands", _("More demands"), DemandRow, _("Add what the customer asks for beyond what is on file already.")),
        Rows("named", _("Employees complained about"), NamedRow, _("They no longer see this case and take no part in deciding it.")),
    )

    def offer(self) -> None:
        case = self.case
        self.pick("product", self.offers.products)
        known: dict[str, Any] = {"facts": case.facts or case.story, "occurred_on": case.occurred_on, "order_number": case.order_number}
        known |= {"own_proposal": case.own_proposal, "product": case.product_id}
        self.initial = {**known, **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = cleaned.get("occurred_on")
        if day and day > timezone.localdate():
            self.add_error("occurred_on", _("This day is still to come."))
        if cleaned.get("how") == Confirmation.How.SHOWN and cleaned.get("result") == Confirmation.Result.CONFIRMED:
            self.add_error("result", _("A record shown on the tracking page is confirmed there by the customer; choose “No answer yet”."))
        return cleaned
