from staff.admin.acts import Act
from staff.admin.denied_attempts import DeniedAttemptAdmin
from staff.admin.documents import DocumentAcknowledgementAdmin, DocumentAdmin, DocumentVersionAdmin
from staff.admin.meetings import ActionItemAdmin, ChatGroupAdmin, MeetingAdmin
from staff.admin.memberships import MembershipAdmin
from staff.admin.notices import NoticeAdmin, NoticeReceiptAdmin
from staff.admin.office import OfficeAdmin, RecordAdmin
from staff.admin.organisation import CompanyAdmin, DepartmentAdmin, PostAdmin
from staff.admin.suggestions import SuggestionAdmin
from staff.admin.training import AbsenceAdmin, CertificateAdmin, CourseAdmin
from staff.admin.users import UserAdmin

__all__ = [
    "AbsenceAdmin",
    "Act",
    "ActionItemAdmin",
    "CertificateAdmin",
    "ChatGroupAdmin",
    "CompanyAdmin",
    "CourseAdmin",
    "DeniedAttemptAdmin",
    "DepartmentAdmin",
    "DocumentAcknowledgementAdmin",
    "DocumentAdmin",
    "DocumentVersionAdmin",
    "MeetingAdmin",
    "MembershipAdmin",
    "NoticeAdmin",
    "NoticeReceiptAdmin",
    "OfficeAdmin",
    "PostAdmin",
    "RecordAdmin",
    "SuggestionAdmin",
    "UserAdmin",
]
