"""Inputs written by Python say what Django's own templates say; labels begin with a capital."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation

from config.rendering import Renderer
from escalation.forms.incidents import CalledForm, PublishForm

NASTY = "\"><script>&'"


class Every(forms.Form):
    text = forms.CharField(widget=forms.TextInput(attrs={"autofocus": True, "disabled": False, "data-x": NASTY}), max_length=9)
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    email = forms.EmailField()
    number = forms.IntegerField()
    day = forms.DateField()
    ticked = forms.BooleanField()
    hidden = forms.CharField(widget=forms.HiddenInput)
    one = forms.ChoiceField(choices=[("a", NASTY), ("b", "B")], widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(choices=[("a", NASTY), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    chosen = forms.ChoiceField(choices=[("a", NASTY), ("b", "B")])


@pytest.mark.parametrize(
    "given", [None, {"text": NASTY, "words": NASTY, "number": "7", "ticked": "on", "one": "a", "some": ["a", "b"], "chosen": "b"}]
)
def test_the_same_html_as_by_templates(given: dict[str, object] | None) -> None:
    ours, theirs = Every(given, renderer=Renderer()), Every(given, renderer=DjangoTemplates())
    for name in Every.base_fields:
        assert str(ours[name]) == str(theirs[name])
    for name in ("one", "some"):
        assert [choice.tag() for choice in ours[name]] == [choice.tag() for choice in theirs[name]]


def test_a_label_begins_with_a_capital_whatever_its_words_are_elsewhere() -> None:
    with translation.override("en"):
        assert [str(field.label) for field in PublishForm()] == ["Title", "Text", "Title in English", "Text in English"]
        assert [str(field.label) for field in CalledForm()] == ["Answer", "The customer's words"]
    with translation.override("zh-hans"):
        assert str(PublishForm()["notice_title"].label) == "标题"
