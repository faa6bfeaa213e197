"""Everything that happened to a case, newest first, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.queries.whole_file import WholeFile

#: What each act is called once it is done.
DONE: dict[str, str | Promise] = {
    "file": _("Complaint received"),
    "claim": _("Claimed"),
    "hand_over": _("Handed over"),
    "take_over": _("Taken over"),
    "apologize": _("Apologised"),
    "record_facts": _("Facts recorded"),
    "classify": _("Classified"),
    "propose_unfounded": _("“Unfounded” proposed"),
    "reject_unfounded": _("“Unfounded” not confirmed"),
    "confirm_unfounded": _("“Unfounded” confirmed by a second person"),
    "assign": _("Assigned"),
    "transfer": _("Transferred"),
    "investigate": _("Cause found"),
    "postpone_investigation": _("Cause postponed"),
    "complete_investigation": _("Investigation completed"),
    "submit_remedy": _("Solution proposed"),
    "return_remedy": _("Solution returned for revision"),
    "approve_remedy": _("Solution approved"),
    "settle": _("Settled on the spot"),
    "send_decision": _("Decision sent"),
    "accept": _("Accepted by the customer"),
    "object_to_findings": _("Customer objects to the findings"),
    "object_to_remedy": _("Customer refuses the solution"),
    "lapse": _("No answer in time"),
    "fulfil": _("Item carried out"),
    "penalize": _("Held to account"),
    "pass_penalize": _("Nobody responsible, with reason"),
    "improve": _("Improvements laid down"),
    "pass_improve": _("Nothing to improve, with reason"),
    "follow_up": _("Follow-up"),
    "close": _("Closed"),
    "reopen": _("Reopened"),
    "withdraw": _("Withdrawn"),
    "merge": _("Merged"),
    "dismiss_as_other": _("Set aside as not a complaint"),
    "restore": _("End undone"),
    "answer_matter": _("Answered"),
    "change_kind": _("Taken as something else"),
    "name_employee": _("An employee was named"),
    "name_unit": _("A unit was named"),
    "erase": _("Personal data erased"),
}


def done(name: str) -> str | Promise:
    """The act as something that happened; an unknown one by its bare name."""
    return DONE.get(name, name)


@dataclass(frozen=True)
class Event:
    at: datetime
    what: Any
    who: Any
    details: tuple[Any, ...] = ()
    move: tuple[Any, Any] | None = None
    quote: str = ""
    kind: str = "act"


def timeline(file: WholeFile) -> list[Event]:
    """All events, newest first; at the same moment the act comes above what it brought along."""
    assigned = {row.pk: row for row in file.assignments}
    events = [_of_change(change, assigned) for change in file.changes]
    events += [_of_message(message) for message in file.messages]
    events += [Event(note.at, _("Note"), note.by.name, quote=note.text, kind="note") for note in file.notes]
    events += [Event(row.at, _("File attached"), _who(row), (row.name,), kind="file") for row in file.attachments]
    events += [event for row in file.statements for event in _of_statement(row)]
    events += [
        Event(row.at, _("Record checked by the customer"), _who(row), (row.get_result_display(),), kind="act")
        for row in file.confirmations
        if row.actor != "staff"
    ]
    events += [
        Event(
            row.at,
            _("Customer's survey"),
            _("Complainant"),
            (_("Result: %(score)s of 5") % {"score": row.result_score},),
            quote=row.open_answer,
            kind="in",
        )
        for row in file.survey_answers
    ]
    events += [Event(row.done_at, _("Improvement done"), row.done_by.name, quote=row.result) for row in file.improvements if row.done_at]
    return sorted(events, key=lambda event: (event.at, event.kind == "act"), reverse=True)  # fmt: skip


def _who(row: Any) -> Any:
    return row.by.name if row.by_id else row.get_actor_display()


def _of_change(change: Any, assigned: dict[int, Any]) -> Event:
    details = [assigned[pk] for kind, pk in change.records if kind == "assignment" and pk in assigned]
    hands = tuple(f"{row.department}: {row.handler.name}" if row.handler_id else str(row.department) for row in details)
    move = (change.get_from_step_display(), change.get_to_step_display()) if change.moved and change.from_step else None
    return Event(change.at, done(change.transition), _who(change), hands, move, change.reason)


def _of_message(message: Any) -> Event:
    incoming = message.direction == "in"
    what = _("Message from the customer") if incoming else _("Message to the customer")
    details = (
        (message.get_medium_display(),)
        if incoming
        else (message.get_kind_display(), message.get_medium_display(), message.get_state_display())
    )
    return Event(message.at, what, _who(message), details, quote=message.text[:300] if incoming else "", kind=message.direction)


def _of_statement(row: Any) -> list[Event]:
    events = [Event(row.asked_at, _("Statement asked for"), row.asked_by.name, (row.employee.name,), quote=row.question)]
    if row.answered_at:
        events.append(Event(row.answered_at, _("Employee's statement"), row.employee.name, (row.get_state_display(),), quote=row.text))
    return events
