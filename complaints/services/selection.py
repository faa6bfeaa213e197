"""Whom step 10 asks: drawn by the system by the rules of that day, once a round; nobody chooses and nobody draws again."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from complaints.models import Answer, Complaint, FollowUpDraw, FollowUpRule
from complaints.services import follow_up
from complaints.services.advance import Move
from complaints.services.one_by_one import one_by_one
from complaints.workflow import Actor, Step
from staff.models import Company

#: So many numbers there are to draw; a hundred of them are one per cent.
NUMBERS = 10_000
EVERYBODY = 100


def draw(move: Move) -> FollowUpDraw:
    """Draw for the case that comes to step 10 now; the drawing belongs to the record of the act."""
    case = move.complaint
    rule, percent = share_for(case)
    drawn = thrown()
    row = FollowUpDraw.objects.create(
        complaint=case, round=case.round, rule=rule, percent=percent, drawn=drawn, selected=drawn < percent * 100, at=move.at
    )
    move.record(row)
    return row


def thrown() -> int:
    """The system's dice."""
    return secrets.randbelow(NUMBERS)


def share_for(case: Complaint) -> tuple[str, int]:
    """The rule with the largest share of those that fit, and the share; where there are no rules, everybody is asked."""
    rules = list(FollowUpRule.objects.filter(active=True).order_by("-percent", "pk"))
    if not rules:
        return "", EVERYBODY
    results = results_of(case)
    fitting = next((rule for rule in rules if rule.fits(case, results)), None)
    return (fitting.name, fitting.percent) if fitting else ("", 0)


def results_of(case: Complaint) -> set[str]:
    """What the rules can ask of how it went."""
    found = set[str]()
    remedy = case.remedies.order_by("-version").first()
    if case.unfounded or (remedy is not None and remedy.answers.filter(answer="refused").exists()):
        found.add(FollowUpRule.Result.REFUSED)
    last = case.customer_answers.order_by("-pk").first()
    if last is not None and last.kind == Answer.Kind.LAPSED:
        found.add(FollowUpRule.Result.LAPSED)
    if case.round > 1:
        found.add(FollowUpRule.Result.REOPENED)
    return found


def close_unasked(*, at: datetime) -> int:
    """Close the cases that were not drawn and have had some days for the survey; how many.

    One that still waits for something (an item, a low answer in the survey) stays with the people.
    """
    before = at - timedelta(days=Company.current().survey_wait_days)
    not_drawn = FollowUpDraw.objects.filter(complaint=OuterRef("pk"), round=OuterRef("round"), selected=False)
    waiting = Complaint.objects.filter(Exists(not_drawn), step=Step.FOLLOW_UP, step_entered_at__lte=before).order_by(
        "step_entered_at", "pk"
    )
    return one_by_one(waiting, "close", lambda pk: follow_up.close(complaint_id=pk, by=Actor.SYSTEM, at=at))
