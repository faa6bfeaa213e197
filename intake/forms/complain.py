"""The one page by which customers complain."""

import re
import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import Demand
from intake.forms.fields import Files, Words
from intake.forms.public_form import PublicForm
from intake.models.submission import CLAIM
from intake.queries.arrived import FILES, LABELS

FILES_AT_FILING = 3
FEWEST_DIGITS = 5
PHONE = re.compile(r"[\d\s()+\-/.,;extEXT转分机（）＋－]+")
OLDEST = date(1970, 1, 1)


class ComplainForm(PublicForm):
    """Only what is needed: what happened, what is asked for, how to reach the person."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    story = Words(
        label=LABELS["story"],
        help_text=_("In your own words: what went wrong, where, and with whom. No form of words is needed."),
        longest=10_000,
        rows=8,
        error_messages={"required": _("Please tell us what happened.")},
    )
    demands = forms.MultipleChoiceField(
        label=LABELS["demands"],
        help_text=_("Choose all that fit. “Only to be heard” is fine too."),
        choices=Demand.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    demand_words = Words(label=LABELS["demand_words"], longest=2_000, rows=3, required=False)
    own_proposal = Words(
        label=LABELS["own_proposal"],
        help_text=_("If your own proposal is reasonable, we take it as it stands."),
        longest=2_000,
        rows=3,
        required=False,
    )
    occurred_on = forms.DateField(
        label=LABELS["occurred_on"],
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please give the day as year-month-day, for example 2026-03-02.")},
    )
    order_number = Words(label=LABELS["order_number"], longest=60, required=False)
    name = Words(label=LABELS["name"], longest=80, required=False)
    phone = Words(label=LABELS["phone"], longest=40, required=False)
    email = forms.EmailField(
        label=LABELS["email"],
        required=False,
        max_length=254,
        error_messages={"invalid": _("This does not look like an e-mail address. Please check it.")},
    )
    uploads = Files(
        label=LABELS[FILES],
        help_text=_("Photos, receipts, documents: up to 3 files of 10 MB each."),
        most=FILES_AT_FILING,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in {"name": "name", "phone": "tel", "email": "email"}.items():
            self.fields[name].widget.attrs["autocomplete"] = value
        self.fields["phone"].widget.input_type = "tel"
        self.fields["email"].widget.attrs.pop("maxlength", None)  # a browser would cut a pasted address without a word
        self.fields["occurred_on"].widget.attrs["max"] = timezone.localdate().isoformat()

    @staticmethod
    def new_key() -> str:
        return str(uuid.uuid4())

    def clean_occurred_on(self) -> date | None:
        day: date | None = self.cleaned_data["occurred_on"]
        if day and day > timezone.localdate():
            raise ValidationError(gettext("This day is still to come. Please check the date."), code="future")
        if day and day < OLDEST:
            raise ValidationError(gettext("This day is very long ago. Please check the date."), code="too_early")
        return day

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and (not PHONE.fullmatch(phone) or sum(letter.isdigit() for letter in phone) < FEWEST_DIGITS):
            raise ValidationError(gettext("This does not look like a telephone number. Please check it."), code="phone")
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("demands") and not cleaned.get("demand_words") and not {"demands", "demand_words"} & set(self.errors):
            self.add_error("demands", gettext("Please choose what you ask for, or write it below."))
        if not cleaned.get("phone") and not cleaned.get("email") and not {"phone", "email"} & set(self.errors):
            self.add_error("phone", gettext("Please give a telephone number or an e-mail address, so that we can answer you."))
        return cleaned

    def typed(self) -> dict[str, Any]:
        """Exactly what was sent, field by field, before anything was cleaned; without who they say they are."""
        apart = {"form_key", "uploads", "demands", *CLAIM}
        raw: dict[str, Any] = {name: self.data.get(name, "") for name in self.fields if name not in apart}
        raw["demands"] = self.data.getlist("demands")  # type: ignore[attr-defined]  # always a QueryDict
        return raw

    def claimed(self) -> dict[str, str]:
        """Who they say they are, exactly as it was sent: kept apart from their words, encrypted."""
        return {name: str(self.data[name]) for name in CLAIM if self.data.get(name)}
