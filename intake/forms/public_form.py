"""What all public forms share: errors that a screen reader finds beside the field."""

from typing import Any

from django import forms


class PublicForm(forms.Form):
    """Plain HTML fields; every field names its hint and its error, and says when it is wrong."""

    use_required_attribute = False  # our own words, in the page's language, instead of the browser's

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def full_clean(self) -> None:
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"
