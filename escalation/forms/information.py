"""Decisions on routed matters, requests between departments: what is typed for them."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from complaints.models import Complaint
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


def say_which(form: Any) -> None:
    """Name the case under the first words to be written: the field that holds it is hidden."""
    asked = str(form.data.get("complaint") or form.initial.get("complaint") or "")
    case = form.cases.filter(pk=asked).first() if asked.isdecimal() else None
    words = form.fields.get("words") or form.fields.get("question")
    if case is not None and words is not None:
        words.help_text = _("About case %(number)s.") % {"number": case.number}


class DecisionForm(forms.Form):
    changes = forms.ChoiceField(label=_("What it changes"), choices=RoutedDecision.Changes.choices, widget=UnfoldAdminRadioSelectWidget)
    words = forms.CharField(label=_("The decision, or why nothing changes"), max_length=5000, widget=UnfoldAdminTextareaWidget)


class AskForm(forms.ModelForm):
    """`?case=` of the link names the case; it must be one the asker sees."""

    wanted_at = Moment(label=_("Wanted by"))

    class Meta:
        model = DepartmentRequest
        fields = ["complaint", "to_department", "question", "wanted_at"]
        widgets = {"complaint": forms.HiddenInput, "question": UnfoldAdminTextareaWidget}

    #: Set for each request by the page.
    cases: Any = Complaint.objects.none()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["complaint"].queryset = self.cases  # type: ignore[attr-defined]  # of a field of rows
        self.fields["complaint"].error_messages["required"] = str(_("Ask from the page of the case."))
        say_which(self)


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
