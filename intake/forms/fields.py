"""Fields that take what people really type: any script, any length, pasted with invisible characters."""

from __future__ import annotations

import re
from decimal import Decimal
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


class Number(forms.CharField):
    """A whole number from 0, in plain digits; a field left empty is 0 where it need not be filled in."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 6}), max_length=8, **kwargs)
        self.most = most

    def clean(self, value: Any) -> int:
        text: str = super().clean(value)
        if not text:
            return 0
        if not re.fullmatch(r"[0-9]{1,7}", text, re.ASCII) or int(text) > self.most:
            raise ValidationError(_("Please write a whole number from 0 to %(most)s."), code="number", params={"most": self.most})
        return int(text)


class Money(forms.CharField):
    """An amount in digits with at most two decimals, refused rather than rounded; empty is 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 10}), max_length=11, **kwargs)

    def clean(self, value: Any) -> Decimal:
        text: str = super().clean(value)
        if not text:
            return Decimal(0)
        if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", text, re.ASCII):
            raise ValidationError(_("Please write the amount in digits, for example 12.50."), code="amount")
        return Decimal(text)


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
