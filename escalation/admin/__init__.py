"""Time limits and rules are edited like other reference data; deadlines are shown on the case page, not here."""

from escalation.admin.digests import DigestAdmin
from escalation.admin.policy import DeadlinePolicyAdmin
from escalation.admin.requests import DepartmentRequestAdmin
from escalation.admin.routing import RoutedItemAdmin, RoutingRuleAdmin

__all__ = ["DeadlinePolicyAdmin", "DepartmentRequestAdmin", "DigestAdmin", "RoutedItemAdmin", "RoutingRuleAdmin"]
