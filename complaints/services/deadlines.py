"""When the case is due: computed by escalation, kept on the case so that lists need no join."""

from datetime import datetime

from complaints.models import Complaint


def set_due(*, complaint: Complaint, due_at: datetime | None, step_due_at: datetime | None) -> None:
    """Write the two columns alone, where they differ; it is arithmetic, not an act, and leaves no history row."""
    if (complaint.due_at, complaint.step_due_at) == (due_at, step_due_at):
        return
    Complaint.objects.filter(pk=complaint.pk).update(due_at=due_at, step_due_at=step_due_at)
    complaint.due_at, complaint.step_due_at = due_at, step_due_at
