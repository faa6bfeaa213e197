"""The simplest widgets of forms, written without templates: Django renders two for every field and three for every choice. And how labels begin."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

Widget = Mapping[str, Any]


class LabelledField(BoundField):
    """Its label begins with a capital, as Django's forms of models have it: fields of our own are named in the words of a table's column."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.label = capfirst(self.label)


class Renderer(DjangoTemplates):
    """Django's own, but for inputs and text areas; those say the same as its templates do."""

    bound_field_class = LabelledField

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        write = WRITTEN.get(template_name)
        if write is None or context["widget"].get("wrap_label"):
            return super().render(template_name, context, request)
        return mark_safe(write(context["widget"]))  # noqa: S308 - every part of it is escaped below


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    return f'<input type="{conditional_escape(widget["type"])}" name="{conditional_escape(widget["name"])}"{value}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    return f'<textarea name="{conditional_escape(widget["name"])}"{_attributes(widget)}>\n{conditional_escape(widget["value"] or "")}</textarea>'


def _attributes(widget: Widget) -> str:
    given = [(name, value) for name, value in widget["attrs"].items() if value is not False]
    return "".join(
        f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in given
    )


INPUTS = ("checkbox", "checkbox_option", "date", "email", "hidden", "input", "number", "radio_option", "text")
WRITTEN: dict[str, Callable[[Widget], str]] = {
    "django/forms/widgets/textarea.html": _textarea,
    **{f"django/forms/widgets/{name}.html": _input for name in INPUTS},
}
