"""A complaint that reached us by telephone, counter, letter or fax: only what is needed."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget

from complaints.forms.act import offer_rows
from complaints.forms.fields import Day, Line, Pick, RowPick, Text
from complaints.models import Demand
from complaints.workflow import Medium
from staff.models import Department

MEDIA = (Medium.PHONE, Medium.COUNTER, Medium.LETTER, Medium.FAX)


class FilingForm(forms.Form):
    medium = Pick(label=_("How it reached us"), choices=[(medium.value, medium.label) for medium in MEDIA])
    department = RowPick(label=_("Reception"))
    story = Text(label=_("What happened, in the customer's words"), rows=6)
    demand = Pick(label=_("What the customer asks for"), choices=Demand.Kind.choices)
    demand_text = Line(label=_("In words"), max_length=500, required=False)
    second_demand = Pick(label=_("A second demand"), choices=Demand.Kind.choices, required=False)
    second_demand_text = Line(label=_("In words"), max_length=500, required=False)
    own_proposal = Text(label=_("The customer's own proposal"), rows=2, required=False)
    occurred_on = Day(label=_("Day of the event"), required=False)
    order_number = Line(label=_("Order number"), max_length=60, required=False)
    name = Line(label=_("Name"), max_length=80, required=False)
    #: What we write to the customer is in it.
    language = Pick(label=_("Language"), choices=settings.LANGUAGES, required=False)
    phone = Line(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, widget=UnfoldAdminEmailInputWidget())
    address = Line(label=_("Postal address"), max_length=300, required=False)

    def __init__(self, *args: Any, departments: list[Department], **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        offer_rows(self.fields["department"], departments)
        if len(departments) == 1:
            self.initial = {"department": departments[0].pk, **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("occurred_on") and cleaned["occurred_on"] > timezone.localdate():
            self.add_error("occurred_on", _("This day is still to come."))
        return cleaned

    def demands(self) -> list[tuple[str, str]]:
        """(kind, words) of each demand given."""
        given = [(self.cleaned_data["demand"], self.cleaned_data["demand_text"])]
        if self.cleaned_data["second_demand"]:
            given.append((self.cleaned_data["second_demand"], self.cleaned_data["second_demand_text"]))
        return given
