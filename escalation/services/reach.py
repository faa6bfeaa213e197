"""What affected customers say, and what was done with each of them."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Customer
from complaints.services import broadcast as outbox_rows
from complaints.services.errors import NotPossible
from escalation.models import Affected, ContactLook, Measure, Reach, Reply
from escalation.services.incidents import RUN
from staff.models import User
from staff.permissions import NotAllowed, require

#: Calls in vain on one customer before they count as out of reach by telephone.
CALLS = 3
#: Whoever has the link may change their mind, not fill the table.
REPLIES = 20
CALL = "complaints.write_message"


@transaction.atomic
def mark_read(*, affected: Affected, at: datetime) -> int:
    """The customer says that they have read it: all that has come to them so far; how many measures."""
    return Reach.objects.come().filter(affected=affected, read_at=None).update(read_at=at, unreachable_at=None)


@transaction.atomic
def answer(*, affected: Affected, measure_id: int, said: str, words: str, at: datetime, by: User | None = None) -> Reply:
    """What the customer answers to one measure; the newest answer counts, the earlier ones stay."""
    come = Reach.objects.come().select_for_update(of=("self",)).select_related("measure__incident")
    reach = come.get(affected=affected, measure=measure_id)
    if not reach.measure.incident.is_open:
        raise NotPossible(_("This matter is closed. Please call us."))
    if said not in Reach.Answer.values:
        raise ValidationError(_("Choose an answer."))
    words = words.strip()
    if said == Reach.Answer.OTHER and not words:
        raise ValidationError(_("Tell us in a few words."))
    if len(words) > Reply.LONGEST:
        raise ValidationError(_("This is too long: at most %(limit)d characters.") % {"limit": Reply.LONGEST})
    if reach.replies.count() >= REPLIES:
        raise NotPossible(_("You have answered many times already. Please call us."))
    reach.answer, reach.answered_at, reach.read_at, reach.unreachable_at = said, at, reach.read_at or at, None
    reach.save(update_fields=["answer", "answered_at", "read_at", "unreachable_at"])
    return Reply.objects.create(reach=reach, answer=said, words=words, at=at, by=by)


@transaction.atomic
def fulfil(*, reach_id: int, proof: str, by: User, at: datetime) -> Reach:
    """This customer has got what is due to them."""
    reach = _locked(reach_id, by)
    _require_owner(reach.measure, by)
    if reach.fulfilled_at is not None:
        raise NotPossible(_("This is done already."))
    if not reach.tried and reach.unreachable_at is None:
        raise NotPossible(_("This customer has not been written to yet."))
    if not proof.strip():
        raise ValidationError(_("Say what shows that it is done."))
    reach.proof, reach.fulfilled_by, reach.fulfilled_at = proof.strip()[:300], by, at
    reach.taken_by = reach.taken_at = None
    reach.save(update_fields=["proof", "fulfilled_by", "fulfilled_at", "taken_by", "taken_at"])
    return reach


@transaction.atomic
def fulfil_all_who_want(*, measure_id: int, proof: str, by: User, at: datetime) -> int:
    """All who asked for it have got it, as the list named in the proof shows; how many."""
    measure: Measure = Measure.objects.visible_to(by).select_for_update(of=("self",)).select_related("incident").get(pk=measure_id)
    _require_owner(measure, by)
    if not measure.incident.is_open:
        raise NotPossible(_("This incident is closed."))
    if not proof.strip():
        raise ValidationError(_("Say what shows that it is done."))
    asked = Reach.objects.filter(measure=measure, answer=Reach.Answer.WANTED, fulfilled_at=None)
    return asked.update(proof=proof.strip()[:300], fulfilled_by=by, fulfilled_at=at)


@transaction.atomic
def call(*, reach_id: int, reached: bool, by: User, at: datetime, said: str = "", words: str = "") -> Reach:
    """Somebody called. Reached: what the letter says was read to them, and what they answered; else tried, and after some tries given up."""
    reach = _locked(reach_id, by)
    require(by, CALL)
    if reach.message is None or reach.message.state != "to_tell":
        raise NotPossible(_("Nobody needs to call this customer now."))
    _check_nobody_else_calls(reach, by, at)
    reach.taken_by = reach.taken_at = None
    reach.calls += not reached
    reach.save(update_fields=["calls", "taken_by", "taken_at"])
    if reached:
        outbox_rows.mark_told(message_id=reach.message.pk, by=by, at=at)
        if said:
            answer(affected=reach.affected, measure_id=reach.measure_id, said=said, words=words, at=at, by=by)
            reach.refresh_from_db()
        return reach
    if reach.calls >= CALLS:
        outbox_rows.give_up(message_id=reach.message.pk, at=at)
    return reach


@transaction.atomic
def look(*, reach_id: int, by: User, at: datetime) -> Customer:
    """Name and telephone number of somebody who has to be called; the look is kept, and the customer is left to who calls, for a while."""
    reach = _locked(reach_id, by)
    require(by, CALL)
    customer = reach.affected.customer
    if customer is None or not must_be_called(reach):
        raise NotPossible(_("Nobody needs to call this customer now."))
    _check_nobody_else_calls(reach, by, at)
    reach.taken_by, reach.taken_at = by, at
    reach.save(update_fields=["taken_by", "taken_at"])
    ContactLook.objects.create(reach=reach, by=by, at=at)
    return customer


def _check_nobody_else_calls(reach: Reach, by: User, at: datetime) -> None:
    """Two do not call the same customer."""
    caller = reach.caller(at)
    if caller is not None and caller != by:
        raise NotPossible(_("%(name)s is calling this customer now.") % {"name": caller.name})


def must_be_called(reach: Reach) -> bool:
    """Nothing else reaches them, or they asked for it."""
    asks = reach.answer == Reach.Answer.CALL_ME and reach.fulfilled_at is None
    waits = reach.message is not None and reach.message.state == "to_tell" and reach.unreachable_at is None
    return reach.measure.incident.is_open and (asks or waits)


def _locked(reach_id: int, by: User) -> Reach:
    rows = Reach.objects.visible_to(by).select_for_update(of=("self",)).select_related("measure__incident", "message", "affected__customer")
    reach: Reach = rows.get(pk=reach_id)
    if not reach.measure.incident.is_open:
        raise NotPossible(_("This incident is closed."))
    return reach


def _require_owner(measure: Measure, by: User) -> None:
    if measure.owner_id != by.pk and not by.has_perm(RUN):
        raise NotAllowed(_("The owner of the measure does this."))
