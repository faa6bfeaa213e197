"""A supervision order, as it is given."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from escalation.forms.fields import Coming
from escalation.forms.of_case import OfCaseForm
from escalation.models import SupervisionOrder


class OrderForm(OfCaseForm):
    due_at = Coming(label=_("Answer due"))

    class Meta:
        model = SupervisionOrder
        fields = ["complaint", "words", "due_at"]
        widgets = {"complaint": forms.HiddenInput, "words": UnfoldAdminTextareaWidget}
