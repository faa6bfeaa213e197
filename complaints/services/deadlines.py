"""When the case is due: computed by escalation, kept on the case so that lists need no join."""

from datetime import datetime

from complaints.models import Complaint


def set_due(*, complaint: Complaint, due_at: datetime | None, step_due_at: datetime | None, told_due_at: datetime | None = None) -> None:
    """Write these columns alone, where they differ; it is arithmetic, not an act, and leaves no history row."""
    due = {"due_at": due_at, "step_due_at": step_due_at, "told_due_at": told_due_at}
    if all(getattr(complaint, column) == moment for column, moment in due.items()):
        return
    Complaint.objects.filter(pk=complaint.pk).update(**due)
    for column, moment in due.items():
        setattr(complaint, column, moment)
