"""What is typed when an incident is declared, measures are decided, customers are called."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from complaints.models import Complaint, Product
from escalation.forms.fields import Colleague, Line, Text
from escalation.models import Incident, Measure, Reach
from escalation.queries import approval
from staff.forms.fields import Day, Pick
from staff.models import User

AMOUNT = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?", re.ASCII)


class DeclareForm(forms.ModelForm):
    """Of a new incident; `case` is the number of the complaint it was seen in."""

    title = Line(label=_("title"))
    what = Text(label=_("what is known"), max_length=4000, help_text=_("Only colleagues read this."))
    reason = Text(label=_("why others may be affected"))
    owner = Colleague(label=_("owner"))
    case = Line(label=_("complaint number"), max_length=20, required=False)
    warning = Line(label=_("early warning"), max_length=200, required=False)

    class Meta:
        model = Incident
        fields = ["title", "what", "reason", "owner", "warning"]

    #: Set by the page: who declares.
    by: User

    def clean_case(self) -> Complaint | None:
        number = self.cleaned_data["case"].strip().upper()
        if not number:
            return None
        case = Complaint.objects.visible_to(self.by).filter(number=number).first()
        if case is None:
            raise ValidationError(_("There is no case with this number."))
        return case


class PublishForm(forms.Form):
    notice_title = Line(label=_("title"))
    notice_text = Text(label=_("text"), rows=6, max_length=4000)
    notice_title_en = Line(label=_("title in English"), required=False)
    notice_text_en = Text(label=_("text in English"), rows=6, max_length=4000, required=False)

    def about(self, incident: Incident) -> None:
        self.initial = {name: getattr(incident, name) for name in self.fields}


class LinkForm(forms.Form):
    number = Line(label=_("complaint number"), max_length=20)


class FindForm(forms.Form):
    """The question asked of the purchases."""

    product = forms.ModelChoiceField(Product.objects.order_by("name"), label=_("product"), widget=UnfoldAdminSelectWidget())
    lots = Text(label=_("lots"), required=False, help_text=_("One on each line; none: all lots."))
    bought_from = Day(label=_("bought from"), required=False)
    bought_to = Day(label=_("bought until"), required=False)

    def clean_lots(self) -> list[str]:
        lots = [line.strip() for line in self.cleaned_data["lots"].splitlines() if line.strip()]
        if any(len(lot) > 60 for lot in lots):
            raise ValidationError(_("A lot has at most 60 characters."))
        return lots


class RemarkForm(forms.Form):
    remark = Text(label=_("reason"), max_length=300)


class MeasureForm(forms.Form):
    """A measure; one that reaches each customer needs the words they get."""

    kind = Pick(label=_("measure"), choices=Measure.Kind.choices)
    what = Text(label=_("what is done"))
    reason = Text(label=_("why this measure"))
    owner = Colleague(label=_("owner"))
    due_on = Day(label=_("due on"))
    subject = Line(
        label=_("subject of the letter"),
        required=False,
        help_text=_("For what reaches each affected customer. Nobody's name belongs here."),
    )
    text = Text(label=_("letter to each affected customer"), rows=6, max_length=4000, required=False)
    subject_en = Line(label=_("subject in English"), required=False)
    text_en = Text(label=_("letter in English"), rows=6, max_length=4000, required=False)
    amount = Line(label=_("amount for each"), max_length=14, required=False)

    def clean_amount(self) -> Decimal | None:
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        if not AMOUNT.fullmatch(text) or Decimal(text) <= 0:
            raise ValidationError(_("Write the amount in digits with at most two decimal places, for example 120.50."))
        return Decimal(text)


class StartForm(forms.Form):
    """Nothing to type; says what is missing."""

    warning = ""

    def about(self, measure: Measure) -> None:
        self.warning = missing_english(measure)


def missing_english(measure: Measure) -> str:
    """Said before a letter goes out that some cannot read."""
    readers = 0 if measure.text_en else approval.readers_of_english(measure)
    return gettext("%(count)s of the customers read English: fill in the English letter.") % {"count": readers} if readers else ""


class ApproveForm(StartForm):
    """How many get the words above it; what was seen comes back with the approval."""

    people = Line(label=_("customers who get it"), required=False, disabled=True)
    ways = Line(label=_("told first by"), required=False, disabled=True)
    taken_out = Line(label=_("taken out of the list one by one"), required=False, disabled=True)
    each = Line(label=_("amount for each"), required=False, disabled=True)
    seen = forms.CharField(widget=forms.HiddenInput(), max_length=64)

    def about(self, measure: Measure) -> None:
        super().about(measure)
        self.initial = {
            "ways": " · ".join(f"{way} {number}" for way, number in approval.first_ways(measure)) or "–",
            "people": measure.incident.affected.confirmed().count(),
            "taken_out": approval.taken_out(measure),
            "each": measure.amount or "–",
            "seen": approval.fingerprint(measure),
        }

    def clean(self) -> dict[str, Any]:
        return {"seen": self.cleaned_data.get("seen", "")}


class ProofForm(forms.Form):
    proof = Text(label=_("what shows that it is done"), max_length=300)


class CloseForm(forms.Form):
    stopped_because = Text(label=_("what shows that it no longer spreads"))
    left_over = Text(label=_("what happens with those not reached"), required=False)


class CalledForm(forms.Form):
    said = Pick(label=_("answer"), choices=Reach.Answer.choices, required=False)
    words = Text(label=_("The customer's words"), required=False)
