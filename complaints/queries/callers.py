"""Who is on the telephone: customers with this number, e-mail address or order number, as far as their cases may be seen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import Q

from complaints.models import Complaint, Customer
from staff.models import User

#: Fewer digits are no telephone number.
FEWEST_DIGITS = 7
MOST_SHOWN = 5


@dataclass
class Caller:
    customer: Customer
    #: Their open cases, the oldest first.
    cases: list[Complaint] = field(default_factory=list)


def callers(user: User, text: str) -> list[Caller]:
    """Customers in their own name who have a case this person may see; whole contacts only, so that nobody can feel their way to one."""
    text = text.strip()[:200]
    if not text:
        return []
    seen = Complaint.objects.visible_to(user)
    asked = Q(email__iexact=text) | Q(pk__in=seen.filter(order_number__iexact=text).values("complainant__customer"))
    digits = re.sub(r"\D", "", text)
    if len(digits) >= FEWEST_DIGITS:
        asked |= Q(phone_digits=digits.removeprefix("86") if len(digits) == 13 else digits)
    theirs = seen.filter(complainant__customer__isnull=False).values("complainant__customer")
    found = {row.pk: Caller(row) for row in Customer.objects.filter(asked, pk__in=theirs).order_by("first_seen_at", "pk")[:MOST_SHOWN]}
    for case in seen.open().filter(complainant__customer__in=found).select_related("complainant", "category").order_by("received_at"):
        if case.complainant.customer_id is not None:
            found[case.complainant.customer_id].cases.append(case)
    return list(found.values())


def newest_case_of(user: User, customer_id: int) -> Complaint | None:
    """The newest case of a customer that this person may see."""
    theirs = Complaint.objects.visible_to(user).filter(complainant__customer=customer_id)
    return theirs.select_related("complainant__customer").order_by("-received_at", "-pk").first()
