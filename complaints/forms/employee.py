"""What a plain employee fills in: an answer to a question put to them, an appeal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.forms.fields import Text


class StatementForm(forms.Form):
    text = Text(label=_("Your statement"), rows=8)


class AppealForm(forms.Form):
    words = Text(label=_("Why the finding is wrong"), rows=8)
