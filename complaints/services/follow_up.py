"""Step 10: somebody outside the handling unit asks the customer; the case is closed, or handled once more."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Answer, Assignment, Complaint, FollowUp, Message, SurveyAnswer
from complaints.services import messages
from complaints.services.advance import Move, advancing, locked
from complaints.services.assign import open_investigation
from complaints.services.errors import NotPossible
from complaints.services.recusals import keep_judges_out
from complaints.workflow import ON_ITS_MERITS, Actor, Feeling, Medium, Outcome, Step
from staff.models import Department, User

OUTCOME_OF = {
    Answer.Kind.ACCEPTED: Outcome.ACCEPTED,
    Answer.Kind.UNDERSTOOD: Outcome.UNDERSTOOD,
    Answer.Kind.LAPSED: Outcome.LAPSED,
}


@transaction.atomic
def follow_up(
    *, complaint_id: int, by: User, at: datetime, on: date, medium: Medium | str, reached: bool, open_answer: str = "",
    result_score: int | None = None, attitude_score: int | None = None, efficiency_score: int | None = None, ability_score: int | None = None,
    buys_again: str = "", feeling: Feeling | str = "", low_answer: FollowUp.LowAnswer | str = "", remark: str = "", seen: int | None = None,
) -> FollowUp:  # fmt: skip
    """Record one attempt. Scores run from 1 to 5; a low one needs `low_answer`, which reopens the case when it says so."""
    with advancing(complaint_id, "follow_up", by=by, at=at, seen=seen) as move:
        case = move.complaint
        if not timezone.localdate(case.step_entered_at) <= on <= timezone.localdate(at):
            raise NotPossible(_("The day lies before the follow-up was due to begin, or in the future."))
        if reached and (not open_answer.strip() or result_score is None):
            raise NotPossible(_("Ask the open question first, then at least how satisfied the customer is with the result."))
        attempt = FollowUp.objects.create(
            complaint=case, round=case.round, on=on, medium=medium, reached=reached, open_answer=open_answer, result_score=result_score,
            attitude_score=attitude_score, efficiency_score=efficiency_score, ability_score=ability_score, buys_again=buys_again,
            feeling=feeling, low_answer=low_answer, remark=remark, by=by, at=at,
        )  # fmt: skip
        if attempt.is_low and not low_answer:
            raise NotPossible(_("A low score needs an answer: reopen, escalate, or the customer's word that it is not wanted."))
        if low_answer and not attempt.is_low:
            raise NotPossible(_("No score is low: leave the answer to a low score empty, or reopen the case itself."))
        if low_answer == FollowUp.LowAnswer.REOPEN and not remark.strip():  # the customer's own words do not go into the record for ever
            raise NotPossible(_("Say in the remark why the case is reopened."))
        move.record(attempt)
        if low_answer == FollowUp.LowAnswer.ESCALATE:
            _hand_to_management(move)
    if low_answer == FollowUp.LowAnswer.REOPEN:
        reopen(complaint_id=complaint_id, by=by, at=at, reason=remark)
    return attempt


def _hand_to_management(move: Move) -> None:
    """A low score that is escalated: complaint management has the case from now on."""
    management = Department.objects.active().filter(manages=True).order_by("pk").first()
    if management is None:
        raise NotPossible(_("There is no department of complaint management: a manager must name one."))
    move.complaint.department = management
    move.give_to(Assignment.Kind.FOLLOW_UP, handler=None, reason=_("Low score at the follow-up"))


def close(*, complaint_id: int, by: User, at: datetime, seen: int | None = None) -> Complaint:
    """Archive the case; how it ended follows from the customer's last answer."""
    with advancing(complaint_id, "close", by=by, at=at, seen=seen) as move:
        case = move.complaint
        answer = case.customer_answers.filter(kind__in=OUTCOME_OF).order_by("-pk").first()
        if answer is None:
            raise NotPossible(_("The customer's answer, or that the time for it has passed, is not on file."))
        case.outcome, case.closed_at = OUTCOME_OF[Answer.Kind(answer.kind)], at
    return case


def reopen(*, complaint_id: int, by: User, at: datetime, reason: str, seen: int | None = None) -> Complaint:
    """Handle it once more: back to the cause, with the unit that answers for it."""
    with advancing(complaint_id, "reopen", by=by, at=at, seen=seen, reason=reason) as move:
        case = move.complaint
        if case.handling_department is None and case.category is not None:  # it was called unfounded
            case.handling_department = case.category.department
        if case.handling_department is not None:
            case.department = case.handling_department
        if case.unfounded:
            keep_judges_out(move)
        case.unfounded, case.outcome, case.closed_at = False, "", None
        case.forget_decision()
        case.round += 1
        move.give_to(Assignment.Kind.RETURNED, handler=None, reason=reason)
        open_investigation(move)
        messages.send(complaint=case, kind=Message.Kind.ENDED, by=by, at=at, extra={"outcome": "reopened"})
    return case


@transaction.atomic
def answer_survey(
    *, complaint_id: int, at: datetime, result_score: int, attitude_score: int | None = None, efficiency_score: int | None = None,
    ability_score: int | None = None, buys_again: str = "", open_answer: str = "",
) -> SurveyAnswer:  # fmt: skip
    """The complainant's own answer, once a round, from the follow-up on. It never moves the case."""
    case = locked(complaint_id, Actor.COMPLAINANT)
    on_its_merits = case.step == Step.CLOSED and case.outcome in ON_ITS_MERITS
    if case.step != Step.FOLLOW_UP and not on_its_merits:
        raise NotPossible(_("The survey is not open."))
    try:
        with transaction.atomic():
            return SurveyAnswer.objects.create(
                complaint=case, round=case.round, at=at, result_score=result_score, attitude_score=attitude_score,
                efficiency_score=efficiency_score, ability_score=ability_score, buys_again=buys_again, open_answer=open_answer,
            )  # fmt: skip
    except IntegrityError as error:
        raise NotPossible(_("You have answered the survey already. Thank you.")) from error
