"""Who is complaining: the party of this case, matched to the customer the company knows."""

import re
from datetime import datetime

from complaints.models import Customer, Party
from complaints.services.inputs import PartyInput


def digits(phone: str) -> str:
    """A phone number as digits only, without the prefix of mainland China, so that two spellings meet."""
    plain = re.sub(r"\D", "", phone)
    return plain.removeprefix("0086") if plain.startswith("0086") else plain.removeprefix("86") if len(plain) == 13 else plain


def matching_customer(given: PartyInput) -> Customer | None:
    """The customer with this e-mail address or phone number, the longest known first."""
    known = Customer.objects.none()
    if given.email:
        known |= Customer.objects.filter(email__iexact=given.email)
    if digits(given.phone):
        known |= Customer.objects.filter(phone_digits=digits(given.phone))
    return known.order_by("first_seen_at", "pk").first()


def make_party(given: PartyInput, *, at: datetime) -> Party:
    """A new party for a new case, and the customer behind it."""
    email = given.email.strip().lower()
    customer = matching_customer(given) or Customer.objects.create(
        name=given.name, email=email, phone=given.phone, phone_digits=digits(given.phone), first_seen_at=at
    )
    return Party.objects.create(
        customer=customer, name=given.name, email=email, phone=given.phone, phone_digits=digits(given.phone),
        address=given.address, language=given.language,
    )  # fmt: skip
