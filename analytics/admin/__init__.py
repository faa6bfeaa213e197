from analytics.admin.guidance import GuidedPathAdmin
from analytics.admin.promises import PromiseAdmin
from analytics.admin.settling import SettlementAdmin

__all__ = ["GuidedPathAdmin", "PromiseAdmin", "SettlementAdmin"]
