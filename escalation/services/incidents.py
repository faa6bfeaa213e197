"""Incidents: declared for a reason, told to everybody where that helps, closed with proof that they no longer spread."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.services.errors import NotPossible
from escalation.models import Affected, AffectedGoods, Incident, IncidentCase, Measure
from escalation.queries import progress
from staff.models import User
from staff.permissions import require
from staff.services.recording import recorded

DECLARE, RUN = "escalation.declare_incident", "escalation.run_incident"


@transaction.atomic
def declare(
    *, title: str, what: str, reason: str, owner: User, by: User, at: datetime, case: Complaint | None = None, warning: str = ""
) -> Incident:
    """Say that a fault may touch many. `case`: the complaint that shows it, `warning`: the early warning in words; neither: by hand."""
    require(by, DECLARE)
    origin = Incident.Origin.CASE if case else Incident.Origin.WARNING if warning.strip() else Incident.Origin.HAND
    incident = Incident(
        title=title.strip(), what=what.strip(), reason=reason.strip(), origin=origin, warning=warning.strip(),
        owner=owner, declared_by=by, declared_at=at,
    )  # fmt: skip
    incident.full_clean()
    _keep(incident, by, at)
    if case is not None:
        _link(incident, case, by=by, at=at)
    return incident


@transaction.atomic
def link(*, incident_id: int, number: str, by: User, at: datetime) -> IncidentCase:
    """A complaint belongs to the incident, and its complainant to those affected. A case one may not see is not there."""
    incident = _open(incident_id, by, RUN)
    case = Complaint.objects.visible_to(by).filter(number=number.strip().upper()).first()
    if case is None:
        raise ValidationError(_("There is no case with this number."))
    return _link(incident, case, by=by, at=at)


def _link(incident: Incident, case: Complaint, *, by: User, at: datetime) -> IncidentCase:
    if case.is_erased:
        raise NotPossible(_("This case has been erased: nothing more is done with it."))
    linked, created = IncidentCase.objects.get_or_create(incident=incident, complaint=case, defaults={"by": by, "at": at})
    if not created:
        return linked
    person = case.complainant
    who = {"customer": person.customer} if person.customer_id else {"complaint": case}
    decided = {"state": Affected.State.CONFIRMED, "decided_by": by, "decided_at": at}
    row, new = Affected.objects.get_or_create(incident=incident, **who, defaults={**decided, "added_at": at})
    if not new and row.state == Affected.State.CANDIDATE:
        Affected.objects.filter(pk=row.pk).update(**decided)
    open_for_newcomers(incident, by=by, at=at)
    return linked


def open_for_newcomers(incident: Incident, *, by: User, at: datetime) -> None:
    """Who is found later gets what the others got: what was done is done no more, and goes on when they are approved."""
    for measure in incident.measures.select_for_update().filter(state=Measure.State.DONE).exclude(kind__in=Measure.GENERAL):
        measure.state, measure.done_by, measure.done_at, measure.proof = Measure.State.SENT, None, None, ""
        with recorded(measure, by=by, at=at):
            measure.save()


def void_where_most_were_taken_out(incident: Incident, *, by: User, at: datetime) -> None:
    """Another list than the one approved: it stands still until somebody approves what is left of it."""
    for measure in incident.measures.select_for_update().exclude(approved_at=None):
        out = measure.reaches.filter(affected__state=Affected.State.EXCLUDED, affected__decided_at__gte=measure.approved_at)
        if out.count() <= measure.reaches.filter(affected__state=Affected.State.CONFIRMED).count():
            continue
        measure.approved_by, measure.approved_at = None, None
        if measure.state != Measure.State.PLANNED:
            measure.state, measure.done_by, measure.done_at, measure.proof = Measure.State.PAUSED, None, None, ""
        with recorded(measure, by=by, at=at):
            measure.save()


@transaction.atomic
def publish(
    *, incident_id: int, notice_title: str, notice_text: str, notice_title_en: str = "", notice_text_en: str = "", by: User, at: datetime
) -> Incident:
    """Put the notice on a page for everybody, or put it right there; what it said before stays in the history."""
    incident = _open(incident_id, by, DECLARE)
    incident.notice_title, incident.notice_text = notice_title.strip(), notice_text.strip()
    incident.notice_title_en, incident.notice_text_en = notice_title_en.strip(), notice_text_en.strip()
    if not (incident.notice_title and incident.notice_text):
        raise ValidationError(_("Write title and text of the notice."))
    incident.published_by, incident.published_at = by, at
    incident.full_clean()
    _keep(incident, by, at)
    return incident


@transaction.atomic
def close(*, incident_id: int, stopped_because: str, left_over: str = "", by: User, at: datetime) -> Incident:
    """End it: everything decided was done, the rate of completion is written down, and what shows that it no longer spreads."""
    incident = _open(incident_id, by, DECLARE)
    if incident.goods.filter(state=AffectedGoods.State.FOUND).exists():
        raise NotPossible(_("Customers found by purchases still wait for a review."))
    if not incident.measures.exists():
        raise NotPossible(_("No measure was decided yet."))
    if incident.measures.exclude(state=Measure.State.DONE).exists():
        raise NotPossible(_("A measure is not done yet."))
    if not stopped_because.strip():
        raise ValidationError(_("Say what shows that it no longer spreads."))
    incident.completion = progress.completion_of(incident)
    if incident.completion < 100 and not left_over.strip():
        raise ValidationError(_("Not everybody was reached or has got what is due: say what happens with them."))
    incident.stopped_because, incident.left_over = stopped_because.strip(), left_over.strip()
    incident.closed_by, incident.closed_at = by, at
    incident.full_clean()
    _keep(incident, by, at)
    return incident


def _open(incident_id: int, by: User, right: str) -> Incident:
    incident: Incident = Incident.objects.visible_to(by).select_for_update(of=("self",)).get(pk=incident_id)
    require(by, right)
    if not incident.is_open:
        raise NotPossible(_("This incident is closed."))
    return incident


def _keep(incident: Incident, by: User, at: datetime) -> None:
    with recorded(incident, by=by, at=at):
        incident.save()
