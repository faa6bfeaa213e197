"""A letter beside the steps; decisions have a form of their own (step 7)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.act import WatchesWords
from complaints.models import LetterTemplate
from complaints.models.letter import WRITTEN_BESIDE
from staff.forms.fields import Line, Pick, Text


class LetterForm(WatchesWords):
    kind = Pick(label=_("Kind"), choices=[(kind.value, kind.label) for kind in WRITTEN_BESIDE])
    subject = Line(label=_("Subject"))
    text = Text(label=_("Letter"), rows=12, max_length=20_000, help_text=_("Greeting and signature are put around it."))
    template = forms.ModelChoiceField(LetterTemplate.objects.all(), required=False, widget=forms.HiddenInput)
