"""How things arrive: by which channel, what exactly, and what became of it."""

from intake.models.attempt import Attempt
from intake.models.box import Box, BoxConfirmation, BoxOpening, Slip
from intake.models.channel import Channel
from intake.models.duplicate_hint import DuplicateHint
from intake.models.form_event import FormEvent
from intake.models.reception_day import Booking, ReceptionDay
from intake.models.submission import Discard, Filing, Hold, Submission

__all__ = [
    "Attempt", "Booking", "Box", "BoxConfirmation", "BoxOpening", "Channel", "Discard", "DuplicateHint", "Filing", "FormEvent", "Hold", "ReceptionDay",
    "Slip", "Submission",
]  # fmt: skip
