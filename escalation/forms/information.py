"""Decisions on routed matters, requests between departments: what is typed for them."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from escalation.forms.of_case import OfCaseForm
from escalation.models import DepartmentRequest, RoutedDecision


class MomentInput(UnfoldAdminTextInputWidget):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        # The field itself hands over the local time, without a zone.
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%dT%H:%M}"


class Moment(forms.DateTimeField):
    """A time to come."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is not None and moment <= timezone.now():
            raise ValidationError(_("This time has passed."))
        return moment


class DecisionForm(forms.Form):
    changes = forms.ChoiceField(label=_("What it changes"), choices=RoutedDecision.Changes.choices, widget=UnfoldAdminRadioSelectWidget)
    words = forms.CharField(label=_("The decision, or why nothing changes"), max_length=5000, widget=UnfoldAdminTextareaWidget)


class AskForm(OfCaseForm):
    begin = _("Ask from the page of the case.")
    wanted_at = Moment(label=_("Wanted by"))

    class Meta:
        model = DepartmentRequest
        fields = ["complaint", "to_department", "question", "wanted_at"]
        widgets = {"complaint": forms.HiddenInput, "question": UnfoldAdminTextareaWidget}


class PromiseForm(forms.Form):
    promised_at = Moment(label=_("Promised for"))


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
