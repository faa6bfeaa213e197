"""Deadlines follow the steps of a case."""

from datetime import datetime, timedelta

from django.db import transaction

from complaints.models import Complaint, StepChange
from complaints.services.deadlines import set_due
from complaints.workflow import Step
from escalation.models import Deadline, DeadlinePolicy
from staff.models.compiled import Compiled, Given


@transaction.atomic(savepoint=False)  # part of the step: it fails with it
def follow(*, complaint: Complaint, change: StepChange) -> None:
    """Close the deadline of the step that was left and open the one of the step that was reached.

    With the decision sent our part of NOTIFY is done: its deadline ends, and the case is due when the customer's window for an answer does.
    """
    if change.moved:
        if change.from_step:  # a case just opened has none
            close_open(complaint=complaint, at=change.at)
        set_due(complaint=complaint, due_at=open_for(complaint=complaint, change=change))
    elif change.transition == "send_decision":
        close_open(complaint=complaint, at=change.at)
        set_due(complaint=complaint, due_at=complaint.answer_until)


IN_FORCE = Compiled(lambda: DeadlinePolicy.objects.filter(step=Given("step"), active=True))


def open_for(*, complaint: Complaint, change: StepChange) -> datetime | None:
    """Open the deadline of the step the case has come to; when it is due, or None where no limit is in force."""
    if change.to_step == Step.CLOSED:
        return None
    policy = IN_FORCE.first(step=str(change.to_step))
    if policy is None:
        return None
    due_at = change.at + timedelta(days=policy.days)
    Deadline.objects.create(complaint=complaint, step=change.to_step, opened_at=change.at, due_at=due_at, change_opened=change.sequence)
    return due_at


def close_open(*, complaint: Complaint, at: datetime) -> None:
    """End the open deadline, kept or missed."""
    deadline = Deadline.objects.select_for_update().filter(complaint=complaint, state=Deadline.State.OPEN).first()
    if deadline is None:
        return
    deadline.state = Deadline.State.MET if at <= deadline.due_at else Deadline.State.BREACHED
    deadline.closed_at = at
    deadline.save(update_fields=["state", "closed_at"])
