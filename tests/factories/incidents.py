"""A dangerous lot and those who bought it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from complaints.models import Customer, Product, Purchase
from escalation.models import Incident, Measure
from escalation.queries import approval
from escalation.services import affected, incidents, measures
from staff.models import User
from tests.factories.cases import Office

LOT = "L2026-02"


@dataclass
class Spread:
    """An incident with its buyers; `by` declares and runs it, `second` approves."""

    office: Office
    at: datetime
    incident: Incident
    product: Product

    @classmethod
    def declare(cls, office: Office, at: datetime, *, buyers: int = 3, **changes: Any) -> Spread:
        product = Product.objects.create(code="WH-60", name="热水器")
        spread = cls(office, at, Incident(), product)
        spread.sell(buyers)
        values: dict[str, Any] = {
            "title": "热水器漏电", "what": "一批热水器的接地线松动。", "reason": "同一批次售出多台。", "owner": office.head,
            "by": office.manager, "at": at,
        }  # fmt: skip
        spread.incident = incidents.declare(**(values | changes))
        return spread

    @property
    def by(self) -> User:
        return self.office.manager

    def sell(self, buyers: int, *, lot: str = LOT, first: int = 1, **who: Any) -> list[Customer]:
        """So many more customers who bought it, each with an address of their own."""
        numbers = range(first, first + buyers)
        rows = [
            Customer(
                **(
                    {"name": f"顾客{n}", "email": f"buyer{n}@example.com", "phone": f"1380000{n:04}", "phone_digits": f"1380000{n:04}"}
                    | who
                ),
                first_seen_at=self.at,
            )
            for n in numbers
        ]
        Customer.objects.bulk_create(rows)
        Purchase.objects.bulk_create(
            [
                Purchase(customer=row, product=self.product, lot=lot, bought_on=date(2026, 2, 10), source="import", added_at=self.at)
                for row in rows
            ]
        )
        return rows

    def find(self, **changes: Any) -> Spread:
        """Ask the purchases and accept what was found."""
        values: dict[str, Any] = {"incident_id": self.incident.pk, "product": self.product, "lots": [LOT], "by": self.by, "at": self.at}
        goods = affected.find(**(values | changes))
        affected.review(goods_id=goods.pk, accepted=True, by=self.by, at=self.at)
        return self

    def measure(self, kind: str = Measure.Kind.RECALL, **changes: Any) -> Measure:
        values: dict[str, Any] = {
            "incident_id": self.incident.pk, "kind": kind, "what": "召回全部同批次产品。", "reason": "有触电危险。", "owner": self.office.head,
            "due_on": self.at.date() + timedelta(days=14), "by": self.by, "at": self.at,
        }  # fmt: skip
        if kind not in Measure.GENERAL:
            values |= {
                "subject": "请停止使用您的热水器", "text": "您购买的热水器可能漏电，请立即停用，我们免费上门更换。",
                "subject_en": "Please stop using your water heater", "text_en": "Your water heater may be dangerous. We replace it free of charge.",
            }  # fmt: skip
        return measures.decide(**(values | changes))

    def started(self, kind: str = Measure.Kind.RECALL, **changes: Any) -> Measure:
        measure = self.approve(self.measure(kind, **changes))
        return measures.start(measure_id=measure.pk, by=self.by, at=self.at)

    def approve(self, measure: Measure, **changes: Any) -> Measure:
        """The executive, who had no hand in it, agrees to what they see."""
        values: dict[str, Any] = {"seen": approval.fingerprint(measure), "by": self.office.executive, "at": self.at}
        return measures.approve(measure_id=measure.pk, **(values | changes))
