"""Step 10: somebody outside the handling unit asks the customer; the case is closed, or handled once more."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Answer, Assignment, Complaint, FollowUp, LowScore, Message, SurveyAnswer
from complaints.permissions import require
from complaints.services import messages
from complaints.services.advance import Move, advancing, keep, locked
from complaints.services.assign import open_investigation
from complaints.services.errors import NotPossible
from complaints.services.recusals import keep_judges_out
from complaints.workflow import ON_ITS_MERITS, Actor, Feeling, Medium, Outcome, Step
from staff.models import Company, Department, User

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
        _check_asked(case, on=on, at=at, reached=reached, open_answer=open_answer, result_score=result_score)
        attempt = FollowUp.objects.create(
            complaint=case, round=case.round, on=on, medium=medium, reached=reached, open_answer=open_answer, result_score=result_score,
            attitude_score=attitude_score, efficiency_score=efficiency_score, ability_score=ability_score, buys_again=buys_again,
            feeling=feeling, low_answer=low_answer, remark=remark, low_from=Company.current().low_score, by=by, at=at,
        )  # fmt: skip
        _check_low(attempt)
        move.record(attempt)
        if low_answer == FollowUp.LowAnswer.ESCALATE:
            _hand_to_management(move)
        if reached:  # who answered low in the survey has been asked back by this
            _settle_low_scores(case, LowScore.Decision.ASKED, remark=remark, by=by, at=at)
    if low_answer == FollowUp.LowAnswer.REOPEN:
        reopen(complaint_id=complaint_id, by=by, at=at, reason=remark)
    return attempt


def _check_asked(case: Complaint, *, on: date, at: datetime, reached: bool, open_answer: str, result_score: int | None) -> None:
    if not timezone.localdate(case.step_entered_at) <= on <= timezone.localdate(at):
        raise NotPossible(_("The day lies before the follow-up was due to begin, or in the future."))
    if reached and (not open_answer.strip() or result_score is None):
        raise NotPossible(_("Ask the open question first, then at least how satisfied the customer is with the result."))


def _check_low(attempt: FollowUp) -> None:
    """Something follows from a low score, and from no other."""
    if attempt.is_low and not attempt.low_answer:
        raise NotPossible(_("A low score needs an answer: reopen, escalate, or the customer's word that it is not wanted."))
    if attempt.low_answer and not attempt.is_low:
        raise NotPossible(_("No score is low: leave the answer to a low score empty, or reopen the case itself."))
    if (
        attempt.low_answer == FollowUp.LowAnswer.REOPEN and not attempt.remark.strip()
    ):  # the customer's own words do not go into the record for ever
        raise NotPossible(_("Say in the remark why the case is reopened."))


def _hand_to_management(move: Move) -> None:
    """A low score that is escalated: complaint management has the case from now on."""
    move.complaint.department = _management()
    move.give_to(Assignment.Kind.FOLLOW_UP, handler=None, reason=_("Low score at the follow-up"))


def _management() -> Department:
    management: Department | None = Department.objects.active().filter(manages=True).order_by("pk").first()
    if management is None:
        raise NotPossible(_("There is no department of complaint management: a manager must name one."))
    return management


def close(*, complaint_id: int, by: User | Actor, at: datetime, seen: int | None = None) -> Complaint:
    """Archive the case; how it ended follows from the customer's last answer. By the system only one that was not drawn for a call."""
    with advancing(complaint_id, "close", by=by, at=at, seen=seen) as move:
        case = move.complaint
        if by is Actor.SYSTEM and not case.draws.filter(round=case.round, selected=False).exists():
            raise NotPossible(_("This customer is to be asked by a person first."))
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
        _settle_low_scores(case, LowScore.Decision.REOPEN, remark=reason, by=by, at=at)
    return case


# --- the customer's own survey ------------------------------------------------------------------------------------------------
@transaction.atomic
def answer_survey(
    *, complaint_id: int, at: datetime, result_score: int, attitude_score: int | None = None, efficiency_score: int | None = None,
    ability_score: int | None = None, buys_again: str = "", open_answer: str = "", of_round: int | None = None,
) -> SurveyAnswer:  # fmt: skip
    """The complainant's own answer, once a round, from the follow-up on. It never moves the case; a low one is a task for the follow-up.

    `of_round`: the round that was asked about; of another nothing is taken.
    """
    case = locked(complaint_id, Actor.COMPLAINANT)
    if not survey_is_open(case) or of_round not in {None, case.round}:
        raise NotPossible(_("The survey is not open."))
    try:
        with transaction.atomic():
            answer = SurveyAnswer.objects.create(
                complaint=case, round=case.round, at=at, result_score=result_score, attitude_score=attitude_score,
                efficiency_score=efficiency_score, ability_score=ability_score, buys_again=buys_again, open_answer=open_answer,
                low_from=Company.current().low_score,
            )  # fmt: skip
    except IntegrityError as error:
        raise NotPossible(_("You have answered the survey already. Thank you.")) from error
    if answer.is_low:
        row = LowScore(complaint=case, survey=answer, department=case.department, raised_at=at)
        keep(row, by=Actor.COMPLAINANT, at=at, reason="answer_survey")
    return answer


def survey_is_open(case: Complaint) -> bool:
    """Whether the complainant can be asked: at the follow-up, or after an end on the merits while the words are kept."""
    on_its_merits = case.step == Step.CLOSED and case.outcome in ON_ITS_MERITS
    return (case.step == Step.FOLLOW_UP or on_its_merits) and not case.is_erased


@transaction.atomic
def answer_low_score(*, low_score_id: int, by: User, at: datetime, decision: LowScore.Decision | str, remark: str) -> LowScore:
    """What came of asking back: handled once more, or the complainant does not want it. Given up as unreached it is by management alone."""
    row = _low_score(low_score_id, by, at=at)
    if not remark.strip():
        raise NotPossible(_("Say what the customer answered."))
    if decision not in {LowScore.Decision.REOPEN, LowScore.Decision.NOT_WANTED, LowScore.Decision.UNREACHED}:
        raise NotPossible(_("Choose what came of it."))
    if decision == LowScore.Decision.UNREACHED and row.escalated_at is None:
        raise NotPossible(_("Escalate to complaint management first: they decide what to do about somebody nobody can reach."))
    if decision == LowScore.Decision.REOPEN:
        reopen(complaint_id=row.complaint_id, by=by, at=at, reason=remark)
    else:
        _decide(row, decision, remark=remark, by=by, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def escalate_low_score(*, low_score_id: int, by: User, at: datetime, remark: str) -> LowScore:
    """Complaint management has it from now on."""
    row = _low_score(low_score_id, by, at=at)
    if row.escalated_at is not None:
        raise NotPossible(_("Complaint management has it already."))
    row.department, row.escalated_at, row.remark = _management(), at, remark
    keep(row, by=by, at=at, reason="escalate_low_score")
    return row


def _low_score(low_score_id: int, by: User, *, at: datetime) -> LowScore:
    """The open task, its case locked before it; else LowScore.DoesNotExist or Refused."""
    seen: LowScore = LowScore.objects.visible_to(by).get(pk=low_score_id)
    case = locked(seen.complaint_id, by)
    require(by, case, "answer_low_score", timezone.localdate(at))
    row: LowScore = LowScore.objects.select_for_update(of=("self",)).select_related("survey").get(pk=low_score_id)
    if row.decided_at is not None:
        raise NotPossible(_("This has been decided already."))
    return row


def _settle_low_scores(case: Complaint, decision: LowScore.Decision, *, remark: str, by: User, at: datetime) -> None:
    """What still waited about this case is answered by what was done now."""
    for row in LowScore.objects.select_for_update(of=("self",)).filter(complaint=case, decided_at=None):
        _decide(row, decision, remark=remark, by=by, at=at)


def _decide(row: LowScore, decision: LowScore.Decision | str, *, remark: str, by: User, at: datetime) -> None:
    row.decision, row.remark, row.decided_by, row.decided_at = LowScore.Decision(decision), remark, by, at
    keep(row, by=by, at=at, reason="answer_low_score")
