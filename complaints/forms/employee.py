"""What a plain employee fills in: an answer to a question put to them, a word on a notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import Text


class StatementForm(forms.Form):
    text = Text(label=_("Your statement"), rows=8)
