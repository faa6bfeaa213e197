from staff.models.absence import Absence
from staff.models.calendar import CalendarYear, OfficeHours, Weekday, WorkDay
from staff.models.chat_group import ChatGroup
from staff.models.company import Company
from staff.models.course import Certificate, Course
from staff.models.denied_attempt import DeniedAttempt
from staff.models.department import Department
from staff.models.document import Clause, Document, DocumentAcknowledgement, DocumentVersion
from staff.models.history import History, append_only
from staff.models.level import Level
from staff.models.meeting import ActionItem, AgendaItem, Meeting
from staff.models.membership import Membership
from staff.models.notice import Notice, NoticeClimb, NoticeReceipt
from staff.models.post import Post
from staff.models.suggestion import Suggestion
from staff.models.user import User

__all__ = [
    "Absence",
    "ActionItem",
    "AgendaItem",
    "CalendarYear",
    "Certificate",
    "ChatGroup",
    "Clause",
    "Company",
    "Course",
    "DeniedAttempt",
    "Department",
    "Document",
    "DocumentAcknowledgement",
    "DocumentVersion",
    "History",
    "Level",
    "Meeting",
    "Membership",
    "Notice",
    "NoticeClimb",
    "NoticeReceipt",
    "OfficeHours",
    "Post",
    "Suggestion",
    "User",
    "Weekday",
    "WorkDay",
    "append_only",
]
