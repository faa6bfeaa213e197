"""Which rules about time a case is under, beside those that always apply."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from complaints.workflow import Step
from escalation.models import CaseRegime, Deadline, Regime
from escalation.obligations import Obligation
from escalation.permissions import require_asking
from escalation.queries.rules import is_owed, regime_of
from escalation.services.deadlines import Book
from staff.models import User

#: Owed from the day a case arrives, until it is done once.
FROM_THE_START = (Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.WHOLE_CASE, Obligation.REPORT_REPLY)
DONE = (Deadline.State.MET, Deadline.State.BREACHED)


@transaction.atomic
def choose(*, complaint_id: int, regime_id: int, reason: str, by: User, at: datetime) -> CaseRegime:
    """Put a case under other rules: the limits of the former end, those of the new run from the day the case arrived."""
    case = locked(complaint_id, by)
    require_asking(by, case, timezone.localdate(at), act="choose_regime")
    regime, before = Regime.objects.get(pk=regime_id, active=True), regime_of(case)
    if case.step == Step.CLOSED or not reason.strip():
        raise NotPossible(_("Say why; and only an open case has rules."))
    if before and before.pk == regime.pk:
        raise NotPossible(_("The case is under these rules already."))
    row = CaseRegime.objects.create(complaint=case, regime=regime, reason=reason.strip(), by=by, at=at)
    book = Book.of(case, at, by=by)
    if before and not before.always:
        book.end([each for each in book.running if each.regime_id == before.pk], given_up=True)
    if not regime.always:
        _begin(book)
    book.keep()
    return row


def _begin(book: Book) -> None:
    """What is still owed by the new rules. The step's own limit runs from now."""
    case = book.case
    sequence = case.changes.order_by("-sequence").values_list("sequence", flat=True)[0]
    done = set(Deadline.objects.filter(complaint=case, state__in=DONE).values_list("matter", flat=True))
    owed = {matter for matter in FROM_THE_START if matter not in done and is_owed(matter, case.kind)}
    if case.decision_sent_at:
        owed -= {Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.REPORT_REPLY}
    book.begin(owed, sequence=sequence, since=case.received_at)
    book.begin({str(case.step)}, sequence=sequence)
