"""Step 8: who is held to account by which clause, or why nobody is."""

from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm, RowForm, Rows, offer_rows
from complaints.forms.fields import Amount, Person, Pick, RowPick, Text, Tick
from complaints.models import Penalty


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
