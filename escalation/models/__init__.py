"""By when each step should be done, and whether it was."""

from escalation.models.deadline import Deadline
from escalation.models.policy import DeadlinePolicy

__all__ = ["Deadline", "DeadlinePolicy"]
