"""What is typed into the register of crises and into the file of an open one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from escalation.forms.fields import Colleague, Coming, Line, Text
from escalation.models import Crisis, CrisisRisk, CrisisRole, Incident, Point, Statement
from staff.forms.fields import Day, Pick


class RiskForm(forms.ModelForm):
    owner = Colleague(label=_("owner"))
    review_on = Day(label=_("review on"))

    class Meta:
        model = CrisisRisk
        fields = ["what", "early_sources", "prevention", "owner", "review_on", "active"]


class RiskReviewForm(forms.Form):
    finding = Text(label=_("what was found"))
    next_on = Day(label=_("next review on"))


class OpenForm(forms.ModelForm):
    """Of a new crisis: who leads, who alone speaks."""

    title = Line(label=_("title"))
    what = Text(label=_("what happened"), max_length=4000)
    lead = Colleague(label=_("leads"))
    spokesperson = Colleague(label=_("spokesperson"), help_text=_("One person alone speaks to others."))
    risk = forms.ModelChoiceField(
        CrisisRisk.objects.filter(active=True).order_by("what"), label=_("from the register"), required=False, widget=UnfoldAdminSelectWidget()
    )  # fmt: skip
    incident = forms.ModelChoiceField(
        Incident.objects.filter(closed_at=None).order_by("-pk"), label=_("incident"), required=False, widget=UnfoldAdminSelectWidget()
    )  # fmt: skip

    class Meta:
        model = Crisis
        fields = ["title", "what", "risk", "incident"]


class RoleForm(forms.Form):
    role = Pick(label=_("role"), choices=CrisisRole.Role.choices)
    user = Colleague(label=_("person"))


class FactsForm(forms.Form):
    text = Text(label=_("facts"), rows=8, max_length=10_000, help_text=_("What is known for sure, with where it is known from."))

    def about(self, crisis: Crisis) -> None:
        newest = crisis.fact_sheets.order_by("-version").first()
        self.initial = {"text": newest.text if newest else ""}


class StatementForm(forms.Form):
    audience = Pick(label=_("to whom"), choices=Statement.Audience.choices)
    text = Text(label=_("What is said"), rows=6, max_length=10_000)
    next_due_at = Coming(label=_("next update by"))
    corrects = forms.ModelChoiceField(Statement.objects.none(), label=_("puts right"), required=False, widget=UnfoldAdminSelectWidget())

    def about(self, crisis: Crisis) -> None:
        self.fields["corrects"].queryset = crisis.statements.order_by("-at")  # type: ignore[attr-defined]  # of a choice of rows
        self.initial: dict[str, Any] = {"next_due_at": timezone.now() + timedelta(hours=4)}


class QuestionForm(forms.Form):
    asked_by = Line(label=_("who asks"), help_text=_("Medium and name."))
    question = Text(label=_("question"), max_length=4000)


class AnswerForm(forms.Form):
    answer = Text(label=_("answer"), max_length=4000, help_text=_("From the approved facts. “No comment” is no answer."))


class TickForm(forms.Form):
    point = Pick(label=_("point"), choices=Point.choices)
    remark = Line(label=_("remark"), max_length=300, required=False)


class LookBackForm(forms.Form):
    went_well = Text(label=_("what went well"), max_length=4000)
    went_wrong = Text(label=_("what went wrong"), max_length=4000)
    lesson = Text(label=_("what we learn from it"), max_length=4000)


class ImproveForm(forms.Form):
    action = Text(label=_("action"))
    owner = Colleague(label=_("owner"))
    due_on = Day(label=_("due on"))
