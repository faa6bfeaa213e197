"""Climbs the rungs: what is due soon or overdue is said once on each, in one transaction with the mails (threats G10, H4).

The key of an escalation names the thing, the rung and the moment it was due: run twice, late, by two at once or by a clock that jumps, the
second finds the row and says nothing. An extension moves the moment, and with it the rungs stand anew.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Exists, F, Func, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.models import Complaint, Promise
from complaints.services import messages
from complaints.workflow import Actor
from escalation.models import CaseMark, Deadline, Escalation, Rung, SupervisionOrder
from escalation.models.rung import ORDER, PROMISE
from escalation.queries.people import told_by
from staff.models import User

log = logging.getLogger(__name__)

#: A supervision order by rung is answered within a day.
ANSWERED_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """Something that is owed on a case: what, and by when."""

    name: str
    complaint_id: int
    matter: str
    due_at: datetime
    #: Who promised it; told instead of the handler.
    by: User | None = None

    def key(self, rung: Rung) -> str:
        return f"{self.name}:{rung.pk}:{self.due_at:%Y%m%dT%H%M%S}"


def climb(*, at: datetime) -> int:
    """Do what is on the rungs whose minute has come; how many were climbed."""
    climbed = 0
    for rung in Rung.objects.filter(active=True).order_by("minutes", "pk"):
        for due in _due(rung, at):
            try:
                climbed += _climb(rung, due, at=at)
            except Exception:
                log.exception("rung %s of %s could not be climbed", rung.pk, due.name)
    return climbed


def _due(rung: Rung, at: datetime) -> list[Due]:
    """What is owed and stands at or beyond the rung, and was not said yet."""
    return list(_owed(rung, at - timedelta(minutes=rung.minutes)))


def _unsaid(rows: Any, name: str, column: str, rung: Rung) -> Any:
    """Without those said already, which are most of what is overdue; the key as `Due.key` makes it, so that the database can leave them out."""
    in_utc = Func(Value("UTC"), F(column), function="timezone", output_field=DateTimeField())
    moment = Func(in_utc, Value('YYYYMMDD"T"HH24MISS'), function="to_char", output_field=TextField())
    key = Concat(Value(f"{name}:"), Cast("pk", TextField()), Value(f":{rung.pk}:"), moment, output_field=TextField())
    return rows.annotate(rung_key=key).exclude(Exists(Escalation.objects.filter(key=OuterRef("rung_key"))))


def _owed(rung: Rung, moment: datetime) -> Iterator[Due]:
    if rung.matter == PROMISE:
        promises = Promise.objects.to_keep().filter(call_at__lte=moment).select_related("by")
        for promise in _unsaid(promises, PROMISE, "call_at", rung):
            yield Due(f"promise:{promise.pk}", promise.complaint_id, PROMISE, promise.call_at, promise.by)
        return
    if rung.matter == ORDER:
        for order in _unsaid(SupervisionOrder.objects.unanswered().filter(due_at__lte=moment), ORDER, "due_at", rung):
            yield Due(f"order:{order.pk}", order.complaint_id, ORDER, order.due_at)
        return
    wanted = {"matter": rung.matter, "complaint__severity": rung.severity, "complaint__kind": rung.kind}
    rows = Deadline.objects.due_by(moment).filter(**{column: value for column, value in wanted.items() if value})
    for deadline in _unsaid(rows, "deadline", "due_at", rung).only("pk", "complaint_id", "matter", "due_at"):
        yield Due(f"deadline:{deadline.pk}", deadline.complaint_id, deadline.matter, deadline.due_at)


@transaction.atomic
def _climb(rung: Rung, due: Due, *, at: datetime) -> bool:
    """One rung, if nobody was faster: the lock on the case lets whoever comes second see the first one's row."""
    related = ("department", "handling_department", "handler", "category", "complainant")
    case = Complaint.objects.locked(due.complaint_id, *related)
    if Escalation.objects.filter(key=due.key(rung)).exists() or not _still_owed(due):
        return False
    people = [due.by] if rung.act == Rung.Act.REMIND and due.by is not None else told_by(rung.act, case, timezone.localdate(at))
    escalation = Escalation.objects.create(
        key=due.key(rung), complaint=case, rung=rung, matter=due.matter, act=rung.act, due_at=due.due_at, at=at
    )
    escalation.told.set(people)
    page = _page("complaints_complaint", case.pk)
    if rung.act == Rung.Act.ORDER:
        order = order_by_rung(case, due, at=at, language=people[0].language if people else settings.LANGUAGE_CODE)
        page = _page("escalation_supervisionorder", order.pk)
    for person in people:
        _tell(person, case, due, rung.act, page, at=at)
    return True


def _still_owed(due: Due) -> bool:
    """The case may have moved between the reading and the lock."""
    name, _colon, pk = due.name.partition(":")
    if name == "deadline":
        return Deadline.objects.filter(pk=pk, state=Deadline.State.OPEN, due_at=due.due_at).exists()
    if name == PROMISE:
        return Promise.objects.filter(pk=pk, called_at=None).exists()
    return SupervisionOrder.objects.filter(pk=pk, answered_at=None).exists()


def order_by_rung(case: Complaint, due: Due, *, at: datetime, language: str) -> SupervisionOrder:
    """The head answers why it is late and what happens now; asked in their language. While one waits for the same head, none is added to it."""
    waiting = SupervisionOrder.objects.unanswered().filter(complaint=case, department=case.department, by=None)
    if (order := waiting.select_for_update(of=("self",)).order_by("pk").first()) is not None:
        return order
    with translation.override(language):
        words = _("%(number)s has been overdue since %(due)s: why, and what happens now by when?")
    text = words % {"number": case.number, "due": timezone.localtime(due.due_at).strftime("%Y-%m-%d %H:%M")}
    return SupervisionOrder.objects.create(complaint=case, department=case.department, words=text, at=at, due_at=at + ANSWERED_WITHIN)


def _tell(person: User, case: Complaint, due: Due, act: str, page: str, *, at: datetime) -> None:
    """Number, what and when, who handles it, what is asked and where; of who complained and of what, nothing: a mailbox keeps it."""
    with translation.override(person.language):
        late = due.due_at <= at
        subject = _("%(number)s is overdue") if late else _("%(number)s is due soon")
        said = _("%(what)s was due at %(when)s.") if late else _("%(what)s is due at %(when)s.")
        what = dict(Rung._meta.get_field("matter").flatchoices).get(due.matter, due.matter)
        lines = [said % {"what": str(what), "when": timezone.localtime(due.due_at).strftime("%Y-%m-%d %H:%M")}]
        if case.handler != person:
            lines.append(_("%(name)s handles it.") % {"name": case.handler.name} if case.handler else _("Nobody handles it yet."))
        lines.append(_asked(act))
        text = "\n".join(filter(None, [*lines, page]))
        messages.notify_employee(user=person, subject=subject % {"number": case.number}, text=text, by=Actor.SYSTEM, at=at)


def _asked(act: str) -> str:
    """What the person told has to do; who is only reminded knows."""
    if act == Rung.Act.REMIND:
        return ""
    return _("Please answer the supervision order.") if act == Rung.Act.ORDER else _("Please see to it that it moves.")


def _page(name: str, pk: int) -> str:
    return settings.SITE_URL + reverse(f"admin:{name}_change", args=[pk])


# --- marks ----------------------------------------------------------------------------------------------------------------
@transaction.atomic(savepoint=False)
def tell_mark(mark: CaseMark, acts: list[str], *, at: datetime) -> None:
    """A mark reaches those its rule names, once each."""
    for act in acts:
        key = f"mark:{mark.pk}:{act}"
        try:
            with transaction.atomic():
                escalation = Escalation.objects.create(key=key, complaint=mark.complaint, mark=mark, act=act, at=at)
        except IntegrityError:
            continue
        people = told_by(act, mark.complaint, timezone.localdate(at))
        escalation.told.set(people)
        for person in people:
            with translation.override(person.language):
                said = _("Case %(number)s: %(cause)s.") % {"number": mark.complaint.number, "cause": str(mark.get_cause_display())}
                subject = _("A case above the ordinary")
            text = f"{said}\n{_page('complaints_complaint', mark.complaint_id)}"
            messages.notify_employee(user=person, subject=subject, text=text, by=mark.by or Actor.SYSTEM, at=at)
