"""Who is on the telephone: people with this number, e-mail address or order number, as cases that may be seen name them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import Q

from complaints.models import Complaint, Party
from complaints.querysets import ComplaintQuerySet
from complaints.workflow import Mode
from staff.models import User

#: Fewer digits are no telephone number.
FEWEST_DIGITS = 7
MOST_SHOWN = 5
#: More cases than this with one contact are not gone through.
MOST_CASES = 100


@dataclass
class Caller:
    #: The newest case with this contact that the person may see; name and contact are shown as given there, and nowhere else.
    named_in: Complaint
    #: Their open cases, the oldest first.
    cases: list[Complaint] = field(default_factory=list)

    @property
    def party(self) -> Party:
        return self.named_in.complainant


def callers(user: User, text: str) -> list[Caller]:
    """People in their own name in a case this person may see; whole contacts only, so that nobody can feel their way to one."""
    text = text.strip()[:200]
    if not text:
        return []
    asked = Q(complainant__email=text.lower()) | Q(order_number__iexact=text)
    digits = re.sub(r"\D", "", text)
    if len(digits) >= FEWEST_DIGITS:
        asked |= Q(complainant__phone_digits=digits.removeprefix("86") if len(digits) == 13 else digits)
    named = _named(user).filter(asked).order_by("-received_at", "-pk")[:MOST_CASES]
    found: dict[int | None, Caller] = {}
    for case in named:
        if case.complainant.customer_id in found or len(found) < MOST_SHOWN:
            found.setdefault(case.complainant.customer_id, Caller(case))
    for case in _named(user).open().filter(complainant__customer__in=list(found)).select_related("category").order_by("received_at"):
        found[case.complainant.customer_id].cases.append(case)
    return list(found.values())


def case_to_fill_in(user: User, case_id: int) -> Complaint | None:
    """The case whose complainant is to be filled in, if this person may see it."""
    return _named(user).filter(pk=case_id).first()


def _named(user: User) -> ComplaintQuerySet:
    seen: ComplaintQuerySet = Complaint.objects.visible_to(user).filter(
        complainant__mode=Mode.REAL_NAME, complainant__customer__isnull=False
    )
    return seen.select_related("complainant")
