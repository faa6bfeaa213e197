"""The language somebody works in."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget


class LanguageForm(forms.Form):
    """The language somebody works in."""

    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "中文"), ("en", "English")], widget=UnfoldAdminRadioSelectWidget)
