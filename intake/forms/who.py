"""Who is speaking: in what name, how to be reached, and for whom. What is asked depends on the mode; what an anonymous form holds is dropped."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Mode, Standing
from intake.forms.fields import Words
from intake.forms.public_form import PublicForm
from intake.models.submission import CLAIM
from intake.queries.arrived import LABELS
from staff.models import Company

FEWEST_DIGITS = 5
PHONE = re.compile(r"[\d\s()+\-/.,;extEXT转分机（）＋－]+")
#: Who speaks and for whom: kept encrypted, apart from the words; of an anonymous form nothing of it is kept.
IDENTIFYING = (*CLAIM, "employee_number", "represented", "others")
#: On whose behalf a customer can say to speak; "helped by staff" is said by staff.
STANDINGS = [each for each in Standing if each != Standing.ASSISTED]
#: Those who stand in for one other person, who is then named.
FOR_ONE = (Standing.AGENT, Standing.HEIR, Standing.GUARDIAN)


class ContactForm(PublicForm):
    """Name and ways to be reached; also what is corrected later."""

    name = Words(label=LABELS["name"], longest=80, required=False)
    phone = Words(label=LABELS["phone"], longest=40, required=False)
    email = forms.EmailField(
        label=LABELS["email"],
        required=False,
        max_length=254,
        error_messages={"invalid": _("This does not look like an e-mail address. Please check it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in {"name": "name", "phone": "tel", "email": "email"}.items():
            self.fields[name].widget.attrs["autocomplete"] = value
        self.fields["phone"].widget.input_type = "tel"
        self.fields["email"].widget.attrs.pop("maxlength", None)  # a browser would cut a pasted address without a word

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and (not PHONE.fullmatch(phone) or sum(letter.isdigit() for letter in phone) < FEWEST_DIGITS):
            raise ValidationError(gettext("This does not look like a telephone number. Please check it."), code="phone")
        return phone

    def needs_a_contact(self, cleaned: dict[str, Any]) -> None:
        """Marks the form as wrong when there is no way to answer."""
        if not cleaned.get("phone") and not cleaned.get("email") and not {"phone", "email"} & set(self.errors):
            self.add_error("phone", gettext("Please give a telephone number or an e-mail address, so that we can answer you."))


class WhoForm(ContactForm):
    """In what name, and on whose behalf."""

    mode = forms.ChoiceField(label=_("In what name do you want to speak?"), choices=Mode.choices, required=False, widget=forms.RadioSelect)
    standing = forms.ChoiceField(
        label=LABELS["standing"],
        choices=[(each.value, each.label) for each in STANDINGS],
        required=False,
        widget=forms.RadioSelect,
    )
    represented = Words(label=LABELS["represented"], longest=80, required=False)
    under_14 = forms.BooleanField(label=LABELS["under_14"], required=False)
    consent = forms.BooleanField(label=LABELS["consent"], required=False)
    people = forms.IntegerField(
        label=LABELS["people"], required=False, min_value=2, max_value=1_000_000, error_messages={"invalid": _("Please give a number.")}
    )
    others = Words(label=LABELS["others"], longest=1_000, rows=3, required=False)
    employee_number = Words(
        label=LABELS["employee_number"],
        help_text=_("Only if you work here. We then notice when something happens to your job because of your report, and look into it."),
        longest=30,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.is_anonymous:
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # always a QueryDict
            for name in IDENTIFYING:  # not looked at, not kept, not even shown again
                data.pop(name, None)
            self.data = data

    @property
    def is_anonymous(self) -> bool:
        return self.chosen("mode", Mode) == Mode.ANONYMOUS

    def chosen(self, name: str, kinds: Any) -> Any:
        """What was chosen, before anything is cleaned; the first where nothing known was."""
        sent = str(self.data.get(name, "") or self.initial.get(name, ""))
        return kinds(sent) if sent in kinds.values else next(iter(kinds))

    def clean_mode(self) -> Mode:
        return Mode(self.cleaned_data["mode"] or Mode.REAL_NAME)

    def clean_standing(self) -> Standing:
        return Standing(self.cleaned_data["standing"] or Standing.SELF)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("mode") == Mode.REAL_NAME:
            self.needs_a_contact(cleaned)
        if "standing" in self.fields:
            self._check_others(cleaned, cleaned.get("standing"))
        return cleaned

    def _check_others(self, cleaned: dict[str, Any], standing: Standing | None) -> None:
        named = not self.is_anonymous
        if standing in FOR_ONE and named and not cleaned.get("represented") and "represented" not in self.errors:
            self.add_error("represented", gettext("Please say for whom you speak."))
        if cleaned.get("under_14") and not cleaned.get("consent"):
            self.add_error("consent", gettext("For a child under 14 we need the consent of a parent or guardian."))
        if standing == Standing.REPRESENTATIVE:
            self._check_joint(cleaned, named=named)

    def _check_joint(self, cleaned: dict[str, Any], *, named: bool) -> None:
        if not cleaned.get("people") and "people" not in self.errors:
            self.add_error("people", gettext("Please say how many people complain together."))
        most = Company.current().representatives_most
        if named and len(lines_of(cleaned.get("others", ""))) + 1 > most:
            text = gettext("At most %(most)s people can represent a joint complaint, you among them.")
            self.add_error("others", ValidationError(text, params={"most": most}))

    def claimed(self) -> dict[str, str]:
        """Who they say they are, exactly as it was sent: kept apart from their words, encrypted. Nothing of an anonymous form."""
        return {name: str(self.data[name]) for name in IDENTIFYING if name in self.fields and self.data.get(name)}


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
