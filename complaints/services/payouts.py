"""Money that goes out by an adapter: ordered when the customer has accepted, handed over by the worker, and only then carried out."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import outbox, payouts
from complaints.models import ItemRule, Payout, RemedyItem
from complaints.payouts import Payment, PayoutError
from complaints.permissions import Refused
from complaints.services.advance import Move
from complaints.services.errors import NotPossible
from staff.models import User

log = logging.getLogger(__name__)

State = Payout.State
#: After so many attempts a person must look: 1, 3, 9 … minutes apart, two hours in all.
MAX_ATTEMPTS = 5
FIRST_WAIT = timedelta(minutes=1)
WAIT_GROWS = 3
#: What was taken so long ago belongs to a worker that died.
STALE_AFTER = timedelta(minutes=10)


def order(move: Move, items: Iterable[RemedyItem]) -> None:
    """Write down what goes out by an adapter, with the step that accepts it; what has none is carried out by hand."""
    ways = dict(ItemRule.objects.exclude(payout="").values_list("kind", "payout"))
    for item in items:
        if item.amount is not None and item.kind in ways:
            payout = Payout.objects.create(
                item=item, way=ways[item.kind], key=f"{move.complaint.number.lower()}-{item.pk}", amount=item.amount,
                currency=item.currency, at=move.at, next_attempt_at=move.at,
            )  # fmt: skip
            move.record(payout)


def check_handed_over(item: RemedyItem) -> None:
    """Raise NotPossible while an adapter still has to hand the item's money over: else it could be given twice."""
    payout = Payout.objects.filter(item=item).first()
    if payout is not None and payout.state != State.DELIVERED:
        raise NotPossible(_("The payment has not been handed over yet (%(state)s).") % {"state": payout.get_state_display()})


def deliver_next(at: datetime) -> Payout | None:
    """Take the payment that has waited longest and hand it over; None when none is due, or while sending is held (threats R16). The adapter is
    asked outside any transaction."""
    payout = None if outbox.is_held() else _claim(at)
    if payout is None:
        return None
    try:
        reference = _hand_over(payout)
    except PayoutError as error:
        _mark_failed(payout, error, at)
    except Exception as error:
        log.exception("payout %s could not be handed over", payout.pk)
        _mark_failed(payout, PayoutError(type(error).__name__), at)
    else:
        _mark(payout, state=State.DELIVERED, reference=reference[:200], delivered_at=at, last_error="", next_attempt_at=None)
    payout.refresh_from_db()
    return payout


@transaction.atomic(durable=True)
def _claim(at: datetime) -> Payout | None:
    stale = Payout.objects.filter(state=State.SENDING, claimed_at__lte=at - STALE_AFTER)
    stale.update(state=State.WAITING, claimed_at=None, next_attempt_at=at)
    due = Payout.objects.filter(state=State.WAITING, next_attempt_at__lte=at).order_by("next_attempt_at", "pk")
    related = ("item__remedy__complaint", "item__paid_by")
    payout: Payout | None = due.select_for_update(skip_locked=True, of=("self",)).select_related(*related).first()
    if payout is not None:
        payout.state, payout.claimed_at, payout.attempts = State.SENDING, at, payout.attempts + 1
        payout.save(update_fields=["state", "claimed_at", "attempts"])
    return payout


def _hand_over(payout: Payout) -> str:
    adapter = payouts.adapter(payout.way)
    if adapter is None:
        raise PayoutError(f"nothing pays by {payout.way}", permanent=True)
    item = payout.item
    payer = item.paid_by.name if item.paid_by is not None else ""
    payment = Payment(payout.key, payout.amount, payout.currency, item.kind, item.remedy.complaint.number, payer, payout.at)
    reference = adapter.pay(payment)
    if not reference:
        raise PayoutError("the adapter gave no reference", permanent=True)
    return reference


def _mark_failed(payout: Payout, error: PayoutError, at: datetime) -> None:
    """Back into the queue with a longer wait, or given up where a person sees it."""
    given_up = error.permanent or payout.attempts % MAX_ATTEMPTS == 0
    wait = FIRST_WAIT * WAIT_GROWS ** ((payout.attempts - 1) % MAX_ATTEMPTS)
    next_at = None if given_up else at + wait
    _mark(payout, state=State.FAILED if given_up else State.WAITING, next_attempt_at=next_at, last_error=str(error)[:300])


def _mark(payout: Payout, **columns: object) -> None:
    """Write the outcome, if the claim is still ours."""
    ours = Payout.objects.filter(pk=payout.pk, state=State.SENDING, claimed_at=payout.claimed_at)
    if not ours.update(**columns, claimed_at=None):
        log.warning("payout %s was taken by another worker meanwhile", payout.pk)


@transaction.atomic
def retry(*, payout_id: int, by: User, at: datetime) -> Payout:
    """Somebody has looked: try once more."""
    if not by.has_perm("complaints.set_authority"):
        raise Refused(_("Your role does not allow this."), act="retry_payout", target=str(payout_id))
    again = Payout.objects.filter(pk=payout_id, state=State.FAILED)
    if not again.update(state=State.WAITING, next_attempt_at=at, claimed_at=None):
        raise NotPossible(_("This payment does not wait for anybody."))
    return Payout.objects.get(pk=payout_id)
