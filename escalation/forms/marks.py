"""A mark, as staff put it on a case."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from escalation.forms.of_case import OfCaseForm
from escalation.models import CaseMark
from escalation.models.mark import BY_HAND


class MarkForm(OfCaseForm):
    cause = forms.ChoiceField(
        label=_("Because of"), choices=[(cause.value, cause.label) for cause in BY_HAND], widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = CaseMark
        fields = ["complaint", "cause", "words"]
        widgets = {"complaint": forms.HiddenInput, "words": UnfoldAdminTextareaWidget}
