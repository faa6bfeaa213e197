"""What complaining has cost, as the customer reads it: by the record, by the public table, in the company's currency."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from complaints.models import Complaint, CostRate
from complaints.queries.cost import OnRecord, on_record, rates_on, reckoned
from complaints.value import Cost
from staff.models import Company


@dataclass(frozen=True)
class Reckoned:
    record: OnRecord
    minutes: int
    cost: Cost
    rates: list[CostRate]
    currency: str


def of_case(case: Complaint, *, at: datetime) -> Reckoned:
    """C of one case, with what it was reckoned from."""
    rates, record = rates_on(timezone.localdate(at)), on_record(case)
    return Reckoned(record, record.minutes(rates), reckoned(rates, record), in_order(rates), Company.current().currency)


def table(*, at: datetime) -> list[CostRate]:
    """The public rates in force."""
    return in_order(rates_on(timezone.localdate(at)))


def in_order(rates: dict[str, CostRate]) -> list[CostRate]:
    return [rates[unit] for unit in CostRate.Unit.values if unit in rates]
