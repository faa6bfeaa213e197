"""What somebody makes of a notice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from staff.models import NoticeReceipt


class ReceiptForm(forms.Form):
    """What I make of a notice."""

    state = forms.ChoiceField(
        label=_("I have read this"),
        choices=[(state.value, state.label) for state in (NoticeReceipt.State.UNDERSTOOD, NoticeReceipt.State.UNCLEAR)],
        widget=UnfoldAdminRadioSelectWidget,
    )
    remark = forms.CharField(label=_("Remark"), max_length=2000, required=False, widget=UnfoldAdminTextareaWidget)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == NoticeReceipt.State.UNCLEAR and not cleaned.get("remark", "").strip():
            self.add_error("remark", _("Say what is not clear."))
        return cleaned
