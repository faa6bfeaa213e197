"""Step 7: the decision goes out, the customer answers, accepted items are carried out."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from complaints.forms.act import ActForm, WatchesWords
from complaints.models import Remedy
from complaints.workflow import Medium
from staff.forms.fields import Day, Pick, RowPick, Text


class DecisionForm(WatchesWords):
    watched = "letter"
    letter = Text(
        label=_("Decision letter"),
        rows=14,
        max_length=20_000,
        help_text=_("Drafted from the file; make it a letter from one person to another."),
    )


class AnswerForm(ActForm):
    words = Text(label=_("In the customer's words"), rows=3, required=False)
    medium = Pick(label=_("How the customer told us"), choices=[choice for choice in Medium.choices if choice[0] != Medium.API])


class AcceptForm(AnswerForm):
    """Of alternatives the customer takes one."""

    option = forms.TypedChoiceField(label=_("Alternative taken"), coerce=int, widget=UnfoldAdminSelectWidget())

    def offer(self) -> None:
        remedies = self.offers.rows("remedies", "pk")
        latest = remedies[-1].pk if remedies and not self.case.unfounded else None
        said: dict[int, list[str]] = {}
        for item in self.offers.rows("items", "pk"):
            if item.remedy_id == latest and item.option:
                said.setdefault(item.option, []).append(f"{item.get_kind_display()} {item.money} {item.description[:30]}".strip())
        if not said:
            del self.fields["option"]
            return
        lines = [(option, f"{option}. {' + '.join(parts)}") for option, parts in sorted(said.items())]
        self.fields["option"].choices = [("", _("– please choose –")), *lines]  # type: ignore[attr-defined]  # a ChoiceField


class ObjectionForm(AnswerForm):
    def offer(self) -> None:
        self.fields["words"].required = True


class FulfilForm(ActForm):
    item = RowPick(label=_("Item"))
    fulfilled_on = Day(label=_("Carried out on"))
    proof = Text(
        label=_("Proof"), rows=2, max_length=2000, help_text=_("For example the number of the transfer, the parcel or the signed receipt.")
    )

    def offer(self) -> None:
        taken = {remedy.pk: remedy.chosen_option for remedy in self.offers.rows("remedies", "pk") if remedy.state == Remedy.State.ACCEPTED}
        items = [item for item in self.offers.rows("items", "due_on", "pk") if item.remedy_id in taken]
        waiting = [item for item in items if item.goes_with(taken[item.remedy_id]) and item.fulfilled_at is None]
        self.pick("item", waiting, lambda item: f"{item.get_kind_display()} {item.money} {item.description[:40]}")
        self.initial = {"fulfilled_on": timezone.localdate(), **self.initial}

    def clean_fulfilled_on(self) -> Any:
        day = self.cleaned_data["fulfilled_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day
