"""A complaint comes in: the case is opened and its receipt enqueued."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from complaints import signing
from complaints.events import step_changed
from complaints.models import Category, Complaint, Demand, Message, Product
from complaints.search import vector
from complaints.services import messages
from complaints.services.advance import keep, write_change
from complaints.services.inputs import DemandInput, PartyInput
from complaints.services.people import make_party
from complaints.workflow import Actor, Medium
from staff.models import Department, User

ATTEMPTS_AT_A_NUMBER = 8


@transaction.atomic
def file(
    *, story: str, demands: Sequence[DemandInput], complainant: PartyInput, medium: Medium | str, department: Department, by: User | Actor, at: datetime,
    own_proposal: str = "", occurred_on: date | None = None, order_number: str = "", product: Product | None = None,
    category: Category | None = None, code_key: str | None = None,
) -> Complaint:  # fmt: skip
    """Open a case at its first step, in the reception `department`. Its tracking code is `signing.code_for(case.code_key)`."""
    key = code_key or signing.new_key()
    case = Complaint(
        complainant=make_party(complainant, at=at), medium=medium, received_at=at, recorded_by=None if isinstance(by, Actor) else by,
        story=story, own_proposal=own_proposal, occurred_on=occurred_on, order_number=order_number, product=product, category=category,
        department=department, handler=None if isinstance(by, Actor) else by, step_entered_at=at,
        code_key=key, code_digest=signing.digest_of(signing.code_for(key)), search_text=vector(story, own_proposal, *(each.text for each in demands)),
    )  # fmt: skip
    _save_under_a_new_number(case, by=by, at=at)
    rows = [Demand(complaint=case, number=number, kind=each.kind, text=each.text) for number, each in enumerate(demands, start=1)]
    for row in rows:
        keep(row, by=by, at=at, reason="file")
    recorded = [("party", case.complainant_id), *(("demand", row.pk) for row in rows)]
    change = write_change(case, "file", from_step=None, by=by, at=at, reason="", recorded=recorded)
    step_changed.send(sender=Complaint, complaint=case, change=change)
    messages.send(complaint=case, kind=Message.Kind.RECEIPT, by=Actor.SYSTEM, at=at, dedupe_key=f"receipt:{case.pk}")
    return case


def _save_under_a_new_number(case: Complaint, *, by: User | Actor, at: datetime) -> None:
    """Two cases may draw the same five characters on one day: the second draws again."""
    for attempt in range(1, ATTEMPTS_AT_A_NUMBER + 1):
        case.number = f"{timezone.localdate(at):%y%m%d}-{signing.new_number_suffix()}"
        try:
            with transaction.atomic():
                keep(case, by=by, at=at, reason="file", force_insert=True)
        except IntegrityError as error:
            taken = "number" in str(error)
            if not taken or attempt == ATTEMPTS_AT_A_NUMBER:
                raise
        else:
            return
