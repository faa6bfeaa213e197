"""Beside the steps: write to the customer, note, attach."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from complaints.forms.act import ActForm, WatchesWords
from complaints.models import Message
from staff.forms.fields import Pick, Text


class WriteForm(WatchesWords):
    KINDS = tuple((kind.value, kind.label) for kind in (Message.Kind.REPLY, Message.Kind.REQUEST))
    kind = Pick(label=_("Kind"), choices=KINDS)
    text = Text(label=_("Message to the customer"), rows=5)


class ReceivedForm(ActForm):
    """What the customer told by telephone, at the counter or by letter."""

    MEDIA = tuple(
        (key, label) for key, label in (("phone", _("Telephone")), ("counter", _("Counter")), ("letter", _("Letter")), ("fax", _("Fax")))
    )
    medium = Pick(label=_("Medium"), choices=MEDIA)
    text = Text(label=_("What the customer said"), rows=4)


class NoteForm(ActForm):
    text = Text(label=_("Note"), rows=3, help_text=_("Among staff; the customer never sees it."))


class AttachForm(ActForm):
    upload = True
    file = forms.FileField(label=_("File"), widget=UnfoldAdminFileFieldWidget())
