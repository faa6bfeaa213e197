"""The file and what belongs to it, one concept per module."""

from .accountability import Accountability, Penalty
from .complaint import Allegation, Complaint, Demand
from .conversation import Attachment, Message, Note
from .evidence import keep_history
from .follow_up import BuysAgain, FollowUp, SurveyAnswer
from .improvement import Improvement
from .investigation import Cause, Investigation, Statement, Why
from .people import Customer, Party
from .reception import Apology, Assignment, Classification, ClassificationReview, Confirmation, Recusal
from .reference import Category, Product, WordToAvoid
from .remedy import Answer, Approval, DemandAnswer, Remedy, RemedyItem
from .step_change import StepChange

__all__ = [
    "Accountability", "Allegation", "Answer", "Apology", "Approval", "Assignment", "Attachment", "BuysAgain", "Category", "Cause",
    "Classification", "ClassificationReview", "Complaint", "Confirmation", "Customer", "Demand", "DemandAnswer", "FollowUp", "Improvement",
    "Investigation", "Message", "Note", "Party", "Penalty", "Product", "Recusal", "Remedy", "RemedyItem", "Statement", "StepChange",
    "SurveyAnswer", "Why", "WordToAvoid",
]  # fmt: skip

keep_history(
    Category, Product, WordToAvoid, Customer, Party, Complaint, Allegation, Demand, Investigation, Statement, Remedy, RemedyItem, Improvement
)
