"""Time limits and rules are edited like other reference data; deadlines are shown on the case page, not here."""

from escalation.admin.crises import CrisisAdmin, CrisisImprovementAdmin, CrisisRiskAdmin, FactSheetAdmin, MediaQuestionAdmin
from escalation.admin.digests import DigestAdmin
from escalation.admin.incidents import AffectedAdmin, AffectedGoodsAdmin, IncidentAdmin, MeasureAdmin, ReachAdmin
from escalation.admin.policy import DeadlinePolicyAdmin
from escalation.admin.requests import DepartmentRequestAdmin
from escalation.admin.routing import RoutedItemAdmin, RoutingRuleAdmin

__all__ = [
    "AffectedAdmin",
    "AffectedGoodsAdmin",
    "CrisisAdmin",
    "CrisisImprovementAdmin",
    "CrisisRiskAdmin",
    "DeadlinePolicyAdmin",
    "DepartmentRequestAdmin",
    "DigestAdmin",
    "FactSheetAdmin",
    "IncidentAdmin",
    "MeasureAdmin",
    "MediaQuestionAdmin",
    "ReachAdmin",
    "RoutedItemAdmin",
    "RoutingRuleAdmin",
]
