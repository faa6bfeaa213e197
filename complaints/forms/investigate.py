"""Step 5: the concrete cause, five whys, a finding for each allegation, who is responsible, what they say to it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm, RowForm, Rows
from complaints.masking import mask_text
from complaints.models import Allegation, Cause, Statement, Why
from staff.forms.fields import Day, Line, Person, Pick, RowPick, Text


class WhyRow(RowForm):
    answer = Text(label=_("Because"), rows=1, max_length=2000)
    basis = Pick(label=_("Rests on"), choices=Why.Basis.choices)
    evidence = Line(label=_("Which evidence"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("basis") == Why.Basis.EVIDENCE and not self.cleaned_data.get("evidence"):
            self.add_error("evidence", _("Name the evidence, or mark this as opinion."))
        return self.cleaned_data


class ResponsibleRow(RowForm):
    user = Person(label=_("Employee"))


class FindingRow(RowForm):
    allegation = forms.IntegerField(widget=forms.HiddenInput)
    finding = Pick(label=_("Finding"), choices=Allegation.Finding.choices)
    reason = Text(label=_("Reason"), rows=2, max_length=2000)


class InvestigateForm(ActForm):
    cause = Pick(label=_("Kind of cause"), choices=Cause.choices)
    cause_text = Text(label=_("The concrete cause"), rows=3, help_text=_("What exactly led to it; a general word is no cause."))
    responsible_department = RowPick(label=_("Responsible department"))
    rows = (
        Rows("findings", _("Findings"), FindingRow, fixed=True),
        Rows(
            "whys",
            _("Five whys"),
            WhyRow,
            _("Ask why until the cause is found; each answer rests on evidence or is marked as opinion."),
            extra=5,
            most=5,
            least=1,
        ),
        Rows("responsible", _("Responsible persons"), ResponsibleRow, _("Only with a statement given, declined or missed."), extra=1),
    )

    def offer(self) -> None:
        self.pick("responsible_department", self.offers.departments)
        self.initial = {"responsible_department": self.case.handling_department_id, **self.initial}

    def first_rows(self, name: str) -> list[dict[str, Any]]:
        if name != "findings":
            return []
        return [
            {"allegation": row.pk, "finding": row.finding, "reason": row.finding_reason, "subject": f"{row.number}. {row.text}"}
            for row in self.offers.rows("allegations", "number")
        ]


class PostponeForm(ActForm):
    reason = Text(label=_("Why the cause has to wait"), rows=2, help_text=_("It stays due; without it nobody is held responsible."))


class AskStatementForm(ActForm):
    employee = Person(label=_("Employee"))
    question = Text(
        label=_("Question"), rows=3, help_text=_("The employee sees this question, never the case; ask it without personal data.")
    )
    facts = Text(
        label=_("What it is about"), rows=4, help_text=_("The facts the employee must know to answer; nothing that tells who complained.")
    )
    due_on = Day(label=_("Answer due on"))

    def offer(self) -> None:
        known = "\n".join(row.text for row in self.offers.rows("allegations", "number"))
        self.initial = {"facts": mask_text(known, self.case.complainant.name), **self.initial}

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("This day has passed."))
        return day


class MissStatementForm(ActForm):
    statement = RowPick(label=_("Statement"), help_text=_("The answer was due and did not come; this is recorded."))

    def offer(self) -> None:
        waiting = [row for row in self.offers.rows("statements", "pk") if row.state == Statement.State.ASKED]
        self.pick("statement", waiting, lambda row: row.employee.name)
