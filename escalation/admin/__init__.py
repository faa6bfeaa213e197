"""Time limits and rules are edited like other reference data."""

from escalation.admin.calendar import CalendarYearAdmin, OfficeHoursAdmin, WorkDayAdmin
from escalation.admin.crises import CrisisAdmin, CrisisImprovementAdmin, CrisisRiskAdmin, FactSheetAdmin, MediaQuestionAdmin
from escalation.admin.deadlines import DeadlineAdmin, ExtensionAdmin, PauseAdmin
from escalation.admin.digests import DigestAdmin
from escalation.admin.escalations import EscalationAdmin
from escalation.admin.incidents import AffectedAdmin, AffectedGoodsAdmin, IncidentAdmin, MeasureAdmin, ReachAdmin
from escalation.admin.marks import CaseMarkAdmin, MarkRuleAdmin
from escalation.admin.orders import SupervisionOrderAdmin
from escalation.admin.policy import DeadlinePolicyAdmin, RegimeAdmin
from escalation.admin.requests import DepartmentRequestAdmin
from escalation.admin.routing import RoutedItemAdmin, RoutingRuleAdmin
from escalation.admin.rungs import RungAdmin

__all__ = [
    "AffectedAdmin",
    "AffectedGoodsAdmin",
    "CalendarYearAdmin",
    "CaseMarkAdmin",
    "CrisisAdmin",
    "CrisisImprovementAdmin",
    "CrisisRiskAdmin",
    "DeadlineAdmin",
    "DeadlinePolicyAdmin",
    "DepartmentRequestAdmin",
    "DigestAdmin",
    "EscalationAdmin",
    "ExtensionAdmin",
    "FactSheetAdmin",
    "IncidentAdmin",
    "MarkRuleAdmin",
    "MeasureAdmin",
    "MediaQuestionAdmin",
    "OfficeHoursAdmin",
    "PauseAdmin",
    "ReachAdmin",
    "RegimeAdmin",
    "RoutedItemAdmin",
    "RoutingRuleAdmin",
    "RungAdmin",
    "SupervisionOrderAdmin",
    "WorkDayAdmin",
]
