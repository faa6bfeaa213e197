from analytics.admin.guidance import GuidedPathAdmin

__all__ = ["GuidedPathAdmin"]
