"""Which addresses and names speak of a case that somebody may not see."""

import re

from complaints.models import Complaint
from staff.models import User

NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{6}-[0-9A-Za-z]{5}(?![0-9A-Za-z])")
PAGE = re.compile(r"/complaints/complaint/(\d{1,18})/")


def hidden_from(user: User, texts: list[str]) -> set[str]:
    """Those of `texts` that hold the number or the address of a case which is there, but not for this user."""
    numbers = {text: {found.upper() for found in NUMBER.findall(text)} for text in texts}
    pages = {text: {int(found) for found in PAGE.findall(text)} for text in texts}
    named = Complaint.objects.filter(number__in=set().union(*numbers.values())) | Complaint.objects.filter(
        pk__in=set().union(*pages.values())
    )
    there = dict(named.values_list("pk", "number"))
    if not there:
        return set()
    seen = set(Complaint.objects.visible_to(user).filter(pk__in=there).values_list("pk", flat=True))
    unseen = {pk: number for pk, number in there.items() if pk not in seen}
    return {text for text in texts if numbers[text] & set(unseen.values()) or pages[text] & set(unseen)}
