from complaints.admin.complaints import ComplaintAdmin
from complaints.admin.evidence import CustomerAdmin, ExportLogAdmin, ImprovementAdmin, StepChangeAdmin
from complaints.admin.messages import MessageAdmin
from complaints.admin.reference import CategoryAdmin, ProductAdmin, WordToAvoidAdmin
from complaints.admin.statements import StatementAdmin

__all__ = [
    "CategoryAdmin", "ComplaintAdmin", "CustomerAdmin", "ExportLogAdmin", "ImprovementAdmin", "MessageAdmin", "ProductAdmin",
    "StatementAdmin", "StepChangeAdmin", "WordToAvoidAdmin",
]  # fmt: skip
