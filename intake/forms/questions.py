"""The extra questions of a category as fields of the form: each with the kind of answer its row asks for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models import Question
from intake.forms.fields import Words

LINE, TEXT = 200, 2_000


def name_of(question: Question) -> str:
    """The name of its field; also what a browser sends."""
    return f"question-{question.pk}"


def asked(question: Question) -> str:
    """The question in the language of the page, where it was put into it."""
    return question.text_en if question.text_en and get_language() == "en" else question.text


def fields_for(questions: Iterable[Question]) -> dict[str, forms.Field]:
    return {name_of(question): _field(question) for question in questions}


def _field(question: Question) -> forms.Field:
    given: dict[str, Any] = {
        "label": asked(question) if question.required else _("%(question)s (optional)") % {"question": asked(question)},
        "required": question.required,
        "error_messages": {"required": _("Please answer this question.")},
    }
    if question.kind == Question.Kind.TEXT:
        return Words(longest=TEXT, rows=3, **given)
    if question.kind == Question.Kind.DAY:
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        invalid = _("Please give the day as year-month-day, for example 2026-03-02.")
        given["error_messages"]["invalid"] = invalid
        return forms.DateField(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"], widget=day, **given)
    if question.kind in {Question.Kind.CHOICE, Question.Kind.YES_NO}:
        return forms.ChoiceField(choices=_choices(question), widget=forms.RadioSelect, **given)
    return Words(longest=LINE, **given)


def _choices(question: Question) -> list[tuple[str, Any]]:
    if question.kind == Question.Kind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(line, line) for line in map(str.strip, question.choices.splitlines()) if line]
