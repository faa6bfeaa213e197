"""What complaining has cost this customer so far: time and effort from the record itself, corrected by the complainant (mission, M4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from complaints.models import Complaint, CostCorrection, CostRate
from complaints.money import NOTHING, rounded
from complaints.value import Cost

Rates = dict[str, CostRate]


@dataclass(frozen=True)
class OnRecord:
    """What the record says, and what the complainant says instead."""

    contacts: int
    repeats: int
    papers: int
    feeling: str = ""
    said: CostCorrection | None = None

    def minutes(self, rates: Rates) -> int:
        """Of the customer's time, by what each contact, repeat and paper takes."""
        if self.said is not None:
            return self.said.minutes
        count = {"contact": self.contacts, "repeat": self.repeats, "paper": self.papers}
        return sum(rates[unit].minutes * number for unit, number in count.items() if unit in rates)


def rates_on(on: date) -> Rates:
    """The table in force that day."""
    return {rate.unit: rate for rate in CostRate.objects.in_force(on)}


def cost_of(case: Complaint, at: datetime, *, spent: Decimal = NOTHING) -> Cost:
    """C in the company's currency by the rates in force that day. `spent` is what staff know the customer paid out; the complainant's own word
    goes before it, and before what the record says of minutes, contacts and papers."""
    return reckoned(rates_on(timezone.localdate(at)), on_record(case), spent=spent)


def on_record(case: Complaint) -> OnRecord:
    """Read from the database."""
    return record_in(
        case,
        messages=case.messages.filter(direction="in").only("direction"),
        attachments=case.attachments.filter(by=None).only("by"),
        apologies=case.apologies.order_by("pk")[:1],
        corrections=case.cost_corrections.order_by("-pk")[:1],
    )


def record_in(
    case: Complaint, *, messages: Iterable[Any], attachments: Iterable[Any], apologies: Iterable[Any], corrections: Iterable[Any]
) -> OnRecord:
    """The same from rows that were read already; apologies oldest first, corrections too."""
    said = max(corrections, key=lambda row: row.pk, default=None)
    first = next(iter(apologies), None)
    contacts = 1 + sum(message.direction == "in" for message in messages)  # the complaint itself is the first
    papers = sum(row.by_id is None for row in attachments)
    if said is not None:
        contacts, papers = said.contacts, said.papers
    return OnRecord(contacts, case.round - 1, papers, first.feeling_before if first is not None else "", said)


def reckoned(rates: Rates, record: OnRecord, *, spent: Decimal = NOTHING) -> Cost:
    """C by these rates."""
    count = {"contact": record.contacts, "repeat": record.repeats, "paper": record.papers}
    hour = rates["hour"].amount if "hour" in rates else NOTHING
    felt = rates.get(record.feeling)
    return Cost(
        time=rounded(hour * record.minutes(rates) / 60),
        effort=rounded(sum((rates[unit].amount * number for unit, number in count.items() if unit in rates), NOTHING)),
        money=rounded(record.said.money if record.said is not None else spent),
        feelings=felt.amount if felt is not None else NOTHING,
    )
