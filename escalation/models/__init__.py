"""By when each step should be done, and whether it was."""

from escalation.models.deadline import Deadline
from escalation.models.digest import Digest
from escalation.models.policy import DeadlinePolicy
from escalation.models.request import DepartmentRequest
from escalation.models.routing import RoutedClimb, RoutedDecision, RoutedItem, RoutingRule

__all__ = ["Deadline", "DeadlinePolicy", "DepartmentRequest", "Digest", "RoutedClimb", "RoutedDecision", "RoutedItem", "RoutingRule"]
