"""The employee's appeal against a finding: it suspends the measure, and somebody who had no part in it decides."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Appeal, AppealRuling, Measure, Penalty
from complaints.queries import penalties as rules
from complaints.services import amounts, messages
from complaints.services.errors import NotPossible
from complaints.services.penalize import correct_notices, undecided
from complaints.services.statements import check_tells_nobody
from staff.models import User

State = Penalty.State
OPEN_TO_APPEAL = State.IN_FORCE


def may_still_appeal(penalty: Penalty, at: datetime) -> bool:
    """In its time, and once. Where no end was ever told there is none."""
    in_time = penalty.appeal_until is None or timezone.localdate(at) <= penalty.appeal_until
    return penalty.state == OPEN_TO_APPEAL and in_time


@transaction.atomic
def file(*, penalty_id: int, words: str, by: User, at: datetime) -> Appeal:
    """Only who is meant appeals: for everybody else the finding is not there. Raises Penalty.DoesNotExist and NotPossible."""
    mine = Penalty.objects.of(by).select_for_update(of=("self",))
    penalty: Penalty = mine.select_related("accountability__complaint", "accountability__by").get(pk=penalty_id)
    if penalty.state != OPEN_TO_APPEAL:
        raise NotPossible(_("There is an appeal already, or nothing to appeal against."))
    if not may_still_appeal(penalty, at):
        raise NotPossible(_("The time to appeal ended on %(day)s.") % {"day": f"{penalty.appeal_until:%Y-%m-%d}"})
    if not words.strip():
        raise NotPossible(_("Say why the finding is wrong."))
    appeal = Appeal.objects.create(penalty=penalty, words=words.strip(), at=at)
    penalty.state = State.APPEALED
    penalty.save(update_fields=["state"])
    subject = gettext_lazy("An employee has appealed")
    text = gettext_lazy("A finding you proposed on complaint %(number)s is suspended until somebody else has decided.")
    number = {"number": penalty.accountability.complaint.number}
    messages.notify_employee(user=penalty.accountability.by, subject=subject, text=text % number, by=by, at=at)
    return appeal


@transaction.atomic
def rule(
    *, penalty_id: int, outcome: AppealRuling.Outcome | str, reasons: str, by: User, at: datetime, measure: Measure | None = None,
    amount: Decimal | None = None,
) -> AppealRuling:  # fmt: skip
    """Uphold, make lighter or revoke. A revoked finding leaves every figure, and the notices that told of it are corrected."""
    penalty = undecided(penalty_id, "decide_appeal", by=by, at=at)
    outcome = AppealRuling.Outcome(outcome)
    if not reasons.strip():
        raise NotPossible(_("Give the reasons; the employee reads them."))
    if (outcome == AppealRuling.Outcome.REDUCED) is (measure is None):
        raise NotPossible(_("Name the lighter measure when, and only when, the finding is reduced."))
    check_tells_nobody(penalty.accountability.complaint, by, reasons)
    if measure is not None:
        _check_lighter(penalty, measure, amount)
    ruling = AppealRuling.objects.create(
        penalty=penalty, outcome=outcome, reasons=reasons.strip(), measure=measure, amount=amount, by=by, at=at
    )
    penalty.state = State(outcome)
    penalty.save(update_fields=["state"])
    if outcome != AppealRuling.Outcome.UPHELD:
        correct_notices(penalty, by=by, at=at)
    text = gettext_lazy("Outcome and reasons stand under “My matters”.")
    messages.notify_employee(user=penalty.employee, subject=gettext_lazy("Your appeal was decided"), text=text, by=by, at=at)
    return ruling


def _check_lighter(penalty: Penalty, measure: Measure, amount: Decimal | None) -> None:
    amounts.check(amount)
    before = rules.measured(penalty)
    if measure.takes_wages is (amount is None):
        raise NotPossible(_("An amount belongs to a deduction from wages, and to no other measure."))
    less_money = measure == before.measure and amount is not None and before.amount is not None and amount < before.amount
    lighter = measure.weight < before.measure.weight and (amount is None or (before.amount is not None and amount <= before.amount))
    if not (less_money or lighter):
        raise NotPossible(_("An appeal never makes a measure heavier: choose a lighter one, or a smaller amount."))
