"""What a complainant can do on the tracking page, one form each."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import BuysAgain
from intake.forms.fields import Files, Money, Number, Words
from intake.forms.public_form import PublicForm
from intake.forms.who import ContactForm

FILES_AT_ONCE = 3
SCORES = [(5, _("5 – very good")), (4, _("4 – good")), (3, _("3 – fair")), (2, _("2 – poor")), (1, _("1 – very poor"))]


def score(label: Any, *, required: bool = False) -> forms.TypedChoiceField:
    """A question answered from 5 (best) to 1."""
    return forms.TypedChoiceField(
        label=label,
        choices=SCORES,
        coerce=int,
        empty_value=None,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five.")},
    )


class WriteForm(PublicForm):
    prefix = "write"
    text = Words(label=_("Your message"), longest=10_000, rows=4, required=False)
    uploads = Files(label=_("Files (optional)"), help_text=_("Up to 3 files of 10 MB each."), most=FILES_AT_ONCE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("text") and not cleaned.get("uploads"):
            self.add_error("text", gettext("Please write something or choose a file."))
        return cleaned


class RecordForm(PublicForm):
    prefix = "record"
    correction = Words(label=_("What should be put right?"), longest=10_000, rows=4, required=False)
    verdict = forms.ChoiceField(choices=[("confirmed", ""), ("corrected", "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("verdict") == "corrected" and not cleaned.get("correction") and "correction" not in self.errors:
            self.add_error("correction", gettext("Please say what should be put right."))
        return cleaned


class AnswerForm(PublicForm):
    prefix = "answer"
    words = Words(label=_("Your words to us (needed only if you object)"), longest=10_000, rows=4, required=False)
    option = forms.IntegerField(
        min_value=1, max_value=99, required=False, error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Please choose one of the alternatives."))
    )  # fmt: skip
    verdict = forms.ChoiceField(choices=[("accept", ""), ("object_facts", ""), ("object_remedy", "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        objects = str(cleaned.get("verdict", "")).startswith("object")
        if objects and not cleaned.get("words") and "words" not in self.errors:
            raise ValidationError({"words": gettext("Please tell us in a few words why, so that we can look into it again.")})
        return cleaned


class CostForm(PublicForm):
    """What complaining cost the customer, as they know it."""

    prefix = "cost"
    hours = Number(label=_("Hours you spent on it"), most=1000, required=False)
    minutes = Number(label=_("and minutes"), most=59, required=False)
    contacts = Number(label=_("How often did you have to turn to us?"), most=1000)
    papers = Number(label=_("How many papers did we ask you for?"), most=1000)
    money = Money(label=_("Money you spent on it (fares, postage, calls)"), required=False)
    words = Words(label=_("In your words (optional)"), longest=2_000, rows=3, required=False)


class WithdrawForm(PublicForm):
    prefix = "withdraw"
    reason = Words(label=_("Why do you take it back? (optional)"), longest=2_000, rows=3, required=False)


class CorrectForm(ContactForm):
    """Name and contact put right."""

    prefix = "contact"


class EraseForm(PublicForm):
    prefix = "erase"


class BookForm(PublicForm):
    prefix = "book"
    slot = forms.RegexField(
        r"^\d{1,9}-\d{4}$", error_messages={"required": _("Please choose a time."), "invalid": _("Please choose a time.")}
    )


class CancelForm(PublicForm):
    prefix = "cancel"
    booking = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class SurveyForm(PublicForm):
    prefix = "survey"
    open_answer = Words(label=_("What would you like to tell us? (optional)"), longest=10_000, rows=4, required=False)
    result_score = score(_("How content are you with the result?"), required=True)
    attitude_score = score(_("How were you treated? (optional)"))
    efficiency_score = score(_("How quickly was it done? (optional)"))
    ability_score = score(_("Did we know what to do? (optional)"))
    buys_again = forms.ChoiceField(
        label=_("Would you buy from us again? (optional)"), choices=BuysAgain.choices, required=False, widget=forms.RadioSelect
    )
