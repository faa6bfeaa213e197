from complaints.admin.complaints import ComplaintAdmin
from complaints.admin.customers import CustomerAdmin, CustomerLookAdmin
from complaints.admin.data_requests import DataRequestAdmin
from complaints.admin.evidence import ExportLogAdmin, StepChangeAdmin
from complaints.admin.follow_up import FollowUpDrawAdmin, FollowUpRuleAdmin, LowScoreAdmin, VisitAdmin
from complaints.admin.fund import FundAdmin, FundEntryAdmin, RewardAdmin, RewardRuleAdmin, VipAdmin
from complaints.admin.improvements import ImprovementAdmin
from complaints.admin.knowledge import ArticleAdmin, LetterTemplateAdmin
from complaints.admin.messages import MessageAdmin
from complaints.admin.money import AuthorityAdmin, BudgetAdmin, LedgerAdmin, PayoutAdmin
from complaints.admin.penalties import MeasureAdmin, PenaltyAdmin, PenaltyLookAdmin
from complaints.admin.purchases import PurchaseAdmin
from complaints.admin.reference import CategoryAdmin, ProductAdmin, QuestionAdmin, WordToAvoidAdmin
from complaints.admin.reports import LeadLinkAdmin, RetaliationFlagAdmin
from complaints.admin.sending import SendingHoldAdmin
from complaints.admin.standards import CostRateAdmin, ItemRuleAdmin, StandardAdmin
from complaints.admin.statements import MyFindingAdmin, MyImprovementAdmin, StatementAdmin
from complaints.admin.vault import IdentityLookAdmin, IdentityRequestAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorityAdmin",
    "BudgetAdmin",
    "CategoryAdmin",
    "ComplaintAdmin",
    "CostRateAdmin",
    "CustomerAdmin",
    "CustomerLookAdmin",
    "DataRequestAdmin",
    "ExportLogAdmin",
    "FollowUpDrawAdmin",
    "FollowUpRuleAdmin",
    "FundAdmin",
    "FundEntryAdmin",
    "IdentityLookAdmin",
    "IdentityRequestAdmin",
    "ImprovementAdmin",
    "ItemRuleAdmin",
    "LeadLinkAdmin",
    "LedgerAdmin",
    "LetterTemplateAdmin",
    "LowScoreAdmin",
    "MeasureAdmin",
    "MessageAdmin",
    "MyFindingAdmin",
    "MyImprovementAdmin",
    "PayoutAdmin",
    "PenaltyAdmin",
    "PenaltyLookAdmin",
    "ProductAdmin",
    "PurchaseAdmin",
    "QuestionAdmin",
    "RetaliationFlagAdmin",
    "RewardAdmin",
    "RewardRuleAdmin",
    "SendingHoldAdmin",
    "StandardAdmin",
    "StatementAdmin",
    "StepChangeAdmin",
    "VipAdmin",
    "VisitAdmin",
    "WordToAvoidAdmin",
]
