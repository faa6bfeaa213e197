"""Decisions on routed matters, requests between departments: what is typed for them."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from escalation.forms.fields import Coming
from escalation.forms.of_case import OfCaseForm
from escalation.models import DepartmentRequest, RoutedDecision


class DecisionForm(forms.Form):
    changes = forms.ChoiceField(label=_("What it changes"), choices=RoutedDecision.Changes.choices, widget=UnfoldAdminRadioSelectWidget)
    words = forms.CharField(label=_("The decision, or why nothing changes"), max_length=5000, widget=UnfoldAdminTextareaWidget)


class AskForm(OfCaseForm):
    begin = _("Ask from the page of the case.")
    wanted_at = Coming(label=_("Wanted by"))

    class Meta:
        model = DepartmentRequest
        fields = ["complaint", "to_department", "question", "wanted_at"]
        widgets = {"complaint": forms.HiddenInput, "question": UnfoldAdminTextareaWidget}


class PromiseForm(forms.Form):
    promised_at = Coming(label=_("Promised for"))


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("Answer"), max_length=5000, widget=UnfoldAdminTextareaWidget)


class ScoreForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How were you served?"),
        choices=[(value, str(value)) for value in range(5, 0, -1)],
        coerce=int,
        widget=UnfoldAdminRadioSelectWidget,
    )
    words = forms.CharField(label=_("In words"), max_length=2000, required=False, widget=UnfoldAdminTextareaWidget)
