from analytics.admin.guidance import GuidedPathAdmin
from analytics.admin.settling import SettlementAdmin

__all__ = ["GuidedPathAdmin", "SettlementAdmin"]
