"""Step 6: an answer to each demand, what will be done, why it cures the cause; approved or returned."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from complaints.forms.act import ActForm, Part, RowForm, Rows
from complaints.forms.amount import Amount
from complaints.models import DemandAnswer, RemedyItem
from staff.forms.fields import Day, Person, Pick, RowPick, Text, Tick, offer_rows
from staff.models import Department

#: Until when something is done, unless another day is chosen.
DAYS = 3


class AnswerRow(RowForm):
    demand = forms.IntegerField(widget=forms.HiddenInput)
    answer = Pick(label=_("Answer"), choices=DemandAnswer.Answer.choices)
    reason = Text(label=_("Reason"), rows=2, max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("answer") in (DemandAnswer.Answer.PARTLY, DemandAnswer.Answer.REFUSED) and not self.cleaned_data.get(
            "reason"
        ):
            self.add_error("reason", _("Say why it is not met in full."))
        return self.cleaned_data


class ItemRow(RowForm):
    kind = Pick(label=_("Kind"), choices=RemedyItem.Kind.choices)
    description = Text(label=_("What exactly"), rows=2, max_length=2000)
    amount = Amount(label=_("Amount"), required=False, help_text=_("Money, or what it is worth to the customer."))
    option = forms.IntegerField(
        label=_("Alternative"), min_value=0, max_value=9, required=False, widget=UnfoldAdminIntegerFieldWidget(attrs={"data-opens-row": True}),
        help_text=_("Empty: in any case. 1, 2 …: the customer takes one of these."),
    )  # fmt: skip
    owner = Person(label=_("Carried out by"))
    due_on = Day(label=_("By when"))
    paid_by = RowPick(label=_("Paid by"), required=False, help_text=_("Empty: the department that answers for the case."))

    def offer(self) -> None:
        offer_rows(self.fields["paid_by"], self.payers())
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=DAYS)
        self.fields["owner"].initial = self.offers.carries_out

    def payers(self) -> list[Department]:
        return self.offers.departments

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("due_on")
        if day and day < timezone.localdate():
            self.add_error("due_on", _("This day has passed."))
        return self.cleaned_data


class OwnItemRow(ItemRow):
    """Of a settlement on the spot: nobody gives from a budget they have nothing to do with."""

    def payers(self) -> list[Department]:
        return self.offers.payers


SHEET = ("purchase", "price", "kept", "spent", "standard", "measured", "reason")


def rows_with(item: type[ItemRow]) -> tuple[Rows, ...]:
    return (
        Rows("answers", _("Answers to the demands"), AnswerRow, fixed=True),
        Rows("items", _("What will be done"), item, _("Each item has somebody who carries it out and a day."), extra=1),
    )


class SolutionForm(ActForm):
    """What a proposal and a settlement on the spot have in common."""

    grants_proposal = Tick(
        label=_("Grant the customer's own proposal as it stands"), help_text=_("If it is reasonable and within authority; the items below carry it out.")
    )  # fmt: skip
    own_proposal_answer = Text(
        label=_("Answer to the customer's own proposal"),
        rows=2,
        required=False,
        help_text=_("Beyond authority say the limit honestly and offer something else, with an extra."),
    )
    why_it_cures = Text(label=_("Why this cures the cause"), rows=3)
    purchase = Tick(label=_("There was a purchase"), help_text=_("Then what the customer holds in the end must reach V1 + C."))
    price = Amount(label=_("Value of the purchase (V1)"), required=False)
    kept = Amount(label=_("Value of what the customer keeps and what works"), required=False)
    spent = Amount(label=_("What the customer spent on complaining"), required=False, help_text=_("Fares, postage, calls."))
    standard = RowPick(label=_("Standard"), required=False)
    measured = Amount(label=_("Measured against it"), required=False, help_text=_("In the unit of the standard."))
    reason = Text(
        label=_("Reason, where it falls short or leaves the standard"), rows=2, required=False, help_text=_("It then goes one level up.")
    )
    rows = rows_with(ItemRow)

    def offer(self) -> None:
        if not self.case.own_proposal:
            del self.fields["grants_proposal"], self.fields["own_proposal_answer"]
        else:
            self.fields["grants_proposal"].help_text = _("“%(proposal)s” If it is reasonable and within authority; the items below carry it out.") % {
                "proposal": self.case.own_proposal
            }  # fmt: skip
        self.pick("standard", self.offers.standards)
        self.initial = {"purchase": bool(self.case.order_number or self.case.product_id), **self._known(), **self.initial}
        self.parts = (Part(_("Value to the customer"), SHEET, self._cost_said()),)

    def _known(self) -> dict[str, Any]:
        """What the last version said of the purchase."""
        sheets = self.offers.rows("sheets", "pk")
        if not sheets:
            return {}
        last = sheets[-1]
        known = {"purchase": last.purchase, "price": last.v1 or None, "kept": last.kept or None, "standard": last.standard_id}
        return {name: value for name, value in known.items() if value is not None}

    def _cost_said(self) -> str:
        """C as it is reckoned now."""
        cost = self.offers.cost
        said = {"time": cost.time, "effort": cost.effort, "money": cost.money, "feelings": cost.feelings, "total": cost.total}
        shown = {name: number_format(amount, 2, force_grouping=True) for name, amount in said.items()}
        return gettext("Cost of complaining (C) so far: time %(time)s + effort %(effort)s + money %(money)s + feelings %(feelings)s = %(total)s.") % shown  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("purchase") and not cleaned.get("price") and "price" not in self.errors:
            self.add_error("price", _("Say what the purchase was worth."))
        return cleaned

    def first_rows(self, name: str) -> list[dict[str, Any]]:
        if name != "answers":
            return []
        return [
            {"demand": row.pk, "subject": f"{row.number}. {row.get_kind_display()} {row.text}".strip()}
            for row in self.offers.rows("demands", "number")
        ]


class RemedyForm(SolutionForm):
    """Laid before the approver."""


class VersionForm(ActForm):
    """About one version of the solution: the one the person read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def offer(self) -> None:
        versions = [remedy.version for remedy in self.offers.rows("remedies", "version")]
        self.initial = {"version": versions[-1] if versions else None, **self.initial}


class ApproveForm(VersionForm):
    reason = Text(label=_("Remark"), rows=2, required=False)


class ReturnForm(VersionForm):
    reason = Text(label=_("What has to be revised"), rows=3)
