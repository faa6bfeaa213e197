"""What reached us by telephone, counter, letter or in another way through staff: the few usual questions first, the rest folded away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget

from complaints.models import Demand
from complaints.services.attachments import FileRefused, checked_type
from complaints.services.inputs import DemandInput, PartyInput
from complaints.workflow import TEN_STEP_KINDS, Kind, Mode, Standing
from staff.forms.fields import Day, Line, Pick, RowPick, Text, Tick, offer_rows
from staff.models import Company, Department

#: Whoever speaks so speaks for somebody who is named.
FOR_OTHERS = (Standing.AGENT, Standing.HEIR, Standing.GUARDIAN, Standing.REPRESENTATIVE)
LONGEST_NAME = 80


class Chosen(forms.ChoiceField):
    """One of a few, the usual one chosen beforehand."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=UnfoldAdminSelectWidget(), **options)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFiles(forms.FileField):
    """Several files at once, each of a type we take."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFilesInput(attrs={"class": "rd-files"}), **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        uploads = [super(ManyFiles, self).clean(each, initial) for each in given]
        if len(uploads) > settings.ATTACHMENTS_PER_CASE:
            raise ValidationError(
                _("These are more files than a case can hold (%(limit)s)."), params={"limit": settings.ATTACHMENTS_PER_CASE}
            )
        for upload in uploads:
            try:
                checked_type(upload)
            except FileRefused as refusal:
                raise ValidationError(f"{upload.name}: {refusal}") from refusal
        return uploads


@dataclass(frozen=True)
class Fold:
    """Questions that are seldom needed."""

    title: str | Promise
    fields: list[BoundField]
    is_open: bool


class FilingForm(forms.Form):
    channel = RowPick(label=_("How it reached us"))
    kind = Chosen(label=_("What it is"), choices=Kind.choices)
    mode = Chosen(label=_("In what name"), choices=Mode.choices)
    story = Text(label=_("What happened, in the customer's words"), rows=5)
    demand = Pick(
        label=_("What the customer asks for"), choices=Demand.Kind.choices, required=False, help_text=_("A complaint and a report need it.")
    )
    demand_text = Line(label=_("In words"), max_length=500, required=False)
    phone = Line(label=_("Telephone"), max_length=40, required=False)
    name = Line(label=_("Name"), max_length=LONGEST_NAME, required=False)
    attached = ManyFiles(label=_("Scan or recording"), required=False)

    # about the matter
    second_demand = Pick(label=_("A second demand"), choices=Demand.Kind.choices, required=False)
    second_demand_text = Line(label=_("In words"), max_length=500, required=False)
    own_proposal = Text(label=_("The customer's own proposal"), rows=2, required=False)
    occurred_on = Day(label=_("Day of the event"), required=False)
    order_number = Line(label=_("Order number"), max_length=60, required=False)
    named_unit = RowPick(label=_("Which unit a report is about"), required=False)
    reference = Line(label=_("Number of the recording"), max_length=60, required=False)
    department = RowPick(label=_("Reception, if another than the channel's"), required=False)

    # about the person
    email = forms.EmailField(label=_("E-mail"), required=False, widget=UnfoldAdminEmailInputWidget())
    address = Line(label=_("Postal address"), max_length=300, required=False)
    language = Pick(label=_("Language"), choices=settings.LANGUAGES, required=False)
    standing = Chosen(label=_("On whose behalf"), choices=Standing.choices)
    others = Text(label=_("Who is represented, or complains too"), rows=2, required=False, help_text=_("One name a line."))
    under_14 = Tick(label=_("The person concerned is under 14"))
    employee_number = Line(label=_("Employee number, if an employee reports"), max_length=20, required=False)

    FOLDED: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
        (_("More about the person"), ("email", "address", "language", "standing", "others", "under_14", "employee_number")),
        (
            _("More about the matter"),
            ("second_demand", "second_demand_text", "own_proposal", "occurred_on", "order_number", "named_unit", "reference", "department"),
        ),
    )

    def __init__(self, *args: Any, channels: Iterable[Any], departments: list[Department], units: list[Department], **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        offer_rows(self.fields["channel"], channels)
        offer_rows(self.fields["department"], departments)
        offer_rows(self.fields["named_unit"], units)

    # --- how it is laid out --------------------------------------------------------------------------------------------------
    @property
    def usual(self) -> list[BoundField]:
        """What nearly every case needs."""
        folded = {name for _title, names in self.FOLDED for name in names}
        return [field for field in self.visible_fields() if field.name not in folded]

    @property
    def folds(self) -> list[Fold]:
        """The rest; a fold with something wrong or something filled in stands open."""
        return [Fold(title, [self[name] for name in names], any(self._is_used(name) for name in names)) for title, names in self.FOLDED]

    def _is_used(self, name: str) -> bool:
        if name in {"language", "department"}:
            return bool(self.errors.get(name)) if self.is_bound else False
        usual = Standing.SELF if name == "standing" else ""
        return bool(self.is_bound and self.errors.get(name)) or (self[name].value() or "") not in {usual, False}

    # --- what it says --------------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("occurred_on") and said["occurred_on"] > timezone.localdate():
            self.add_error("occurred_on", _("This day is still to come."))
        if said.get("kind") in TEN_STEP_KINDS and not said.get("demand") and "demand" not in self.errors:
            self.add_error("demand", _("Say what the customer asks for; it may be only to be heard."))
        if said.get("named_unit") and said.get("kind") != Kind.REPORT:
            self.add_error("named_unit", _("Only a report of misconduct names a unit."))
        self._check_others(said)
        return said

    def _check_others(self, said: dict[str, Any]) -> None:
        named = self.other_names()
        if said.get("mode") != Mode.ANONYMOUS and said.get("standing") in FOR_OTHERS and not named:
            self.add_error("others", _("Name who is represented."))
        most = Company.current().representatives_most
        if len(named) > most or any(len(name) > LONGEST_NAME for name in named):
            self.add_error("others", _("At most %(most)s names, each of at most %(long)s letters.") % {"most": most, "long": LONGEST_NAME})

    def other_names(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data.get("others", "").splitlines() if line.strip()]

    def demands(self) -> list[DemandInput]:
        said = self.cleaned_data
        given = [(said["demand"], said["demand_text"]), (said["second_demand"], said["second_demand_text"])]
        return [DemandInput(kind, text) for kind, text in given if kind]

    def who(self, language: str) -> PartyInput:
        """The complainant; of an anonymous one nothing that identifies leaves the form."""
        said = self.cleaned_data
        shared = {
            "mode": said["mode"],
            "standing": said["standing"],
            "under_14": said["under_14"] and not self.other_names(),  # else it is the one they speak for
            "language": said["language"] or language,
        }
        if said["mode"] == Mode.ANONYMOUS:
            return PartyInput(**shared)
        reach = {name: said[name] for name in ("name", "email", "phone", "address", "employee_number")}
        return PartyInput(**reach, **shared)

    def beside(self, language: str) -> list[PartyInput]:
        """Who is represented or complains too, in the same name as the complainant."""
        mode, child = self.cleaned_data["mode"], self.cleaned_data["under_14"]
        names = [] if mode == Mode.ANONYMOUS else self.other_names()
        return [PartyInput(name=name, mode=mode, language=language, under_14=child and not place) for place, name in enumerate(names)]
