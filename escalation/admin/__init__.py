"""Time limits are edited like other reference data; deadlines are shown on the case page, not here."""

from escalation.admin.policy import DeadlinePolicyAdmin

__all__ = ["DeadlinePolicyAdmin"]
