"""Measures: decided for a reason, approved by a second person before customers are written to, started, paused, done with proof."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from complaints.services.errors import NotPossible
from escalation.models import Affected, AffectedGoods, Incident, Measure, Reach
from escalation.queries import approval, progress
from escalation.services.incidents import DECLARE, RUN
from staff.models import User
from staff.permissions import NotAllowed, NotForOneself, require
from staff.services.recording import recorded

State = Measure.State
AT_ONCE = 2000


@transaction.atomic
def decide(
    *, incident_id: int, kind: str, what: str, reason: str, owner: User, due_on: date, by: User, at: datetime,
    amount: Decimal | None = None, subject: str = "", text: str = "", subject_en: str = "", text_en: str = "",
) -> Measure:  # fmt: skip
    """Choose a measure. One that reaches each customer needs the words they get; they get all the same."""
    incident: Incident = Incident.objects.visible_to(by).select_for_update(of=("self",)).get(pk=incident_id)
    require(by, DECLARE)
    if not incident.is_open:
        raise NotPossible(_("This incident is closed."))
    measure = Measure(
        incident=incident, kind=kind, what=what.strip(), reason=reason.strip(), owner=owner, due_on=due_on, amount=amount,
        subject=" ".join(subject.split()), text=text.strip(), subject_en=" ".join(subject_en.split()), text_en=text_en.strip(),
        decided_by=by, decided_at=at,
    )  # fmt: skip
    if not measure.is_general and not (measure.subject and measure.text):
        raise ValidationError(_("Write subject and text of what each affected customer gets."))
    if measure.is_general and amount is not None:
        raise ValidationError(_("This measure is done once for everybody; it has no amount for each."))
    measure.full_clean()
    _keep(measure, by, at)
    return measure


@transaction.atomic
def approve(*, measure_id: int, seen: str, by: User, at: datetime) -> Measure:
    """A second person agrees to these words for these people; `seen` is the fingerprint of what they were shown.

    Each gets their row now, and nobody without one is written to: who is found later waits for another approval.
    """
    measure = _locked(measure_id, by)
    require(by, DECLARE)
    if not approval.is_fit(by, measure):
        raise NotForOneself(_("Whoever declared the incident, chose the measure or reviewed the customers does not approve it."))
    if not approval.is_needed(measure):
        raise NotPossible(_("Nothing waits for an approval here."))
    if measure.incident.goods.filter(state=AffectedGoods.State.FOUND).exists():
        raise NotPossible(_("Customers found by purchases still wait for a review."))
    if seen != approval.fingerprint(measure):
        raise NotPossible(_("The affected customers have changed. Look at them again."))
    rows = [Reach(measure=measure, affected=one, made_at=at) for one in Affected.objects.not_approved_for(measure)]
    Reach.objects.bulk_create(rows, batch_size=AT_ONCE)
    measure.approved_by, measure.approved_at = by, at
    if measure.state == State.SENT:
        measure.state = State.RUNNING
        _nudge()
    _keep(measure, by, at)
    return measure


@transaction.atomic
def start(*, measure_id: int, by: User, at: datetime) -> Measure:
    """Begin to tell everybody affected, or go on after a pause; the worker does it in batches."""
    measure = _locked(measure_id, by)
    require(by, RUN)
    if measure.is_general or measure.state not in (State.PLANNED, State.PAUSED):
        raise NotPossible(_("This measure is not waiting to be started."))
    if measure.approved_at is None:
        raise NotPossible(_("A second person must approve words and people first."))
    if measure.incident.goods.filter(state=AffectedGoods.State.FOUND).exists():
        raise NotPossible(_("Customers found by purchases still wait for a review."))
    measure.state = State.RUNNING
    if measure.started_at is None:
        measure.started_by, measure.started_at = by, at
    _keep(measure, by, at)
    _nudge()
    return measure


@transaction.atomic
def pause(*, measure_id: int, by: User, at: datetime) -> Measure:
    """Nobody more is written to; what is with the outbox already, one batch at most, still goes out."""
    measure = _locked(measure_id, by)
    require(by, RUN)
    if measure.state != State.RUNNING:
        raise NotPossible(_("This measure is not being sent."))
    measure.state = State.PAUSED
    _keep(measure, by, at)
    return measure


@transaction.atomic
def complete(*, measure_id: int, proof: str, by: User, at: datetime) -> Measure:
    """Done, with proof. One that reaches customers is done when everybody has been tried by every way there is."""
    measure = _locked(measure_id, by)
    if measure.owner_id != by.pk and not by.has_perm(RUN):
        raise NotAllowed(_("The owner of the measure does this."))
    if not proof.strip():
        raise ValidationError(_("Say what shows that it is done."))
    if measure.state != (State.PLANNED if measure.is_general else State.SENT):
        raise NotPossible(_("This measure has not come to everybody yet."))
    if not measure.is_general and progress.of_measure(measure).on_the_way:
        raise NotPossible(_("Some customers are still being tried."))
    measure.state, measure.proof, measure.done_by, measure.done_at = State.DONE, proof.strip(), by, at
    _keep(measure, by, at)
    return measure


def _nudge() -> None:
    """The row is the truth."""
    async_task("escalation.tasks.broadcast")


def _locked(measure_id: int, by: User) -> Measure:
    measure: Measure = Measure.objects.visible_to(by).select_for_update(of=("self",)).select_related("incident").get(pk=measure_id)
    if not measure.incident.is_open:
        raise NotPossible(_("This incident is closed."))
    return measure


def _keep(measure: Measure, by: User, at: datetime) -> None:
    with recorded(measure, by=by, at=at):
        measure.save()
