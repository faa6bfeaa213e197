"""M9: tier, newness and channel change nothing about class, range, limit, time or approver."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from complaints.models import Customer, RemedyItem, Sheet
from complaints.queries.approval import approvers
from complaints.queries.authorities import room_of
from complaints.queries.standards import for_case, range_of
from complaints.services import customers, starter_standards
from complaints.services.inputs import ItemInput, PartyInput, SheetInput
from complaints.workflow import Medium, Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 3, 2, 9, 0))
TIERS = ["", Customer.Tier.ORDINARY, Customer.Tier.KEY]
MEDIA = [Medium.WEB, Medium.PHONE, Medium.COUNTER]


def outcome(office: Office, number: int, *, tier: str, is_new: bool, medium: Medium) -> dict[str, Any]:
    """What the case of one such customer meets with, at the same hour of the same day."""
    party = PartyInput(name=f"顾客{number}", phone=f"139{number:08}")
    if not is_new:
        Walk(office, AT - timedelta(days=400), complainant=party)
    walk = Walk(office, AT, complainant=party, medium=medium)
    customer = walk.case.complainant.customer
    assert customer is not None
    customers.set_value(customer_id=customer.pk, tier=tier, yearly_value=Decimal(90_000) if tier else None, by=office.manager, at=AT)
    due = []
    for step in (Step.RECORD, Step.CLASSIFY, Step.ASSIGN, Step.INVESTIGATE, Step.PROPOSE):
        due.append(walk.case.due_at)
        walk.to(step)
    standards = for_case(walk.case, AT.date())
    pay = ItemInput(RemedyItem.Kind.COMPENSATION, "补偿", Decimal("30.00"), office.investigator, AT.date() + timedelta(days=5))
    walk.submit(items=[pay], value=SheetInput(purchase=True, price=Decimal(100), kept=Decimal(100), reason="一样"))
    sheet = Sheet.objects.get(remedy__complaint=walk.case)
    return {
        "class": (walk.case.category_id, walk.case.severity),
        "range": [(row.pk, range_of(row, measured=Decimal(5), price=Decimal(100))) for row in standards],
        "limit": [room_of(person.pk, walk.case, AT.date()) for person in (office.agent, office.investigator)],
        "time": [*due, walk.case.due_at],
        "approver": approvers(walk.case, AT.date()),
        "sheet": (sheet.v1, sheet.cost, sheet.v2, sheet.short_by, sheet.goes_up),
    }


def test_tier_newness_and_channel_change_nothing(office: Office) -> None:
    starter_standards.load(office.manager, AT, date(2025, 1, 1))
    found = {
        (tier, is_new, medium): outcome(office, number, tier=tier, is_new=is_new, medium=medium)
        for number, (tier, is_new, medium) in enumerate(product(TIERS, (True, False), MEDIA))
    }
    first = found["", True, Medium.WEB]
    assert first["range"]
    assert first["approver"]
    assert all(each is not None for each in first["time"])
    for who, each in found.items():
        assert each == first, who
