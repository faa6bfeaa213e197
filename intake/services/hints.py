"""Signs that the same contact has an open case about the same: for staff on the case page, for the contact in the receipt.

Whoever fills in the form is never told (R1): anybody can type a neighbour's number, and the form would say that the neighbour complains.
The receipt goes to the contact on file alone; its words about the other case are put in at delivery (`complaints.outbox`), because the row
itself can be read on the tracking page of the new case, by whoever filed it.
Only cases in people's own names are compared: a sign beside a confidential case would tell who is behind it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Complaint, Message, StepChange
from complaints.search import words_of
from complaints.workflow import Mode
from intake.likeness import are_alike
from intake.models import DuplicateHint
from staff.models.compiled import Compiled, Given

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: So many of a contact's newest open cases are compared; nobody has more about the same.
COMPARED = 20


def on_filing(*, complaint: Complaint, change: StepChange, **_signal: Any) -> None:
    """A receiver of `step_changed`: every channel files through it."""
    if change.transition == "file":
        note(complaint=complaint, at=change.at)


def _others() -> "QuerySet[Complaint]":
    of_contact = Complaint.objects.open().filter(complainant__contact_digest=Given("contact"), complainant__mode=Mode.REAL_NAME)
    return of_contact.exclude(pk=Given("case")).only("pk", "story", "order_number").order_by("-pk")[:COMPARED]


OTHERS = Compiled(_others)


def note(*, complaint: Complaint, at: datetime) -> list[DuplicateHint]:
    """Keep a sign for each open case of the same contact that reads alike or names the same order."""
    contact = complaint.complainant.contact_digest
    if complaint.complainant.mode != Mode.REAL_NAME or not contact:
        return []
    others = OTHERS(contact=contact, case=complaint.pk)
    words = words_of(complaint.story) if others else []
    found = []
    for other in others:
        why = _why(complaint, words, other)
        if why:
            found.append(DuplicateHint.objects.create(complaint=complaint, other=other, why=why, at=at))
    return found


def _why(complaint: Complaint, words: list[str], other: Complaint) -> DuplicateHint.Why | None:
    if complaint.order_number and complaint.order_number.casefold() == other.order_number.casefold():
        return DuplicateHint.Why.ORDER
    return DuplicateHint.Why.WORDS if are_alike(words, words_of(other.story)) else None


def for_receipt(message: Message) -> str:
    """What the receipt says besides, at delivery: that there is another open case of theirs; empty where there is none."""
    if message.kind != Message.Kind.RECEIPT or message.complaint_id is None:
        return ""
    hint = DuplicateHint.objects.filter(complaint=message.complaint_id).select_related("other").order_by("pk").first()
    if hint is None or not hint.other.is_open:
        return ""
    with translation.override(message.language):
        text = _(
            "You have another open complaint with us that seems to be about the same: %(number)s. If it is, you need not do anything; we answer both together."
        )
        return text % {"number": hint.other.number}
