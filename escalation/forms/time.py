"""What is asked for when time stands still, is extended, or other rules are chosen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from escalation.forms.fields import Coming
from escalation.models import Deadline, Regime
from escalation.obligations import BY_ITSELF, PauseReason, with_unit


class Words(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=1000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **options)


class PauseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Because"),
        choices=[(each.value, each.label) for each in PauseReason if each not in BY_ITSELF],
        widget=UnfoldAdminSelectWidget,
    )
    until = Coming(label=_("Until at the latest"), help_text=_("Then time runs again by itself."))
    words = Words(label=_("Reason"))


class AskForm(forms.Form):
    amount = forms.IntegerField(label=_("More time"), min_value=1, widget=UnfoldAdminIntegerFieldWidget)
    reason = Words(label=_("Reason"))
    to_customer = Words(label=_("Words for the customer"), help_text=_("Sent with the new day when the extension is granted."))

    def about(self, deadline: Deadline) -> None:
        most = with_unit(deadline.extension_left, deadline.unit)
        self.fields["amount"].help_text = _("In %(unit)s; %(most)s at most.") % {"unit": deadline.get_unit_display(), "most": most}


class GrantForm(forms.Form):
    answer = Words(label=_("Answer"), required=False)


class RefuseForm(forms.Form):
    answer = Words(label=_("Why not"))


class RegimeForm(forms.Form):
    regime = forms.ModelChoiceField(label=_("Rules"), queryset=Regime.objects.filter(active=True), widget=UnfoldAdminSelectWidget)
    reason = Words(label=_("Reason"))
