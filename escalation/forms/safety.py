"""What an affected customer tells us on their own page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from escalation.models import Reach, Reply


class AnswerForm(forms.Form):
    """No name, no number: the link says who it is."""

    measure = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    said = forms.ChoiceField(label=_("Your answer"), choices=Reach.Answer.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Anything you want to tell us"), max_length=Reply.LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
