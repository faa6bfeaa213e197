"""The important goes by rule to those who can change something, and is answered with a decision; what is not climbs (mission, M3)."""

import logging
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint, Remedy, StepChange
from complaints.money import NOTHING
from complaints.queries.authorities import sums_of
from complaints.services import messages
from complaints.services.errors import NotPossible, Refused
from complaints.workflow import Actor, Kind, Severity
from escalation.models import RoutedClimb, RoutedDecision, RoutedItem, RoutingRule
from staff import queries as organisation
from staff.models import User
from staff.models.compiled import Compiled, Given
from staff.roles import Role

log = logging.getLogger(__name__)

GRAVITY = [severity.value for severity in Severity]
#: Hours after a decision was due at which the next higher up is told.
RUNGS = (0, 24, 72)
IN_USE = Compiled(lambda: RoutingRule.objects.filter(active=True, step=Given("step")))


@transaction.atomic(savepoint=False)  # part of the step: it fails with it
def route(*, complaint: Complaint, change: StepChange) -> list[RoutedItem]:
    """Lay a case that comes to a step before whom the rules name, once for each rule. A report of misconduct goes its own way."""
    if not change.moved or complaint.kind == Kind.REPORT:
        return []
    rules = [rule for rule in IN_USE(step=str(change.to_step)) if _concerns(rule, complaint)]
    if not rules:
        return []
    known = set(RoutedItem.objects.filter(complaint=complaint).values_list("rule", flat=True))
    return [_lay(rule, complaint, at=change.at) for rule in rules if rule.pk not in known]


def _concerns(rule: RoutingRule, case: Complaint) -> bool:
    if rule.category_id not in (None, case.category_id):
        return False
    if rule.severity and (not case.severity or GRAVITY.index(case.severity) < GRAVITY.index(rule.severity)):
        return False
    return rule.amount is None or _amount(case) >= rule.amount


def _amount(case: Complaint) -> Decimal:
    remedy: Remedy | None = case.remedies.order_by("-version").first()
    return NOTHING if remedy is None else sums_of(remedy.items.all()).get("", NOTHING)


def _lay(rule: RoutingRule, case: Complaint, *, at: datetime) -> RoutedItem:
    item = RoutedItem.objects.create(
        rule=rule, complaint=case, department=rule.department, role=rule.role, user=rule.user, question=rule.question, at=at,
        due_at=at + timedelta(hours=rule.hours),
    )  # fmt: skip
    for person in people(item, on=timezone.localdate(at)):
        _tell(person, item, gettext_lazy("A matter for you to decide"), at=at)
    return item


def people(item: RoutedItem, *, on: date) -> list[User]:
    """Who can decide it: there that day, or who stands in; nobody the case is about."""
    if item.user is not None:
        found = [item.user]
    elif item.role:
        found = list(User.objects.with_role(Role(item.role)).order_by("pk"))
    else:
        levels = organisation.heads_above(item.department) if item.department is not None else []
        found = levels[0] if levels else []
    there = [present for person in found if (present := organisation.present(person, on))]
    return [person for person in dict.fromkeys(there) if not_about(person, item.complaint_id)]


def not_about(person: User, complaint_id: int) -> bool:
    return bool(Complaint.objects.not_about(person).filter(pk=complaint_id).exists())


def _tell(person: User, item: RoutedItem, subject: object, *, at: datetime) -> None:
    """The number and the question; who complained stands nowhere."""
    with translation.override(person.language):
        text = _("Case %(number)s: %(question)s Due %(due)s.") % {
            "number": item.complaint.number, "question": item.question, "due": timezone.localtime(item.due_at).strftime("%Y-%m-%d %H:%M"),
        }  # fmt: skip
        messages.notify_employee(user=person, subject=str(subject), text=text, by=Actor.SYSTEM, at=at)


@transaction.atomic
def decide(*, item_id: int, changes: RoutedDecision.Changes | str, words: str, by: User, at: datetime) -> RoutedDecision:
    """Answer it, once: what it changes, or why nothing. Raises RoutedItem.DoesNotExist for whom it was not laid before."""
    item = RoutedItem.objects.visible_to(by).select_for_update(of=("self",)).get(pk=item_id)
    stands_in = by in people(item, on=timezone.localdate(at))
    mine = stands_in or RoutedItem.objects.laid_before(by).filter(pk=item_id).exists() or item.climbs.filter(told=by).exists()
    if not by.has_perm("escalation.decide_routed") or not mine:
        raise Refused(_("This was laid before somebody else."), act="decide_routed", target=str(item.pk))
    if hasattr(item, "decision"):
        raise NotPossible(_("This has been decided already."))
    if not words.strip():
        raise NotPossible(_("Say what was decided, or why nothing changes."))
    return RoutedDecision.objects.create(item=item, changes=RoutedDecision.Changes(changes), words=words.strip(), by=by, at=at)


def climb(*, at: datetime) -> int:
    """Tell the next higher up of what was not decided in time; each rung once, each matter in a transaction of its own."""
    return sum(_climb(pk, at=at) for pk in RoutedItem.objects.overdue(at).order_by("pk").values_list("pk", flat=True))


def _climb(pk: int, *, at: datetime) -> int:
    """One matter, unless somebody else is at it; one that cannot climb keeps no other from it."""
    try:
        with transaction.atomic():
            item = RoutedItem.objects.undecided().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            return 0 if item is None else _climb_one(item, at=at)
    except Exception:
        log.exception("matter %s could not climb", pk)
        return 0


def _climb_one(item: RoutedItem, *, at: datetime) -> int:
    hours = (at - item.due_at) / timedelta(hours=1)
    done = set(item.climbs.values_list("rung", flat=True))
    told = 0
    for rung, after in enumerate(RUNGS, start=1):
        if hours < after or rung in done:
            continue
        for person in _higher(item, rung, on=timezone.localdate(at)):
            RoutedClimb.objects.create(item=item, rung=rung, told=person, at=at)
            _tell(person, item, gettext_lazy("A matter was not decided in time"), at=at)
            told += 1
    return told


def _higher(item: RoutedItem, rung: int, *, on: date) -> list[User]:
    """The first time whoever it was laid before; then the heads above them; at last the executives."""
    first = people(item, on=on)
    if rung == 1:
        return first
    if rung == len(RUNGS):
        return [person for person in organisation.executives().order_by("pk") if not_about(person, item.complaint_id)]
    above = organisation.superiors_of(first)
    return [person for person in User.objects.filter(pk__in=above).order_by("pk") if not_about(person, item.complaint_id)]
