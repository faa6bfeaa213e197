"""Step 3: category, severity, whose fault; unfounded only with standard, reasons and a second person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm
from complaints.models import Classification
from complaints.workflow import Severity
from staff.forms.fields import Pick, RowPick, Text, YesNo


class ClassifyForm(ActForm):
    category = RowPick(label=_("Category"))
    severity = Pick(
        label=_("Severity"),
        choices=Severity.choices,
        required=False,
        help_text=_("Empty: the category's own. If somebody was hurt, always “Severe”."),
    )
    fault = Pick(
        label=_("At fault"),
        choices=Classification.Fault.choices,
        help_text=_("Wrong use is no reason to refuse: help, show the right use, thank."),
    )
    reason_sufficient = YesNo(label=_("Is the reason sufficient?"))
    demand_reasonable = YesNo(label=_("Is the demand reasonable?"))
    measured_against = RowPick(
        label=_("Measured against"),
        required=False,
        help_text=_("Of the version in force on the day of the event; if none fits, say it below."),
    )
    standard = Text(label=_("Measured against which standard"), rows=2, required=False)
    reasons = Text(label=_("Reasons"), rows=3, required=False)

    def offer(self) -> None:
        self.pick("category", self.offers.categories)
        self.pick("measured_against", self.offers.standards)
        self.initial = {"category": self.case.category_id, "severity": self.case.severity, **self.initial}


class UnfoundedForm(ClassifyForm):
    """Says against which standard and why; a second person must agree."""

    def offer(self) -> None:
        super().offer()
        self.fields["reasons"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("standard") and not cleaned.get("measured_against") and "standard" not in self.errors:
            self.add_error("standard", _("Say which standard it was measured against."))
        return cleaned


class SecondLookForm(ActForm):
    reason = Text(label=_("Remark"), rows=2, required=False)


class SecondLookRefusedForm(ActForm):
    reason = Text(label=_("Why you do not agree"), rows=3)
