"""What is begun from the page of a case, and says which."""

from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint


class OfCaseForm(forms.ModelForm):
    """The field of the case is hidden; it must be one of `cases`, those the writer sees."""

    #: Set for each request by the page.
    cases: Any = Complaint.objects.none()
    #: Said where no case was named.
    begin: LazyText = _("Begin from the page of the case.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        complaint: Any = self.fields["complaint"]
        complaint.queryset = self.cases
        complaint.error_messages["required"] = str(self.begin)
        self._say_which()

    def _say_which(self) -> None:
        """Name the case under the first words to be written."""
        asked = str(self.data.get("complaint") or self.initial.get("complaint") or "")
        case = self.cases.filter(pk=asked).first() if asked.isdecimal() else None
        words = self.fields.get("words") or self.fields.get("question")
        if case is not None and words is not None:
            words.help_text = _("About case %(number)s.") % {"number": case.number}
