"""Whom a fault may touch: found by a question to the purchases, looked through by a person before anything is done with it."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Product, Purchase
from complaints.services.errors import NotPossible
from escalation.models import Affected, AffectedGoods, Incident
from escalation.services.incidents import RUN, open_for_newcomers, void_where_most_were_taken_out
from staff.models import User
from staff.permissions import require

AT_ONCE = 2000


@transaction.atomic
def find(
    *, incident_id: int, product: Product, lots: list[str], by: User, at: datetime, bought_from: date | None = None, bought_to: date | None = None
) -> AffectedGoods:  # fmt: skip
    """Ask the purchases who bought this product, of these lots (none: any), in these days. Who is known as affected already stays as they are."""
    incident: Incident = Incident.objects.visible_to(by).select_for_update(of=("self",)).get(pk=incident_id)
    require(by, RUN)
    if not incident.is_open:
        raise NotPossible(_("This incident is closed."))
    if bought_from and bought_to and bought_to < bought_from:
        raise ValidationError(_("The last day lies before the first."))
    goods = AffectedGoods.objects.create(
        incident=incident, product=product, lots=sorted({lot.strip() for lot in lots if lot.strip()}),
        bought_from=bought_from, bought_to=bought_to, asked_by=by, asked_at=at,
    )  # fmt: skip
    goods.found = _take(goods, at)
    goods.save(update_fields=["found"])
    return goods


def _take(goods: AffectedGoods, at: datetime) -> int:
    """Everybody found becomes a candidate; how many were new."""
    bought = Purchase.objects.filter(product=goods.product)
    if goods.lots:
        bought = bought.filter(lot__in=goods.lots)
    if goods.bought_from:
        bought = bought.filter(bought_on__gte=goods.bought_from)
    if goods.bought_to:
        bought = bought.filter(bought_on__lte=goods.bought_to)
    known = Affected.objects.filter(incident=goods.incident, customer__isnull=False).values("customer")
    buyers = bought.exclude(customer__in=known).order_by("customer").values_list("customer", flat=True).distinct()
    rows = [Affected(incident=goods.incident, customer_id=buyer, goods=goods, added_at=at) for buyer in buyers]
    Affected.objects.bulk_create(rows, batch_size=AT_ONCE)
    return len(rows)


@transaction.atomic
def review(*, goods_id: int, accepted: bool, by: User, at: datetime, remark: str = "") -> AffectedGoods:
    """A person has looked through what was found: used from now on, or not at all. Those taken out one by one stay out."""
    goods = AffectedGoods.objects.select_for_update(of=("self",)).select_related("incident").get(pk=goods_id)
    require(by, RUN)
    if goods.state != AffectedGoods.State.FOUND:
        raise NotPossible(_("This has been reviewed already."))
    if not accepted and not remark.strip():
        raise ValidationError(_("Say why not."))
    goods.state = AffectedGoods.State.ACCEPTED if accepted else AffectedGoods.State.DISCARDED
    goods.reviewed_by, goods.reviewed_at, goods.remark = by, at, remark.strip()
    goods.save(update_fields=["state", "reviewed_by", "reviewed_at", "remark"])
    state = Affected.State.CONFIRMED if accepted else Affected.State.EXCLUDED
    goods.affected.filter(state=Affected.State.CANDIDATE).update(state=state, decided_by=by, decided_at=at)
    if accepted:
        open_for_newcomers(goods.incident, by=by, at=at)
    return goods


@transaction.atomic
def decide(*, affected_id: int, is_affected: bool, by: User, at: datetime, remark: str = "") -> Affected:
    """Of one customer alone: affected, or not because of what the remark says. Whoever was told already stays told."""
    row: Affected = Affected.objects.visible_to(by).select_for_update(of=("self",)).select_related("incident").get(pk=affected_id)
    require(by, RUN)
    if not row.incident.is_open:
        raise NotPossible(_("This incident is closed."))
    if not is_affected and not remark.strip():
        raise ValidationError(_("Say why not."))
    row.state = Affected.State.CONFIRMED if is_affected else Affected.State.EXCLUDED
    row.remark, row.decided_by, row.decided_at = remark.strip(), by, at
    row.save(update_fields=["state", "remark", "decided_by", "decided_at"])
    then = open_for_newcomers if is_affected else void_where_most_were_taken_out
    then(row.incident, by=by, at=at)
    return row
