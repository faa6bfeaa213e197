"""What complaining has cost this customer so far: time and effort from the record itself, corrected by the complainant (mission, M4)."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from complaints.models import Complaint, CostCorrection, CostRate
from complaints.money import NOTHING, rounded
from complaints.value import Cost


def cost_of(case: Complaint, at: datetime, *, spent: Decimal = NOTHING) -> Cost:
    """C in the company's currency by the rates in force that day. `spent` is what staff know the customer paid out; the complainant's own word
    goes before it, and before what the record says of minutes, contacts and papers."""
    rates = {rate.unit: rate for rate in CostRate.objects.in_force(timezone.localdate(at))}
    said = case.cost_corrections.order_by("-pk").first()
    contacts, repeats, papers = _contacts(case), case.round - 1, case.attachments.filter(by=None).count()
    if said is not None:
        contacts, papers, spent = said.contacts, said.papers, said.money
    count = {"contact": contacts, "repeat": repeats, "paper": papers}
    minutes = _minutes(rates, count, said)
    hour = rates["hour"].amount if "hour" in rates else NOTHING
    effort = sum((rates[unit].amount * number for unit, number in count.items() if unit in rates), NOTHING)
    apology = case.apologies.order_by("pk").first()
    felt = rates.get(apology.feeling_before) if apology is not None else None
    return Cost(
        time=rounded(hour * minutes / 60),
        effort=rounded(effort),
        money=rounded(spent),
        feelings=felt.amount if felt is not None else NOTHING,
    )


def _contacts(case: Complaint) -> int:
    """Times the customer had to turn to us: the complaint itself and every message of theirs."""
    return 1 + int(case.messages.filter(direction="in").count())


def _minutes(rates: dict[str, CostRate], count: dict[str, int], said: CostCorrection | None) -> Decimal:
    if said is not None:
        return Decimal(said.minutes)
    return Decimal(sum(rates[unit].minutes * number for unit, number in count.items() if unit in rates))
