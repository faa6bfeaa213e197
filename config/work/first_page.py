"""What waits for a person: the piles of their first page, each a count and its first rows."""

from __future__ import annotations

from datetime import datetime

from config.work import (
    about_me,
    arrivals,
    articles,
    cases,
    crises,
    departments,
    fairness,
    fund,
    incidents,
    information,
    limits,
    machines,
    messages,
    protection,
    surveys,
    to_do,
)
from config.work.pile import Pile
from staff.models import User

#: The most pressing first; what is of cases is for whoever reads files.
BEFORE = (machines, crises, incidents)
OF_CASES = (cases, limits, protection, messages)
AFTER = (departments, surveys, fund, about_me, fairness, to_do, articles, information, arrivals)


def work_for(user: User, at: datetime) -> list[Pile]:
    """The piles of this person, the most pressing first; one's own open cases and notices are there even when empty, and then at the end."""
    parts = (*BEFORE, *(OF_CASES if user.has_perm("complaints.read_files") else ()), *AFTER)
    piles = [pile for part in parts for pile in part.piles(user, at)]
    return sorted((pile for pile in piles if pile.count or pile.stays), key=lambda pile: not pile.count)
