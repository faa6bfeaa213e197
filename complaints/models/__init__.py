"""The file and what belongs to it, one concept per module."""

from complaints.models.accountability import Accountability, Penalty
from complaints.models.complaint import Allegation, Complaint, Demand
from complaints.models.conversation import Attachment, Message, Note
from complaints.models.follow_up import BuysAgain, FollowUp, SurveyAnswer
from complaints.models.improvement import Improvement
from complaints.models.investigation import Cause, Investigation, Statement, Why
from complaints.models.people import Customer, Party
from complaints.models.reception import Apology, Assignment, Classification, ClassificationReview, Confirmation, Recusal
from complaints.models.reference import Category, Product, WordToAvoid
from complaints.models.remedy import Answer, Approval, DemandAnswer, Remedy, RemedyItem
from complaints.models.step_change import StepChange

__all__ = [
    "Accountability", "Allegation", "Answer", "Apology", "Approval", "Assignment", "Attachment", "BuysAgain", "Category", "Cause",
    "Classification", "ClassificationReview", "Complaint", "Confirmation", "Customer", "Demand", "DemandAnswer", "FollowUp", "Improvement",
    "Investigation", "Message", "Note", "Party", "Penalty", "Product", "Recusal", "Remedy", "RemedyItem", "Statement", "StepChange",
    "SurveyAnswer", "Why", "WordToAvoid",
]  # fmt: skip
