"""The one page by which customers complain, report, suggest, ask and praise; each kind is asked only what it needs."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Demand, Question
from complaints.workflow import Kind, Mode, Standing
from intake.forms import questions
from intake.forms.fields import Files, Words
from intake.forms.who import IDENTIFYING, WhoForm
from intake.queries.arrived import FILES, LABELS
from staff.models import Department

FILES_AT_FILING = 3
OLDEST = date(1970, 1, 1)
ABOUT = ("about",)
WISHES = ("demands", "demand_words", "own_proposal")
FACTS = ("occurred_on", "order_number")
FOR_OTHERS = ("standing", "represented", "under_14", "consent", "people", "others")
#: What a kind is asked beside the words, the files and in what name.
ASKED: dict[str, tuple[str, ...]] = {
    Kind.COMPLAINT: (*ABOUT, *FACTS, *WISHES, *FOR_OTHERS),
    Kind.REPORT: ("occurred_on", "named_unit", "demand_words", "employee_number", *FOR_OTHERS),
    Kind.SUGGESTION: ABOUT,
    Kind.ENQUIRY: ("order_number",),
    Kind.PRAISE: ("occurred_on",),
}
#: The form's own machinery: neither words nor claim.
MACHINERY = ("form_key", "opened", "proof", "uploads", "consent")
PRESET = {"mode": Mode.REAL_NAME.value, "standing": Standing.SELF.value}
HIDDEN = {"kind", "at", "slot", "opened", "proof"}
#: Label and help of the words, as the kind calls for.
STORY = {
    Kind.COMPLAINT: (
        LABELS["story"],
        _("In your own words: what went wrong, where, and with whom. No form of words is needed."),
        _("Please tell us what happened."),
    ),
    Kind.REPORT: (
        _("What have you seen or learnt?"),
        _("Who did what, when and where; how you know of it; who else knows. Write down what you know, not what you suspect."),
        _("Please tell us what happened."),
    ),
    Kind.SUGGESTION: (_("What should we do better?"), _("In your own words."), _("Please write down your suggestion.")),
    Kind.ENQUIRY: (_("What would you like to know?"), "", _("Please write down your question.")),
    Kind.PRAISE: (_("What pleased you?"), _("And who, so that we can tell them."), _("Please write a few words.")),
}


class ComplainForm(WhoForm):
    """Only what is needed: what happened, what is asked for, in what name, how to reach the person."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Kind.choices, required=False, widget=forms.HiddenInput)
    at = forms.SlugField(required=False, max_length=20, widget=forms.HiddenInput)
    slot = forms.RegexField(r"^\d{1,9}-\d{4}$", required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)
    story = Words(label="", longest=10_000, rows=8)
    about = forms.ModelChoiceField(
        label=LABELS["about"],
        queryset=Category.objects.filter(public=True, active=True).order_by("name"),
        required=False,
        empty_label=_("Not listed, or I do not know"),
    )
    named_unit = forms.ModelChoiceField(
        label=LABELS["named_unit"],
        help_text=_("Nobody there, and nobody above it, will see your report."),
        queryset=Department.objects.filter(active=True).order_by("path"),
        required=False,
        empty_label=_("None, or I do not want to say"),
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
    uploads = Files(
        label=LABELS[FILES],
        help_text=_("Photos, receipts, documents: up to 3 files of 10 MB each."),
        most=FILES_AT_FILING,
    )

    def __init__(self, *args: Any, extra: Sequence[Question] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.kind_asked
        wanted = {*MACHINERY, "kind", "at", "slot", "story", "mode", "name", "phone", "email", *ASKED[kind]}
        for name in set(self.fields) - wanted:
            del self.fields[name]
        self.extra = list(extra) if "about" in self.fields else []
        self.fields |= questions.fields_for(self.extra)
        story: Any = self.fields["story"]
        story.label, story.help_text, story.error_messages["required"] = STORY[kind]
        if kind == Kind.REPORT:
            self.fields["demand_words"].label = _("What should happen now? (optional)")
        if "occurred_on" in self.fields:
            self.fields["occurred_on"].widget.attrs["max"] = timezone.localdate().isoformat()

    @property
    def kind_asked(self) -> Kind:
        kind: Kind = self.chosen("kind", Kind)
        return kind

    @property
    def question_fields(self) -> list[forms.BoundField]:
        """The extra questions, for the page."""
        return [self[questions.name_of(each)] for each in self.extra]

    @staticmethod
    def new_key() -> str:
        return str(uuid.uuid4())

    def clean_kind(self) -> Kind:
        return self.kind_asked

    def clean_occurred_on(self) -> date | None:
        day: date | None = self.cleaned_data["occurred_on"]
        if day and day > timezone.localdate():
            raise ValidationError(gettext("This day is still to come. Please check the date."), code="future")
        if day and day < OLDEST:
            raise ValidationError(gettext("This day is very long ago. Please check the date."), code="too_early")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in HIDDEN & set(self.errors):  # what no customer typed is no fault of theirs
            del self.errors[name]
            cleaned[name] = ""
        wishes = {"demands", "demand_words"}
        if "demands" in self.fields and not any(cleaned.get(name) for name in wishes) and not wishes & set(self.errors):
            self.add_error("demands", gettext("Please choose what you ask for, or write it below."))
        return cleaned

    def typed(self) -> dict[str, Any]:
        """Exactly what was sent, field by field, before anything was cleaned; without who they say they are."""
        apart = {*MACHINERY, *IDENTIFYING, "demands", *(questions.name_of(each) for each in self.extra)}
        raw: dict[str, Any] = {name: self.data[name] for name in self.fields if name not in apart and self.data.get(name)}
        raw["kind"], raw["mode"] = str(self.kind_asked), str(self.cleaned_data["mode"])
        if "demands" in self.fields:
            raw["demands"] = self.data.getlist("demands")  # type: ignore[attr-defined]  # always a QueryDict
        answers = [(each.pk, questions.asked(each), self.data.get(questions.name_of(each), "")) for each in self.extra]
        said = [{"question": pk, "asked": asked, "answer": answer} for pk, asked, answer in answers if answer]
        return raw | ({"answers": said} if said else {})

    @property
    def filled_in(self) -> int:
        """How many fields the customer has filled in; what was preset and left so is no work of theirs."""
        asked = [name for name in self.fields if name not in {*MACHINERY, *HIDDEN}]
        return sum(1 for name in asked if self.data.get(name) and self.data[name] != PRESET.get(name))
