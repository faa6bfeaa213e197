"""Which rules about time a case is under, beside those that always apply."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from complaints.workflow import Step
from escalation.models import CaseRegime, Regime
from escalation.obligations import Obligation
from escalation.permissions import require_asking
from escalation.queries.rules import regime_of
from escalation.services.deadlines import Book
from escalation.services.owed import FROM_THE_START, begin_owed
from staff.models import User


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
        book.end([each for each in book.running if each.regime_id == before.pk and not each.is_late(at)], given_up=True)
    if not regime.always:
        begin_owed(book, (*FROM_THE_START, Obligation.REMEDY, case.step))
    book.keep()
    return row
