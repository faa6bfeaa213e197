"""Who is behind a case, as the person reading may know: in full, masked, or that it is protected (threats I11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from complaints.masking import mask_address, mask_email, mask_name, mask_phone, mask_text
from complaints.models import Message, Party
from complaints.queries.whole_file import WholeFile
from complaints.workflow import Mode, Standing
from staff.models import User


@dataclass(frozen=True)
class Shown:
    """What the customer's panel says."""

    party: Party
    reader: User
    #: The reader may write to the customer and sees name and contact as they are; that look is kept.
    in_full: bool
    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    #: Who is represented, or complains too.
    others: list[str] = field(default_factory=list)
    #: Requests to open a confidential identity that wait for a second person, and whether it is open for the reader now.
    waiting: list[Any] = field(default_factory=list)
    open_until: datetime | None = None

    @property
    def for_somebody(self) -> bool:
        return self.party.standing != Standing.SELF


def shown_to(file: WholeFile, by: User, at: datetime, *, reaches: bool) -> Shown:
    """`reaches`: whether the reader may write to the customer."""
    party = file.case.complainant
    others = [_name_of(other, in_full=reaches) for other in Party.objects.filter(beside=file.case).order_by("pk")]
    if party.mode != Mode.REAL_NAME:
        mine = [row.open_until for row in file.identity_requests if row.asked_by_id == by.pk and row.open_until and row.open_until > at]
        waiting = [row for row in file.identity_requests if row.decided_at is None]
        return Shown(party, by, in_full=False, name=str(party), others=others, waiting=waiting, open_until=max(mine, default=None))
    if reaches:
        known = bool(party.name or party.email or party.phone or party.address)
        return Shown(party, by, in_full=known, name=str(party), phone=party.phone, email=party.email, address=party.address, others=others)
    phone, email, address = mask_phone(party.phone), mask_email(party.email), mask_address(party.address)
    return Shown(party, by, in_full=False, name=_name_of(party, in_full=False), phone=phone, email=email, address=address, others=others)


def _name_of(party: Party, *, in_full: bool) -> str:
    return str(party) if in_full or party.is_protected or not party.name else mask_name(party.name)


def hide_codes(file: WholeFile) -> None:
    """That a code was sent says that somebody guessed the contact: of a protected case nobody here learns it (threat I4)."""
    if file.case.complainant.is_protected:
        file.sets["messages"] = [row for row in file.messages if row.kind != Message.Kind.CODE]


def hide_in_letters(file: WholeFile, *, reaches: bool) -> None:
    """The customer's name in our own letters, on the instances of the page, which are never saved."""
    party = file.case.complainant
    if reaches or party.is_protected:
        return
    for message in file.messages:
        if message.direction == "out":
            message.text = mask_text(message.text, party.name, party.address)
            message.subject = mask_text(message.subject, party.name)
