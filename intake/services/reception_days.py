"""Leaders' reception days: published, booked by customers, given back. Each time is booked once, whoever comes first."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint, StepChange
from complaints.services.advance import keep
from complaints.services.errors import NotPossible
from complaints.workflow import Step
from intake.models import Booking, ReceptionDay
from intake.queries import reception
from staff.models import User


class Taken(NotPossible):
    """It cannot be booked: somebody else was faster, the time is no longer offered, or the case has one on that day; the text says which."""


@transaction.atomic
def publish(*, day_id: int, by: User, at: datetime) -> ReceptionDay:
    """Show the day to customers, so that they can book."""
    day = ReceptionDay.objects.select_for_update().get(pk=day_id)
    if not day.published:
        day.published = True
        keep(day, by=by, at=at, reason="publish", update_fields=["published"])
    return day


@transaction.atomic
def book(*, complaint_id: int, slot: str, at: datetime) -> Booking:
    """Book a time for this case; one a day. Raises Taken. Booked twice by the same case, it is one booking."""
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint_id)
    wanted = reception.slot_of(slot, at=at)
    if wanted is None:
        raise Taken(_("This time is not offered any more."))
    own = Booking.objects.filter(reception_day=wanted.day, complaint=case, cancelled_at=None).first()
    if own is not None and own.begins == wanted.begins:
        return own
    if own is not None:
        raise Taken(_("You have a time on this day already. Cancel it first to choose another."))
    try:
        with transaction.atomic():
            return Booking.objects.create(reception_day=wanted.day, begins=wanted.begins, complaint=case, at=at)
    except IntegrityError as error:  # the database decides who was first
        raise Taken(_("Somebody has just booked this time. Please choose another.")) from error


def book_if_free(*, complaint_id: int, slot: str, at: datetime) -> Booking | None:
    """The booking that came with a complaint; the complaint stands also where somebody else was faster."""
    try:
        return book(complaint_id=complaint_id, slot=slot, at=at)
    except NotPossible:
        return None


def free_when_closed(*, complaint: Complaint, change: StepChange, **_signal: Any) -> None:
    """A receiver of `step_changed`: what a closed case had booked for later is free again."""
    if change.moved and complaint.step == Step.CLOSED:
        later = Booking.objects.filter(complaint=complaint, cancelled_at=None, reception_day__day__gte=timezone.localdate(change.at))
        later.update(cancelled_at=change.at)


@transaction.atomic
def cancel(*, booking_id: int, complaint_id: int, at: datetime) -> None:
    """Give the time back. Raises Booking.DoesNotExist when it is not this case's."""
    booking = Booking.objects.select_for_update().get(pk=booking_id, complaint=complaint_id)
    if booking.cancelled_at is None:
        booking.cancelled_at = at
        booking.save(update_fields=["cancelled_at"])
