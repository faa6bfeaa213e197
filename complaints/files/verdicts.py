"""What can be said of a file after it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    """What was done to a file before anyone may open it."""

    RE_ENCODED = "re_encoded"
    STRIPPED = "stripped"
    PLAIN = "plain"
    AS_RECEIVED = "as_received"


class Reason(StrEnum):
    """Why a file was not taken."""

    INFECTED = "infected"
    NOT_WHAT_IT_SAYS = "not_what_it_says"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    PACKED_TOO_TIGHT = "packed_too_tight"
    ACTIVE = "active"
    NOT_EXAMINED = "not_examined"


class Refused(Exception):
    """The file cannot be taken; of an infected one with the name of what was found."""

    def __init__(self, reason: Reason, signature: str = "") -> None:
        super().__init__(reason)
        self.reason, self.signature = reason, signature


@dataclass(frozen=True)
class Cleaned:
    """A file that may be opened: what was done to it and what it is now."""

    treatment: Treatment
    media_type: str
