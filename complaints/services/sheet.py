"""The value sheet of one version of a solution: V1, C and V2, the standard, and whether it must go one level up (mission, M4)."""

from decimal import Decimal

from django.utils.translation import gettext as _

from complaints import value
from complaints.models import Complaint, ItemRule, Remedy, RemedyItem, Sheet
from complaints.money import NOTHING
from complaints.queries.cost import cost_of
from complaints.queries.standards import day_of, range_of, was_in_force
from complaints.services.advance import Move
from complaints.services.errors import NotPossible
from complaints.services.inputs import SheetInput


def write(move: Move, remedy: Remedy, given: SheetInput) -> Sheet:
    """Reckon it and keep it as it was on the day of the proposal. Below the rule, outside the standard, or without what the record knows of needs a
    reason; nobody's own word keeps it from going up."""
    _check_worth(given)
    items = list(remedy.items.all())
    counts = dict(ItemRule.objects.values_list("kind", "counts"))
    v2 = value.value_reached(
        given.kept, [value.Given(item.kind, item.amount, item.option, counts.get(item.kind, Decimal(100))) for item in items]
    )
    cost = cost_of(move.complaint, move.at, spent=given.spent)
    v1 = given.price if given.purchase else NOTHING
    short = value.short_by(v1, cost, v2) if given.purchase else NOTHING
    outside = _left_out(move.complaint, given) or _outside(move.complaint, given, items)
    unstated = not (given.purchase and given.price) and _bought_something(move.complaint)
    reason = given.reason.strip()
    if (short or outside or unstated) and not reason:
        if short:
            text = _(
                "What the customer holds falls short of V1 + C by %(short)s: add to it, or give the reason; it then goes one level up."
            )
            raise NotPossible(text % {"short": short})
        if unstated:
            raise NotPossible(
                _(
                    "The record names an order or a product: state the purchase and its value, or give the reason; it then goes one level up."
                )
            )
        raise NotPossible(_("This lies outside the standard: give the reason; it then goes one level up."))
    sheet = Sheet.objects.create(
        remedy=remedy, purchase=given.purchase, v1=v1, c_time=cost.time, c_effort=cost.effort, c_money=cost.money, c_feelings=cost.feelings,
        kept=given.kept, v2=v2, short_by=short, standard=given.standard, outside=outside, reason=reason, goes_up=bool(short or outside or unstated),
    )  # fmt: skip
    move.record(sheet)
    return sheet


def _check_worth(given: SheetInput) -> None:
    """Nobody keeps more of a purchase than it was worth: else anything would reach V1 + C."""
    if given.purchase and given.kept > given.price:
        raise NotPossible(_("What the customer keeps is worth no more than the purchase."))


def _bought_something(case: Complaint) -> bool:
    """Whether the record speaks of a purchase, whatever the proposer says."""
    return bool(case.order_number) or case.product_id is not None


def _left_out(case: Complaint, given: SheetInput) -> bool:
    """Whether the judgement measured the case against a standard, and this was measured against none or another."""
    judged = case.classifications.order_by("-pk").first()
    return judged is not None and judged.measured_against_id is not None and given.standard != judged.measured_against


def _outside(case: Complaint, given: SheetInput, items: list[RemedyItem]) -> bool:
    """Whether what is given of the kinds the standard speaks of lies outside its range, whichever alternative is taken."""
    if given.standard is None:
        return False
    if not was_in_force(given.standard, day_of(case)):
        raise NotPossible(_("This standard was not in force on the day of the event: choose the version of that day."))
    kinds = given.standard.item_kinds
    meant = [value.Given(item.kind, item.amount, item.option) for item in items if not kinds or item.kind in kinds]
    least, most = range_of(given.standard, measured=given.measured, price=given.price if given.purchase else None)
    lowest, highest = value.value_reached(NOTHING, meant), value.dearest(meant).get("", NOTHING)
    return (least is not None and lowest < least) or (most is not None and highest > most)
