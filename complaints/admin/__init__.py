from complaints.admin.complaints import ComplaintAdmin
from complaints.admin.customers import CustomerAdmin, CustomerLookAdmin
from complaints.admin.data_requests import DataRequestAdmin
from complaints.admin.evidence import ExportLogAdmin, ImprovementAdmin, StepChangeAdmin
from complaints.admin.messages import MessageAdmin
from complaints.admin.reference import CategoryAdmin, ProductAdmin, QuestionAdmin, WordToAvoidAdmin
from complaints.admin.reports import LeadLinkAdmin, RetaliationFlagAdmin
from complaints.admin.standards import CostRateAdmin, ItemRuleAdmin, StandardAdmin
from complaints.admin.statements import StatementAdmin
from complaints.admin.vault import IdentityLookAdmin, IdentityRequestAdmin

__all__ = [
    "CategoryAdmin",
    "ComplaintAdmin",
    "CostRateAdmin",
    "CustomerAdmin",
    "CustomerLookAdmin",
    "DataRequestAdmin",
    "ExportLogAdmin",
    "IdentityLookAdmin",
    "IdentityRequestAdmin",
    "ImprovementAdmin",
    "ItemRuleAdmin",
    "LeadLinkAdmin",
    "MessageAdmin",
    "ProductAdmin",
    "QuestionAdmin",
    "RetaliationFlagAdmin",
    "StandardAdmin",
    "StatementAdmin",
    "StepChangeAdmin",
    "WordToAvoidAdmin",
]  # fmt: skip
