"""Step 2: what happened and what is asked for, each allegation a row, shown or read back to the complainant."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Allegation, Complaint, Confirmation, Demand, Message, Product
from complaints.search import vector
from complaints.services import messages
from complaints.services.advance import Move, actor_of, advancing, locked
from complaints.services.errors import NotPossible
from complaints.services.inputs import DemandInput
from complaints.services.recusals import keep_out
from complaints.workflow import UNANSWERED, Actor, Step
from staff.models import User


def record_facts(
    *, complaint_id: int, by: User, at: datetime, facts: str, allegations: Sequence[str], how: Confirmation.How | str,
    result: Confirmation.Result | str = Confirmation.Result.WAITING, demands: Sequence[DemandInput] = (), named: Sequence[User] = (),
    own_proposal: str | None = None, occurred_on: date | None = None, order_number: str | None = None, product: Product | None = None,
    seen: int | None = None,
) -> Complaint:  # fmt: skip
    """Write the record. `demands` come on top of those given at filing; employees in `named` are kept out of the case from now on.

    What is None stays as it is. With `how` SHOWN the complainant is asked to confirm on the tracking page.
    """
    with advancing(complaint_id, "record_facts", by=by, at=at, seen=seen) as move:
        case = move.complaint
        case.facts = facts
        for name, value in (
            ("own_proposal", own_proposal),
            ("occurred_on", occurred_on),
            ("order_number", order_number),
            ("product", product),
        ):
            if value is not None:
                setattr(case, name, value)
        _add_rows(move, allegations, demands)
        for employee in named:
            keep_out(move, employee)
        confirmation = Confirmation.objects.create(complaint=case, how=how, result=result, actor=Actor.STAFF, by=by, at=at)
        move.record(confirmation)
        words = [case.story, facts, case.own_proposal, *allegations, *case.demands.values_list("text", flat=True)]
        case.search_text = vector(*words)
        if how == Confirmation.How.SHOWN:
            messages.send(complaint=case, kind=Message.Kind.RECORD, by=by, at=at)
    return case


def _add_rows(move: Move, allegations: Sequence[str], demands: Sequence[DemandInput]) -> None:
    case = move.complaint
    first = case.allegations.count() + 1
    for number, text in enumerate(allegations, start=first):
        move.save(Allegation(complaint=case, number=number, text=text))
    first = case.demands.count() + 1
    for number, each in enumerate(demands, start=first):
        move.save(Demand(complaint=case, number=number, kind=each.kind, text=each.text))


@transaction.atomic
def confirm_record(
    *, complaint_id: int, by: User | Actor, at: datetime, result: Confirmation.Result | str, correction: str = ""
) -> Confirmation:
    """The complainant confirms or corrects the record, once each time it is shown and until the decision is answered.

    A correction is a message too, so the handler sees it.
    """
    case = locked(complaint_id, by)
    if case.step not in UNANSWERED or case.step in {Step.APOLOGIZE, Step.RECORD}:
        raise NotPossible(_("There is no record to confirm at the moment."))
    newest = case.confirmations.order_by("-at", "-pk").first()
    if newest is None or newest.result != Confirmation.Result.WAITING:
        raise NotPossible(_("This record is confirmed or corrected already."))
    confirmation = Confirmation.objects.create(
        complaint=case, how=Confirmation.How.SHOWN, result=result, correction=correction, actor=actor_of(by),
        by=None if isinstance(by, Actor) else by, at=at,
    )  # fmt: skip
    if correction:
        messages.receive(complaint_id=case.pk, text=correction, medium="web", by=by, at=at)
    return confirmation
