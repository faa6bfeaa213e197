"""What escalation does when a case moves, inside the transaction of the move."""

from typing import Any

from complaints.models import Complaint, Message, StepChange
from escalation.services import follow, marks, routing


def follow_step(*, complaint: Complaint, change: StepChange, **_signal: Any) -> None:
    """Keep the deadlines of the case in step with it, and lay it before whom the rules name; a failure rolls the move back."""
    follow.follow(complaint=complaint, change=change)
    routing.route(complaint=complaint, change=change)
    marks.follow(complaint=complaint, change=change)


def hear(message: Message) -> None:
    """Keep them in step with what was said, too."""
    follow.heard(message)
