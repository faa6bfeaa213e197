"""The survey by a link of its own: whoever opens it sees questions and nothing about the case; only sending the answers uses it up (J1, J3, G11)."""

from datetime import datetime, timedelta
from typing import Any

from complaints import signing
from complaints.models import Complaint, SurveyAnswer, SurveyLink
from complaints.services import follow_up
from complaints.services.errors import NotPossible
from complaints.services.moments import moment_for
from staff.models import Company


class Gone(NotPossible):
    """The link was ours and works no more: used, too old, or the case has moved on since."""


def make_link(*, complaint: Complaint, at: datetime) -> SurveyLink:
    """The link of this round; the outbox puts its token into the mail."""
    key = signing.new_key()
    return SurveyLink.objects.create(
        complaint=complaint,
        round=complaint.round,
        key=key,
        digest=signing.survey_digest_of(signing.survey_token(key)),
        made_at=at,
        expires_at=at + timedelta(days=Company.current().survey_days),
    )


def find(*, token: str, at: datetime) -> SurveyLink:
    """The link of a token, if it can still be answered. Raises SurveyLink.DoesNotExist (never ours), Gone (no more)."""
    link: SurveyLink = SurveyLink.objects.select_related("complaint__complainant").get(digest=signing.survey_digest_of(token))
    case = link.complaint
    answered = SurveyAnswer.objects.filter(complaint=case, round=link.round).exists()
    if answered or at >= link.expires_at or case.round != link.round or not follow_up.survey_is_open(case):
        raise Gone
    return link


def answer(*, token: str, at: datetime, **answers: Any) -> SurveyAnswer:
    """Take the answers, once."""
    link = find(token=token, at=at)
    try:
        moment = moment_for(link.complaint, at)
        return follow_up.answer_survey(complaint_id=link.complaint_id, at=moment, of_round=link.round, **answers)
    except NotPossible as error:  # somebody was faster, or the case moved on this very moment
        raise Gone from error
