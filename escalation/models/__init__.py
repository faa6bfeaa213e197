"""By when each step should be done, and whether it was; what is done when a fault may touch many."""

from escalation.models.crisis import (
    AfterReview,
    Crisis,
    CrisisImprovement,
    CrisisRisk,
    CrisisRole,
    CrisisTick,
    FactSheet,
    MediaQuestion,
    RiskReview,
    Statement,
)
from escalation.models.crisis_points import CheckList, Point
from escalation.models.deadline import Deadline, DeadlineChange, Extension, Pause
from escalation.models.digest import Digest
from escalation.models.escalation import Escalation
from escalation.models.incident import Affected, AffectedGoods, Incident, IncidentCase
from escalation.models.mark import CaseMark, MarkRule
from escalation.models.measure import ContactLook, Measure, Reach, Reply
from escalation.models.order import SupervisionOrder
from escalation.models.policy import CaseRegime, DeadlinePolicy, Regime
from escalation.models.recount import Recount
from escalation.models.request import DepartmentRequest
from escalation.models.routing import RoutedClimb, RoutedDecision, RoutedItem, RoutingRule
from escalation.models.rung import Rung

__all__ = [
    "Affected",
    "AffectedGoods",
    "AfterReview",
    "CaseMark",
    "CaseRegime",
    "CheckList",
    "ContactLook",
    "Crisis",
    "CrisisImprovement",
    "CrisisRisk",
    "CrisisRole",
    "CrisisTick",
    "Deadline",
    "DeadlineChange",
    "DeadlinePolicy",
    "DepartmentRequest",
    "Digest",
    "Escalation",
    "Extension",
    "FactSheet",
    "Incident",
    "IncidentCase",
    "MarkRule",
    "Measure",
    "MediaQuestion",
    "Pause",
    "Point",
    "Reach",
    "Recount",
    "Regime",
    "Reply",
    "RiskReview",
    "RoutedClimb",
    "RoutedDecision",
    "RoutedItem",
    "RoutingRule",
    "Rung",
    "Statement",
    "SupervisionOrder",
]
