"""Step 8: who is held to account by which clause, or why nobody is."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from complaints.forms.act import ActForm, RowForm, Rows
from complaints.forms.amount import Amount
from complaints.models import AppealRuling, Measure, Penalty
from staff.forms.fields import Line, Person, Pick, RowPick, Text, Tick, offer_rows


class PenaltyRow(RowForm):
    employee = Person(label=_("Employee"))
    responsible_as = Pick(label=_("Responsible as"), choices=Penalty.For.choices)
    clause = RowPick(label=_("Clause"))
    finding = Text(label=_("Finding"), rows=2, max_length=2000)
    evidence = Text(label=_("What it rests on"), rows=2, max_length=2000, required=False, help_text=_("Beside the statement on file."))
    measure = RowPick(label=_("Measure"))
    amount = Amount(label=_("Amount"), required=False, help_text=_("Only for a deduction from wages; personnel checks it against the law."))

    def offer(self) -> None:
        offer_rows(self.fields["measure"], self.offers.measures)
        offer_rows(self.fields["clause"], self.offers.clauses, lambda clause: f"{clause.version.document} {clause}")


class HandlingForm(ActForm):
    handling_answer = Text(
        label=_("Was the complaint itself handled badly, and by whom?"),
        rows=2,
        required=False,
        help_text=_("Must be answered when the case was late, reopened or a repeat."),
    )


class PenalizeForm(HandlingForm):
    left_out = Text(
        label=_("Why others are not held to account"),
        rows=2,
        required=False,
        help_text=_("The head of the department, or a person found responsible, without a finding."),
    )
    rows = (
        Rows(
            "penalties",
            _("Penalties"),
            PenaltyRow,
            _("Those directly responsible and the head of their department, by a written rule."),
            extra=1,
            least=1,
        ),
    )


class NobodyForm(HandlingForm):
    reason = Text(label=_("Why nobody is responsible"), rows=3)
    system_cause = Tick(label=_("The cause lies in the system (policy, staffing): an improvement is due"))
    field_order = ("seen", "reason", "system_cause", "handling_answer")


# --- on the page of one finding -------------------------------------------------------------------------------------------------
class WhyNotForm(forms.Form):
    reason = Text(label=_("Why not"), rows=3)


class MonthInput(UnfoldAdminTextInputWidget):
    """The browser's own choice of a month."""

    input_type = "month"


class Month(forms.CharField):
    """A month that has begun; cleans to its first day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=7, widget=MonthInput(), **options)

    def clean(self, value: Any) -> date:
        text: str = super().clean(value)
        try:
            month = date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise ValidationError(_("Write the month as 2026-03.")) from error
        if month > timezone.localdate():
            raise ValidationError(_("This month has not begun."))
        return month


class DeductionForm(forms.Form):
    month = Month(label=_("Month of the wage"))
    wage = Amount(label=_("Wage of the month"), help_text=_("Kept with this finding and nowhere else."))
    least_left = Amount(label=_("Minimum wage of the place"), help_text=_("So much must be left."))
    amount = Amount(label=_("Amount deducted"))

    def about(self, penalty: Penalty) -> None:
        self.initial = {"amount": penalty.amount, "least_left": penalty.measure.least_left}
        said = {"percent": penalty.measure.cap_percent}
        self.fields["amount"].help_text = _("No more than proposed, and by law no more than %(percent)s %% of the wage.") % said


class AnnounceForm(forms.Form):
    title = Line(label=_("Title"))
    body = Text(label=_("Text"), rows=5)
    to_everyone = Tick(label=_("To everyone"), help_text=_("Otherwise to the department the employee works in."))


class RulingForm(forms.Form):
    outcome = Pick(label=_("Outcome"), choices=AppealRuling.Outcome.choices)
    reasons = Text(label=_("Reasons"), rows=5, help_text=_("The employee reads them."))
    measure = RowPick(label=_("Lighter measure"), required=False, help_text=_("Only when the finding is reduced."))
    amount = Amount(label=_("Amount instead"), required=False)

    def about(self, penalty: Penalty) -> None:
        lighter = Measure.objects.filter(active=True, weight__lte=penalty.measure.weight)
        offer_rows(self.fields["measure"], lighter)
