from intake.admin.boxes import BoxAdmin, BoxOpeningAdmin
from intake.admin.channels import ChannelAdmin
from intake.admin.form_events import FormEventAdmin
from intake.admin.reception_days import ReceptionDayAdmin
from intake.admin.submissions import SubmissionAdmin

__all__ = ["BoxAdmin", "BoxOpeningAdmin", "ChannelAdmin", "FormEventAdmin", "ReceptionDayAdmin", "SubmissionAdmin"]
