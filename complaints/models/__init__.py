"""The file and what belongs to it, one concept per module."""

from complaints.models.accountability import (
    Accountability,
    Appeal,
    AppealRuling,
    MyFinding,
    Penalty,
    PenaltyDecision,
    PenaltyLook,
    PenaltyNotice,
)
from complaints.models.article import Article, ArticleUse
from complaints.models.authority import Authority
from complaints.models.budget import Budget, LedgerEntry
from complaints.models.complaint import Allegation, Complaint, Demand, QuestionAnswer
from complaints.models.conversation import Attachment, Message, Note
from complaints.models.erasure import DataRequest, Erasure
from complaints.models.examination import Examination, ExaminationAttempt
from complaints.models.follow_up import BuysAgain, FollowUp, FollowUpDraw, FollowUpRule, LowScore, SurveyAnswer, SurveyLink
from complaints.models.fund import Fund, FundEntry, Reward, RewardRule, Vip
from complaints.models.guide import TO_WRITE_IT_DOWN, GuidedPath, GuideEntry, Promise, Stage
from complaints.models.improvement import EffectivenessCheck, Improvement, ImprovementLink, MyImprovement
from complaints.models.investigation import Cause, Investigation, Statement, Why
from complaints.models.letter import Letter, LetterKind, LetterTemplate
from complaints.models.measure import Measure
from complaints.models.payout import Payout
from complaints.models.people import Customer, CustomerLook, Identity, Party
from complaints.models.purchase import Purchase
from complaints.models.reception import Apology, Assignment, Classification, ClassificationReview, Confirmation, Recusal
from complaints.models.reference import Category, Product, Question, WordToAvoid
from complaints.models.remedy import Answer, Approval, DemandAnswer, Remedy, RemedyItem, Settlement
from complaints.models.report import LeadLink, NamedUnit, RetaliationFlag
from complaints.models.sending import SendingHold
from complaints.models.standard import Standard
from complaints.models.step_change import StepChange
from complaints.models.value import CostCorrection, CostRate, ItemRule, Sheet
from complaints.models.vault import IdentityLook, IdentityRequest
from complaints.models.visit import Visit

__all__ = [
    "TO_WRITE_IT_DOWN",
    "Accountability",
    "Allegation",
    "Answer",
    "Apology",
    "Appeal",
    "AppealRuling",
    "Approval",
    "Article",
    "ArticleUse",
    "Assignment",
    "Attachment",
    "Authority",
    "Budget",
    "BuysAgain",
    "Category",
    "Cause",
    "Classification",
    "ClassificationReview",
    "Complaint",
    "Confirmation",
    "CostCorrection",
    "CostRate",
    "Customer",
    "CustomerLook",
    "DataRequest",
    "Demand",
    "DemandAnswer",
    "EffectivenessCheck",
    "Erasure",
    "Examination",
    "ExaminationAttempt",
    "FollowUp",
    "FollowUpDraw",
    "FollowUpRule",
    "Fund",
    "FundEntry",
    "GuideEntry",
    "GuidedPath",
    "Identity",
    "IdentityLook",
    "IdentityRequest",
    "Improvement",
    "ImprovementLink",
    "Investigation",
    "ItemRule",
    "LeadLink",
    "LedgerEntry",
    "Letter",
    "LetterKind",
    "LetterTemplate",
    "LowScore",
    "Measure",
    "Message",
    "MyFinding",
    "MyImprovement",
    "NamedUnit",
    "Note",
    "Party",
    "Payout",
    "Penalty",
    "PenaltyDecision",
    "PenaltyLook",
    "PenaltyNotice",
    "Product",
    "Promise",
    "Purchase",
    "Question",
    "QuestionAnswer",
    "Recusal",
    "Remedy",
    "RemedyItem",
    "RetaliationFlag",
    "Reward",
    "RewardRule",
    "SendingHold",
    "Settlement",
    "Sheet",
    "Stage",
    "Standard",
    "Statement",
    "StepChange",
    "SurveyAnswer",
    "SurveyLink",
    "Vip",
    "Visit",
    "Why",
    "WordToAvoid",
]  # fmt: skip
