"""Who is complaining: the party of this case, matched to the customer the company knows."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.models import Customer, Identity, Party
from complaints.services.advance import keep
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.signing import keyed
from complaints.workflow import Actor, Mode
from staff.models.compiled import Compiled, Given

if TYPE_CHECKING:
    from complaints.models import Complaint


def digits(phone: str) -> str:
    """A phone number as digits only, without the prefix of mainland China, so that two spellings meet."""
    plain = re.sub(r"\D", "", phone)
    return plain.removeprefix("0086") if plain.startswith("0086") else plain.removeprefix("86") if len(plain) == 13 else plain


KNOWN = Compiled(
    lambda: Customer.objects.filter(Q(email=Given("email")) | Q(phone_digits=Given("digits"))).order_by("first_seen_at", "pk")[:1]
)


def matching_customer(given: PartyInput) -> Customer | None:
    """The customer with this e-mail address or phone number, the longest known first."""
    # An e-mail address is kept in small letters. What was not given is asked for as NULL, which nothing equals.
    return KNOWN.first(email=given.email.strip().lower() or None, digits=digits(given.phone) or None)


def contact_digest(email: str, phone: str) -> str:
    """Keyed hash of the mailbox (letter case and `+tags` do not make another), else of the phone number; "" when there is neither."""
    local, _at, domain = email.strip().lower().rpartition("@")
    contact = f"{local.split('+', 1)[0]}@{domain}" if local else digits(phone)
    return keyed("contact", contact) if contact else ""


def make_party(given: PartyInput, *, at: datetime, beside: Complaint | None = None) -> Party:
    """A new party for a new case; in their own name with the customer behind it, confidential under seal, anonymous empty."""
    party = Party(mode=given.mode, standing=given.standing, under_14=given.under_14, language=given.language, beside=beside)
    if given.mode == Mode.REAL_NAME:
        _name_openly(party, given, at=at)
    if given.mode == Mode.CONFIDENTIAL:
        party.sealed = json.dumps(asdict(Identity(given.name, given.email.strip().lower(), given.phone, given.address)), ensure_ascii=False)
    if given.mode != Mode.ANONYMOUS:
        party.contact_digest = contact_digest(given.email, given.phone)
        party.employee_digest = keyed("employee", given.employee_number.strip().lower()) if given.employee_number.strip() else ""
    keep(party, by=Actor.COMPLAINANT, at=at, reason="file", force_insert=True)  # its history bears the time of the filing, not another
    return party


def _name_openly(party: Party, given: PartyInput, *, at: datetime) -> None:
    party.name, party.email, party.phone, party.address = given.name, given.email.strip().lower(), given.phone, given.address
    party.phone_digits = digits(given.phone)
    party.customer = matching_customer(given) or Customer.objects.create(
        name=given.name, email=party.email, phone=given.phone, phone_digits=party.phone_digits, language=given.language, first_seen_at=at
    )


def correct(party: Party, given: PartyInput, *, at: datetime) -> None:
    """The complainant puts right who they are and how to reach them; the history says that and when, not what. Locked by the caller.

    A customer known from this case alone is corrected with it; otherwise the party is matched anew.
    """
    if party.mode == Mode.ANONYMOUS:
        raise NotPossible(_("Nobody knows who this is: it came anonymously."))
    if party.mode == Mode.CONFIDENTIAL:
        given = _with_what_was_left_out(given, party.identity())
        sealed = replace(party.identity(), name=given.name, email=given.email.strip().lower(), phone=given.phone)
        party.sealed = json.dumps(asdict(sealed), ensure_ascii=False)
    else:
        _correct_openly(party, given, at=at)
    party.contact_digest = contact_digest(given.email, given.phone)
    keep(party, by=Actor.COMPLAINANT, at=at, reason="correct")


def _with_what_was_left_out(given: PartyInput, known: Identity) -> PartyInput:
    """Nobody sees what lies under seal, so it cannot be typed again: what is left empty stays as it is."""
    return replace(given, name=given.name or known.name, email=given.email or known.email, phone=given.phone or known.phone)


def _correct_openly(party: Party, given: PartyInput, *, at: datetime) -> None:
    customer = party.customer
    if customer is None or customer.parties.exclude(pk=party.pk).exists():
        _name_openly(party, replace(given, address=party.address), at=at)
        return
    party.name, party.email, party.phone, party.phone_digits = given.name, given.email.strip().lower(), given.phone, digits(given.phone)
    customer.name, customer.email, customer.phone, customer.phone_digits = party.name, party.email, party.phone, party.phone_digits
    keep(customer, by=Actor.COMPLAINANT, at=at, reason="correct")
