"""The complainant says what complaining really cost them; their word goes before what the record says (M4)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, CostCorrection
from complaints.services import amounts
from complaints.services.errors import NotPossible
from complaints.workflow import TEN_STEP_KINDS, Step

#: Somebody who sends it over and over fills no table.
MOST = 20


@transaction.atomic
def correct(
    *, complaint_id: int, at: datetime, minutes: int, contacts: int, papers: int, money: Decimal = Decimal(0), words: str = ""
) -> CostCorrection:
    """Keep it beside what was said before; the latest counts, from the next solution on."""
    amounts.check(money, nothing_too=True)
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint_id)
    if case.step == Step.CLOSED or case.kind not in TEN_STEP_KINDS or case.is_erased:
        raise NotPossible(_("This complaint is completed."))
    if case.cost_corrections.count() >= MOST:
        raise NotPossible(_("This was put right many times already; please write to us."))
    return CostCorrection.objects.create(complaint=case, minutes=minutes, contacts=contacts, papers=papers, money=money, words=words, at=at)
