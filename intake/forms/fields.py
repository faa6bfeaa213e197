"""Fields that take what people really type: any script, any length, pasted with invisible characters."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from complaints.services import attachments
from intake.models.words import tidy

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Words(forms.CharField):
    """A text by a customer; too long or invisible ones are refused in words, and kept as typed in the form."""

    def __init__(self, *, longest: int, rows: int = 0, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(**{"widget": widget, **kwargs})
        self.longest = longest

    def to_python(self, value: Any) -> str:
        text = tidy(value)
        if not text and str(value or "").strip() and self.required:
            raise ValidationError(_("We only received characters that cannot be seen. Please write it in words."), code="invisible")
        return text

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.longest:
            text = _(
                "This is %(length)s characters long; we can take %(longest)s. Please shorten it, or send the rest later on the tracking page."
            )
            raise ValidationError(text, code="too_long", params={"length": len(value), "longest": self.longest})

    def run_validators(self, value: str) -> None:
        if UNSTORABLE.search(value):
            raise ValidationError(_("This holds characters that cannot be stored. Please remove them."), code="unstorable")
        super().run_validators(value)


class FileList(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Up to `most` files from one input; a list, empty when none was chosen."""

    widget = FileList

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(required=False, widget=FileList(), **kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        uploads: list[UploadedFile[Any]] = [upload for upload in data or [] if upload]
        if len(uploads) > self.most:
            raise ValidationError(_("Please choose at most %(most)s files."), code="too_many", params={"most": self.most})
        for upload in uploads:
            self._check(upload)
        return uploads

    def _check(self, upload: UploadedFile[Any]) -> None:
        try:
            attachments.checked_type(upload)
        except attachments.FileRefused as error:
            text = _("“%(name)s” cannot be taken. %(why)s")
            raise ValidationError(
                text, code="refused", params={"name": attachments.shown_name(str(upload.name)), "why": str(error)}
            ) from error
