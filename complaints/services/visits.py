"""Visits to a customer that outlive the case: planned with day and owner, made or called off, planned again where they repeat."""

import calendar
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint, Customer, Visit
from complaints.models.visit import MOST_MONTHS
from complaints.permissions import require
from complaints.services.advance import keep
from complaints.services.errors import NotPossible
from complaints.workflow import Medium
from staff.models import User


@transaction.atomic
def plan(*, complaint_id: int, purpose: str, owner: User, due_on: date, every_months: int = 0, by: User, at: datetime) -> Visit:
    """A visit to the customer of this case, once or again and again. Nobody is sent to who is protected."""
    case = Complaint.objects.visible_to(by).select_related("complainant__customer").get(pk=complaint_id)
    require(by, case, "plan_visit", timezone.localdate(at))
    customer = case.complainant.customer
    if customer is None:
        raise NotPossible(_("Nobody knows who this customer is, or nobody may: there is no one to visit."))
    if not purpose.strip():
        raise NotPossible(_("Say what the visit is for."))
    if due_on < timezone.localdate(at):
        raise NotPossible(_("The day lies in the past."))
    if not 0 <= every_months <= MOST_MONTHS:
        raise NotPossible(_("At most every %(months)s months.") % {"months": MOST_MONTHS})
    _require_owner(owner, case)
    return _planned(case, customer, purpose=purpose.strip(), owner=owner, due_on=due_on, every_months=every_months, by=by, at=at)


@transaction.atomic
def complete(*, visit_id: int, done_on: date, medium: Medium | str, result: str, by: User, at: datetime) -> Visit:
    """The visit was made; a repeated one is planned again."""
    visit = _open(visit_id, by, at=at)
    if not timezone.localdate(visit.planned_at) <= done_on <= timezone.localdate(at):
        raise NotPossible(_("The day lies before the visit was planned, or in the future."))
    _end(visit, result, by=by, at=at, done_on=done_on, medium=Medium(medium))
    if visit.every_months:
        due_on = months_after(done_on, visit.every_months)
        _planned(
            visit.complaint, visit.customer, purpose=visit.purpose, owner=visit.owner, due_on=due_on, every_months=visit.every_months,
            by=by, at=at, follows=visit,
        )  # fmt: skip
    return visit


@transaction.atomic
def call_off(*, visit_id: int, reason: str, by: User, at: datetime) -> Visit:
    """It will not be made, nor repeated, for a reason."""
    visit = _open(visit_id, by, at=at)
    _end(visit, reason, by=by, at=at)
    return visit


@transaction.atomic
def hand_over(*, visit_id: int, owner: User, by: User, at: datetime) -> Visit:
    """Somebody else makes it."""
    visit = _open(visit_id, by, at=at)
    _require_owner(owner, visit.complaint)
    visit.owner = owner
    keep(visit, by=by, at=at, reason="hand_over")
    return visit


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _planned(
    case: Complaint, customer: Customer, *, purpose: str, owner: User, due_on: date, every_months: int, by: User, at: datetime,
    follows: Visit | None = None,
) -> Visit:  # fmt: skip
    visit = Visit(
        complaint=case, customer=customer, purpose=purpose, owner=owner, due_on=due_on, every_months=every_months, follows=follows,
        planned_by=by, planned_at=at,
    )  # fmt: skip
    keep(visit, by=by, at=at, reason="plan_visit")
    return visit


def _end(visit: Visit, words: str, *, by: User, at: datetime, done_on: date | None = None, medium: Medium | str = "") -> None:
    if not words.strip():
        raise NotPossible(_("Say in a few words how it went, or why it is not made."))
    visit.result, visit.done_on, visit.medium, visit.ended_by, visit.ended_at = words.strip(), done_on, medium, by, at
    keep(visit, by=by, at=at, reason="visit_made" if done_on else "visit_called_off")


def _open(visit_id: int, by: User, *, at: datetime) -> Visit:
    """The visit, locked, for its owner or whoever may plan visits to this customer."""
    visit: Visit = (
        Visit.objects.visible_to(by).select_for_update(of=("self",)).select_related("complaint", "customer", "owner").get(pk=visit_id)
    )
    if visit.owner_id != by.pk:
        require(by, visit.complaint, "plan_visit", timezone.localdate(at))
    if visit.complaint.is_erased:
        raise NotPossible(_("The customer's data were erased: nobody is visited any more."))
    if visit.ended_at is not None:
        raise NotPossible(_("This visit was made or called off already."))
    return visit


def _require_owner(owner: User, case: Complaint) -> None:
    if not owner.is_active or not Complaint.objects.visible_to(owner).filter(pk=case.pk).exists():
        raise NotPossible(_("%(name)s does not see this case; choose somebody who does.") % {"name": owner.name})
