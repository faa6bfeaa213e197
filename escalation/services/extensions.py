"""More time: asked for by the handler with a reason, granted by somebody above, told to the customer, never beyond what the rule allows."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.models import Message
from complaints.services import messages
from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from escalation.models import Deadline, DeadlineChange, Extension
from escalation.obligations import Obligation, with_unit
from escalation.permissions import require_asking, require_granting
from escalation.services.deadlines import Book
from staff.models import User

State = Extension.State


@transaction.atomic
def ask(*, deadline_id: int, amount: int, reason: str, to_customer: str, by: User, at: datetime) -> Extension:
    """Ask for more time before it is over."""
    deadline = Deadline.objects.visible_to(by).select_related("policy").get(pk=deadline_id)
    case = locked(deadline.complaint_id, by)
    require_asking(by, case, timezone.localdate(at), act="ask_extension")
    deadline.refresh_from_db()
    if deadline.state != Deadline.State.OPEN or deadline.is_late(at):
        raise NotPossible(_("Only time that is running can be extended, and only before it is over."))
    if not 1 <= amount <= deadline.extension_left:
        raise NotPossible(_too_long(deadline))
    if not reason.strip() or not to_customer.strip():
        raise NotPossible(_("Say why, and what the customer is told."))
    if deadline.extensions.filter(state=State.ASKED).exists():
        raise NotPossible(_("More time has been asked for already."))
    return Extension.objects.create(
        deadline=deadline, complaint=case, amount=amount, unit=deadline.unit, reason=reason.strip(), to_customer=to_customer.strip(),
        asked_by=by, asked_at=at,
    )  # fmt: skip


@transaction.atomic
def grant(*, extension_id: int, by: User, at: datetime, answer: str = "") -> Extension:
    """Move the deadline and tell the customer, in one."""
    extension = _asked(extension_id, by=by, at=at, act="grant_extension")
    case = extension.complaint
    book = Book.of(case, at, by=by)
    row = next(each for each in book.running if each.pk == extension.deadline_id)
    if row.is_late(at):
        raise NotPossible(_("Only time that is running can be extended, and only before it is over."))
    if extension.unit not in ("", row.unit):
        raise NotPossible(_("The rule counts in another unit now. Refuse this, and ask anew."))
    if extension.amount > row.extension_left:
        raise NotPossible(_too_long(row))
    row.extended_by += extension.amount
    book.count_anew([row], why=DeadlineChange.Why.EXTENDED)
    extension.message = messages.send(
        complaint=case, kind=Message.Kind.REPLY, by=by, at=at, text=_letter(extension, row), dedupe_key=f"extension:{extension.pk}"
    )
    _decide(extension, State.GRANTED, by=by, at=at, answer=answer)
    book.keep()
    return extension


@transaction.atomic
def refuse(*, extension_id: int, by: User, at: datetime, answer: str) -> Extension:
    """The date stays, and it is said why."""
    extension = _asked(extension_id, by=by, at=at, act="refuse_extension")
    if not answer.strip():
        raise NotPossible(_("Say why not."))
    _decide(extension, State.REFUSED, by=by, at=at, answer=answer)
    return extension


def dates_in_words(extension: Extension) -> str:
    """The date as it is and as it would be, while somebody has to decide; nothing where time stands still or the unit has changed."""
    row = extension.deadline
    if extension.state != State.ASKED or row.state != Deadline.State.OPEN or extension.unit not in ("", row.unit):
        return ""
    after = Book(extension.complaint, extension.asked_at, [row]).with_more(row, extension.amount)
    return " → ".join(f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" for moment in (row.due_at, after))


def _too_long(deadline: Deadline) -> str:
    most = deadline.extension_left
    if not most:
        return _("By its rule this is not extended.")
    return _("By its rule this can be extended by %(most)s at most.") % {"most": with_unit(most, deadline.unit)}


def _asked(extension_id: int, *, by: User, at: datetime, act: str) -> Extension:
    found = Extension.objects.visible_to(by).get(pk=extension_id)
    case = locked(found.complaint_id, by)
    require_granting(by, case, timezone.localdate(at), act=act)
    extension: Extension = Extension.objects.select_for_update().get(pk=extension_id)
    extension.complaint = case
    if extension.asked_by_id == by.pk:
        raise NotPossible(_("Somebody else decides on what you asked for."))
    if extension.state != State.ASKED:
        raise NotPossible(_("This has been decided already."))
    return extension


def _decide(extension: Extension, state: str, *, by: User, at: datetime, answer: str) -> None:
    extension.state, extension.decided_by, extension.decided_at, extension.answer = state, by, at, answer.strip()
    extension.save(update_fields=["state", "decided_by", "decided_at", "answer", "message"])


def _letter(extension: Extension, deadline: Deadline) -> str:
    """What was written to the customer, and the new day in their language; nothing is promised while time stands still."""
    if deadline.state != Deadline.State.OPEN:
        return extension.to_customer
    with translation.override(extension.complaint.complainant.language):
        day = date_format(timezone.localtime(deadline.due_at), "DATE_FORMAT")
        return f"{extension.to_customer}\n\n{_meant(deadline.matter) % {'day': day}}"


def _meant(matter: str) -> str:
    """What the new day is the day of; nothing more is promised by it."""
    if matter in {Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.REPORT_REPLY}:
        return _("We now mean to answer you by %(day)s.")
    if matter == Obligation.REMEDY:
        return _("We now mean to have carried out the solution by %(day)s.")
    if matter == Obligation.WHOLE_CASE:
        return _("We now mean to be done by %(day)s.")
    return _("We now mean to have taken the next step by %(day)s.")
