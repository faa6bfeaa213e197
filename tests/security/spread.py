"""A row of each page of incidents and crises, with hostile words wherever somebody outside can write them."""

from datetime import date, datetime, timedelta
from typing import Any

from complaints.models import Complaint, Customer, Product, Purchase
from escalation.models import AffectedGoods, CrisisRisk, Measure, Reach
from escalation.queries import approval
from escalation.services import affected, broadcast, crises, incidents, measures, reach
from tests.factories.cases import Office


def rows_of_spread(office: Office, case: Complaint, hostile: str, at: datetime) -> dict[str, Any]:
    """By "app.model"."""
    return _incident(office, case, hostile, at) | _crisis(office, hostile, at)


def _incident(office: Office, case: Complaint, hostile: str, at: datetime) -> dict[str, Any]:
    by, on = office.manager, at.date()
    product = Product.objects.order_by("pk").first() or Product.objects.create(code="S-1", name=hostile[:100])
    customer = Customer.objects.create(name=hostile[:80], email="spread@example.com", phone="13700000000", first_seen_at=at)
    purchase = Purchase.objects.create(
        customer=customer,
        product=product,
        lot=hostile[:60],
        bought_on=date(2026, 1, 1),
        order_number=hostile[:60],
        source="import",
        added_at=at,
    )
    incident = incidents.declare(title=hostile[:120], what=hostile, reason=hostile, owner=by, by=by, at=at, case=case)
    goods = affected.find(incident_id=incident.pk, product=product, lots=[], by=by, at=at)
    affected.review(goods_id=goods.pk, accepted=True, by=by, at=at)
    waits = affected.find(incident_id=incident.pk, product=product, lots=["none"], by=by, at=at)
    measure = measures.decide(
        incident_id=incident.pk, kind=Measure.Kind.RECALL, what=hostile, reason=hostile, owner=by, due_on=on, subject=hostile[:120],
        text=hostile, by=by, at=at,
    )  # fmt: skip
    AffectedGoods.objects.filter(pk=waits.pk).update(state="discarded", reviewed_by=by, reviewed_at=at)
    measures.approve(measure_id=measure.pk, seen=approval.fingerprint(measure), by=office.executive, at=at)
    measures.start(measure_id=measure.pk, by=by, at=at)
    broadcast.send_batch(measure_id=measure.pk, at=at)
    one = Reach.objects.get(measure=measure, affected__customer=customer)
    reach.answer(affected=one.affected, measure_id=measure.pk, said="call_me", words=hostile, at=at)
    reach.look(reach_id=one.pk, by=by, at=at)
    incidents.publish(incident_id=incident.pk, notice_title=hostile[:120], notice_text=hostile, by=by, at=at)
    return {
        "complaints.purchase": purchase, "escalation.incident": incident, "escalation.affectedgoods": goods, "escalation.affected": one.affected,
        "escalation.measure": measure, "escalation.reach": one, "escalation.contactlook": one.looks.get(),
    }  # fmt: skip


def _crisis(office: Office, hostile: str, at: datetime) -> dict[str, Any]:
    by, on = office.manager, at.date()
    risk = CrisisRisk.objects.create(what=hostile[:200], early_sources=hostile, prevention=hostile, owner=by, review_on=on)
    crisis = crises.open_crisis(title=hostile[:120], what=hostile, spokesperson=by, lead=office.executive, by=by, at=at, risk=risk)
    sheet = crises.write_facts(crisis_id=crisis.pk, text=hostile, by=by, at=at)
    crises.approve_facts(sheet_id=sheet.pk, by=office.executive, at=at)
    crises.say(crisis_id=crisis.pk, audience="media", text=hostile, next_due_at=at + timedelta(hours=4), by=by, at=at)
    asked = crises.log_question(crisis_id=crisis.pk, asked_by=hostile[:120], question=hostile, by=by, at=at)
    better = crises.improve(crisis_id=crisis.pk, action=hostile, owner=by, due_on=on, by=by, at=at)
    return {
        "escalation.crisisrisk": risk, "escalation.crisis": crisis, "escalation.factsheet": sheet, "escalation.mediaquestion": asked,
        "escalation.crisisimprovement": better,
    }  # fmt: skip
