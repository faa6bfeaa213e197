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
from complaints.services.reports import name_unit_in, supervision
from complaints.workflow import TEN_STEP_KINDS, Actor, Kind, Medium, Step
from staff.models import Department, User

ATTEMPTS_AT_A_NUMBER = 8


@transaction.atomic
def file(
    *, story: str, demands: Sequence[DemandInput], complainant: PartyInput, medium: Medium | str, department: Department, by: User | Actor, at: datetime,
    own_proposal: str = "", occurred_on: date | None = None, order_number: str = "", product: Product | None = None,
    category: Category | None = None, code_key: str | None = None, kind: Kind | str = Kind.COMPLAINT, named_unit: Department | None = None,
    beside: Sequence[PartyInput] = (),
) -> Complaint:  # fmt: skip
    """Open a case at its first step, in the reception `department`; a report of misconduct goes to the supervision instead.

    Its tracking code is `signing.code_for(case.code_key)`. `named_unit`: whom a report is about. `beside`: who is represented or complains too.
    """
    key = code_key or signing.new_key()
    if kind == Kind.REPORT:
        department = supervision(without=[named_unit] if named_unit else []) or department
    case = Complaint(
        kind=kind, step=Step.APOLOGIZE if kind in TEN_STEP_KINDS else Step.ANSWER, sensitive=any(each.under_14 for each in (complainant, *beside)),
        complainant=make_party(complainant, at=at), medium=medium, received_at=at, recorded_by=None if isinstance(by, Actor) else by,
        story=story, own_proposal=own_proposal, occurred_on=occurred_on, order_number=order_number, product=product, category=category,
        department=department, handler=_first_handler(by, department, kind), step_entered_at=at,
        code_key=key, code_digest=signing.digest_of(signing.code_for(key)), search_text=vector(story, own_proposal, *(each.text for each in demands)),
    )  # fmt: skip
    _save_under_a_new_number(case, by=by, at=at)
    rows = [Demand(complaint=case, number=number, kind=each.kind, text=each.text) for number, each in enumerate(demands, start=1)]
    for row in rows:
        keep(row, by=by, at=at, reason="file")
    others = [make_party(each, at=at, beside=case) for each in beside]
    recorded = [("party", party.pk) for party in (case.complainant, *others)] + [("demand", row.pk) for row in rows]
    if named_unit is not None:
        recorded.append(("namedunit", name_unit_in(case, named_unit, by=by, at=at).pk))
    change = write_change(case, "file", from_step=None, by=by, at=at, reason="", recorded=recorded)
    step_changed.send(sender=Complaint, complaint=case, change=change)
    messages.send(complaint=case, kind=Message.Kind.RECEIPT, by=Actor.SYSTEM, at=at, dedupe_key=f"receipt:{case.pk}")
    return case


def _first_handler(by: User | Actor, department: Department, kind: Kind | str) -> User | None:
    """Whoever takes a complaint down goes on with it; a report they pass on to the supervision at once."""
    if isinstance(by, Actor):
        return None
    return by if kind != Kind.REPORT or by.memberships.filter(department=department, to_on=None).exists() else None


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
