"""The only caller of the process chart: locks the case, asks who may, runs the act, writes its record, tells the other apps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from complaints.events import step_changed
from complaints.models import Assignment, Complaint, StepChange
from complaints.models.guards import asked_before, why_not
from complaints.models.lifecycle import transitions
from complaints.permissions import RELATIONS, Refused, in_hand, require, role_refusal
from complaints.queries.load import least_loaded
from complaints.services.errors import NotPossible, Stale
from complaints.workflow import Actor, Kind, Step
from staff.models import User
from staff.services.recording import recorded

CHART = transitions()
#: Beside the handler's own acts, these too take an unclaimed case on.
TAKES_ON = {"follow_up", "close"}


@dataclass
class Move:
    """One act under way: the locked case, and what is recorded by it."""

    complaint: Complaint
    transition: str
    by: User | Actor
    at: datetime
    reason: str = ""
    recorded: list[tuple[str, int]] = field(default_factory=list)

    @property
    def user(self) -> User | None:
        return None if isinstance(self.by, Actor) else self.by

    @property
    def person(self) -> User:
        """The member of staff, in acts only staff may do."""
        if isinstance(self.by, Actor):
            raise Refused(_("Only staff can do this."), act=self.transition, target=self.complaint.number)
        return self.by

    @property
    def actor(self) -> Actor:
        return actor_of(self.by)

    def record(self, *rows: models.Model) -> None:
        """Name rows in the StepChange of this act."""
        self.recorded += [(str(row._meta.model_name), row.pk) for row in rows]

    def save(self, row: models.Model) -> None:
        """Save a row that people edit, its history stamped with who and when, and name it in the record."""
        keep(row, by=self.by, at=self.at, reason=self.transition)
        self.record(row)

    def give_to(self, kind: Assignment.Kind, *, handler: User | None, reason: str = "") -> None:
        """Write down who has the case from now on; `complaint.department` is set by the caller. A department that deals out names somebody itself."""
        case = self.complaint
        if handler is None and case.department.deals_out:
            handler = least_loaded(case, timezone.localdate(self.at))
        case.handler = handler
        self.record(
            Assignment.objects.create(
                complaint=case,
                kind=kind,
                department=case.department,
                handler=handler,
                reason=reason,
                actor=self.actor,
                by=self.user,
                at=self.at,
            )
        )


def actor_of(by: User | Actor) -> Actor:
    return by if isinstance(by, Actor) else Actor.STAFF


def keep(row: models.Model, *, by: User | Actor, at: datetime, reason: str, **options: Any) -> None:
    """Save a row whose history says who, when and by what act, also where no request is under way. `options` go to `save`."""
    row._change_reason = reason  # type: ignore[attr-defined]  # read by simple-history
    with recorded(row, by=None if isinstance(by, Actor) else by, at=at):
        row.save(**options)


def keep_new(rows: Sequence[models.Model], *, by: User | Actor, at: datetime, reason: str) -> None:
    """Save new rows of one kind as `keep` does, all at once."""
    if rows:
        user = None if isinstance(by, Actor) else by
        bulk_create_with_history(rows, type(rows[0]), default_user=user, default_change_reason=reason, default_date=at)


def locked(complaint_id: int, by: User | Actor) -> Complaint:
    """The case, locked for this transaction. Raises Complaint.DoesNotExist when the actor may not even see it."""
    related = ("category", "department", "handling_department", "handler", "complainant")
    case = Complaint.objects.locked(complaint_id, *related)
    if not _sees(by, case):
        raise Complaint.DoesNotExist
    return case


def _sees(by: User | Actor, case: Complaint) -> bool:
    """The handler does (whoever is named loses a case at once), which spares every act the whole question; for everybody else, and where the case
    names a unit or is a report, the one queryset decides: a handler may have come to the unit, or above somebody named, since."""
    if isinstance(by, Actor):
        return True
    handles = case.handler_id == by.pk and by.is_active and by.has_perm("complaints.read_files")
    if handles and case.kind != Kind.REPORT and not case.named_units.exists():
        return True
    return Complaint.objects.visible_to(by).filter(pk=case.pk).exists()


@contextmanager
def advancing(
    complaint_id: int, transition_name: str, *, by: User | Actor, at: datetime, seen: int | None = None, reason: str = "",
    part_of: str | None = None, hold: Callable[[Complaint], None] | None = None,
) -> Iterator[Move]:  # fmt: skip
    """Do one act of the chart. The body records what the act needs; the guards are asked after it, and all of it stands or falls together.
    As `part_of` a larger act (a settlement on the spot) it asks for the right to that one. Where the right hangs on more than this case, `hold`
    takes the locks of the rest before it is asked.

    Raises Complaint.DoesNotExist (not visible), Refused (may not), Stale (the case has moved since `seen`), NotPossible (wrong step or
    something missing).
    """
    with transaction.atomic():
        case = locked(complaint_id, by)
        if hold is not None:
            hold(case)
        _check(case, transition_name, part_of or transition_name, by=by, at=at, seen=seen)
        move = Move(case, transition_name, by, at, reason)
        if _takes_on(move, part_of or transition_name):
            move.give_to(Assignment.Kind.CLAIMED, handler=move.user)
        _ask_guards(move, before=True)
        yield move
        _ask_guards(move, before=False)
        _run(move)


def _check(case: Complaint, name: str, act: str, *, by: User | Actor, at: datetime, seen: int | None) -> None:
    by_role = role_refusal(by, act)
    if by_role:
        raise Refused(by_role, act=act, target=case.number)
    if seen is not None:
        newest = case.changes.select_related("by").order_by("-sequence").first()
        if newest is not None and newest.sequence != seen:
            raise Stale(newest)
    sources, _targets, _method = CHART[name]
    if case.step not in sources:
        text = _("This is not possible at the step “%(step)s”.")
        raise NotPossible(text % {"step": Step(case.step).label})
    require(by, case, act, timezone.localdate(at))


def _takes_on(move: Move, act: str) -> bool:
    """Whoever acts on a case that nobody has taken on takes it on."""
    handlers_act = RELATIONS.get(act, in_hand) is in_hand or act in TAKES_ON
    return move.user is not None and move.complaint.handler_id is None and handlers_act


def _ask_guards(move: Move, *, before: bool) -> None:
    _sources, _targets, method = CHART[move.transition]
    chart = method._django_fsm  # type: ignore[attr-defined]  # set by the library's decorator
    for condition in chart.get_transition(move.complaint.step).conditions:
        if asked_before(condition) is before:
            if not condition(move.complaint):
                raise NotPossible(why_not(condition))
            move.complaint.guards_held |= {condition}


def _run(move: Move) -> None:
    case, name = move.complaint, move.transition
    _sources, targets, _method = CHART[name]
    before = Step(case.step)
    getattr(case, name)()
    if targets is not None:
        case.step_entered_at = move.at
        if move.user is not None and case.step_due_at is not None and move.at > case.step_due_at:
            case.late_steps += 1
    keep(case, by=move.by, at=move.at, reason=name)
    change = write_change(case, name, from_step=before, by=move.by, at=move.at, reason=move.reason, recorded=move.recorded)
    step_changed.send(sender=Complaint, complaint=case, change=change)


def write_change(
    case: Complaint, name: str, *, from_step: Step | None, by: User | Actor, at: datetime, reason: str, recorded: list[tuple[str, int]],
    is_first: bool = False,
) -> StepChange:  # fmt: skip
    """Append one row to the record of a case, chained to the one before; of a case just opened there is none."""
    last: Any = None if is_first else case.changes.order_by("-sequence").first()
    change = StepChange(
        complaint=case, sequence=last.sequence + 1 if last else 1, transition=name, from_step=from_step or "", to_step=case.step,
        actor=actor_of(by), by=None if isinstance(by, Actor) else by, at=at, reason=reason,
        records=[list(row) for row in recorded], previous_hash=last.hash if last else "",
    )  # fmt: skip
    change.hash = change.expected_hash()
    change.save(force_insert=True)
    return change
