"""Inputs written by Python say what Django's own templates say."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from config.rendering import Renderer

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
