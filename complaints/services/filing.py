"""A complaint comes in: the case is opened and its receipt enqueued."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from complaints import signing
from complaints.events import step_changed
from complaints.models import Category, Complaint, Demand, Product
from complaints.search import vector
from complaints.services import messages
from complaints.services.advance import keep, keep_new, write_change
from complaints.services.inputs import DemandInput, PartyInput
from complaints.services.people import make_party
from complaints.services.reports import name_unit_in, supervision
from complaints.workflow import TEN_STEP_KINDS, Actor, Kind, Medium, Step
from staff.models import Department, User
from staff.models.compiled import Figures, Given


@transaction.atomic
def file(
    *, story: str, demands: Sequence[DemandInput], complainant: PartyInput, medium: Medium | str, department: Department, by: User | Actor, at: datetime,
    own_proposal: str = "", occurred_on: date | None = None, order_number: str = "", product: Product | None = None,
    category: Category | None = None, code_key: str | None = None, kind: Kind | str = Kind.COMPLAINT, named_unit: Department | None = None,
    beside: Sequence[PartyInput] = (), received_at: datetime | None = None,
) -> Complaint:  # fmt: skip
    """Open a case at its first step, in the reception `department`; a report of misconduct goes to the supervision instead.

    `received_at`: when it arrived, if it waited to be understood; the first time limit runs from `at`, when somebody can act on it.
    Its tracking code is `signing.code_for(case.code_key)`. `named_unit`: whom a report is about. `beside`: who is represented or complains too.
    """
    key = code_key or signing.new_key()
    if kind == Kind.REPORT:
        department = supervision(without=[named_unit] if named_unit else [])
    case = Complaint(
        kind=kind, step=Step.APOLOGIZE if kind in TEN_STEP_KINDS else Step.ANSWER, sensitive=any(each.under_14 for each in (complainant, *beside)),
        complainant=make_party(complainant, at=at), medium=medium, received_at=received_at or at, recorded_by=None if isinstance(by, Actor) else by,
        story=story, own_proposal=own_proposal, occurred_on=occurred_on, order_number=order_number, product=product, category=category,
        department=department, handler=_first_handler(by, department, kind), step_entered_at=at,
        code_key=key, code_digest=signing.digest_of(signing.code_for(key)), search_text=vector(story, own_proposal, *(each.text for each in demands)),
    )  # fmt: skip
    case.number = _new_number(at)
    keep(case, by=by, at=at, reason="file", force_insert=True)
    rows = [Demand(complaint=case, number=number, kind=each.kind, text=each.text) for number, each in enumerate(demands, start=1)]
    keep_new(rows, by=by, at=at, reason="file")
    others = [make_party(each, at=at, beside=case) for each in beside]
    recorded = [("party", party.pk) for party in (case.complainant, *others)] + [("demand", row.pk) for row in rows]
    if named_unit is not None:
        recorded.append(("namedunit", name_unit_in(case, named_unit, by=by, at=at).pk))
    change = write_change(case, "file", from_step=None, by=by, at=at, reason="", recorded=recorded, is_first=True)
    step_changed.send(sender=Complaint, complaint=case, change=change)
    messages.send_receipt(complaint=case, at=at)
    return case


def _first_handler(by: User | Actor, department: Department, kind: Kind | str) -> User | None:
    """Whoever takes a complaint down goes on with it; a report they pass on to the supervision at once."""
    if isinstance(by, Actor):
        return None
    return by if kind != Kind.REPORT or by.memberships.filter(department=department, to_on=None).exists() else None


TAKEN = Figures(lambda: Complaint.objects.filter(number=Given("number")).order_by().values_list("pk"))


def _new_number(at: datetime) -> str:
    """A number nobody has: of some thousand cases a day two may draw the same five characters."""
    while True:
        number = f"{timezone.localdate(at):%y%m%d}-{signing.new_number_suffix()}"
        if not TAKEN(number=number):
            return number
