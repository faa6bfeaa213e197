"""Ends aside, and their undoing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm, WatchesWords
from complaints.models import Complaint
from complaints.workflow import Kind, OtherKind
from staff.forms.fields import Line, Pick, Text


class ReasonForm(ActForm):
    reason = Text(label=_("Reason"), rows=3)


class MergeForm(ActForm):
    into = Line(label=_("Number of the case it goes into"), max_length=12)
    reason = Text(label=_("Reason"), rows=2)

    def clean_into(self) -> Any:
        number = self.cleaned_data["into"].strip().upper()
        # A case this person may not see is answered like one that does not exist.
        found = Complaint.objects.visible_to(self.by).filter(number=number).first()
        if found is None:
            raise ValidationError(_("There is no case with this number."))
        if found.pk == self.case.pk:
            raise ValidationError(_("A case cannot be merged into itself."))
        return found


class OtherForm(ActForm):
    kind = Pick(label=_("What it is"), choices=OtherKind.choices)
    reason = Text(label=_("Reason"), rows=2)


class KindForm(ActForm):
    """What it really is; nothing has to be typed again."""

    kind = Pick(label=_("What it is"), choices=Kind.choices)
    reason = Text(label=_("Reason"), rows=2)

    def offer(self) -> None:
        self.fields["kind"].choices = [(kind, label) for kind, label in Kind.choices if kind != self.case.kind]  # type: ignore[attr-defined]  # a choice field


class AnswerForm(WatchesWords):
    text = Text(label=_("Answer to the customer"), rows=6)


class EraseForm(ActForm):
    reason = Line(label=_("Reason"), max_length=300)
