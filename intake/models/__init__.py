"""How things arrive: by which channel, what exactly, and what became of it."""

from intake.models.attempt import AttemptCounter
from intake.models.channel import Channel
from intake.models.submission import Filing, Submission

__all__ = ["AttemptCounter", "Channel", "Filing", "Submission"]
