"""Money that goes out by an adapter: once, by its key; what fails stays visible and can be tried again."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from complaints import payouts, tasks
from complaints.models import ItemRule, LedgerEntry, Payout, RemedyItem
from complaints.payouts import Payment, PayoutError
from complaints.permissions import Refused
from complaints.services import payouts as service
from complaints.services import sending
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput
from complaints.workflow import Medium, Step
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


class Bank:
    """An adapter that can be out of order, or pay and then lose its answer."""

    name = "Bank"

    def __init__(self) -> None:
        self.paid: dict[str, Payment] = {}
        self.out_of_order: list[Exception] = []

    def pay(self, payment: Payment) -> str:
        self.paid.setdefault(payment.key, payment)
        if self.out_of_order:
            raise self.out_of_order.pop(0)
        return f"REF-{payment.key}"


@pytest.fixture
def bank() -> Iterator[Bank]:
    bank = Bank()
    payouts.register("bank", bank)
    yield bank
    payouts._adapters.pop("bank")


@pytest.fixture
def walk(office: Office) -> Walk:
    walk = Walk(office, timezone.now() - timedelta(hours=3))
    walk.to(Step.PROPOSE)
    return walk


def accepted(walk: Walk, way: str) -> RemedyItem:
    """An accepted refund that goes out this way."""
    ItemRule.objects.filter(kind="refund").update(payout=way)
    due = timezone.localdate(walk.at)
    refund = ItemInput(RemedyItem.Kind.REFUND, "退款", Decimal("88.80"), walk.office.investigator, due)
    walk.settle(walk.office.investigator, items=[refund], agreed_medium=Medium.PHONE)
    return RemedyItem.objects.get()


def test_by_hand_nothing_is_ordered(walk: Walk) -> None:
    accepted(walk, "")
    assert not Payout.objects.exists()
    walk.fulfil()
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


def test_the_worker_hands_it_over_once_and_only_then_it_is_carried_out(walk: Walk, bank: Bank) -> None:
    accepted(walk, "bank")
    with pytest.raises(NotPossible):
        walk.fulfil()
    assert tasks.hand_over_payouts() == 1
    assert tasks.hand_over_payouts() == 0
    payout = Payout.objects.get()
    assert (payout.state, payout.attempts, payout.reference) == ("delivered", 1, f"REF-{payout.key}")
    assert [payment.amount for payment in bank.paid.values()] == [Decimal("88.80")]
    walk.fulfil()
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


def test_what_fails_is_tried_later_under_the_same_key_then_waits_for_a_person(walk: Walk, bank: Bank) -> None:
    accepted(walk, "bank")
    bank.out_of_order = [PayoutError("busy"), RuntimeError("broken"), *(PayoutError("busy") for _each in range(3))]
    at = timezone.now()
    assert service.deliver_next(at) is not None
    payout = Payout.objects.get()
    assert (payout.state, payout.last_error) == ("waiting", "busy")
    assert service.deliver_next(at) is None, "not before its time"
    for _each in range(4):
        at += timedelta(days=1)
        service.deliver_next(at)
    payout.refresh_from_db()
    assert (payout.state, payout.attempts) == ("failed", 5)
    assert service.deliver_next(at + timedelta(days=1)) is None

    with pytest.raises(Refused):
        service.retry(payout_id=payout.pk, by=walk.office.head, at=at)
    desk = Desk(walk.office.manager)
    assert "busy" in desk.get("complaints_payout_changelist").content.decode()
    answer = desk.client.post(f"/admin/complaints/payout/{payout.pk}/act/retry/", {})
    assert answer.status_code == 302
    assert tasks.hand_over_payouts() == 1
    assert len(bank.paid) == 1, "one key, one payment"


def test_a_worker_that_died_gives_it_back(walk: Walk, bank: Bank) -> None:
    accepted(walk, "bank")
    at = timezone.now()
    assert service._claim(at) is not None
    assert service.deliver_next(at + timedelta(minutes=1)) is None
    assert service.deliver_next(at + timedelta(minutes=11)).state == "delivered"  # type: ignore[union-attr]  # there is one
    assert len(bank.paid) == 1


def test_a_way_that_is_no_more_is_told(walk: Walk) -> None:
    accepted(walk, "pigeon")
    tasks.hand_over_payouts()
    assert Payout.objects.get().last_error == "nothing pays by pigeon"
    assert Payout.objects.get().state == "failed"


def test_payment_orders_are_files_written_once(walk: Walk, tmp_path: Path, settings: Any) -> None:
    settings.PAYOUT_FOLDER = str(tmp_path / "orders")
    accepted(walk, "order")
    assert tasks.hand_over_payouts() == 1
    [file] = (tmp_path / "orders").iterdir()
    with file.open(encoding="utf-8-sig") as lines:
        [row] = csv.DictReader(lines)
    assert (row["amount"], row["case"], row["currency"]) == ("88.80", walk.case.number, "CNY")
    assert "王芳" not in file.read_text(encoding="utf-8-sig")
    adapter = payouts.adapter("order")
    payout = Payout.objects.get()
    payment = Payment(payout.key, payout.amount, "CNY", "refund", walk.case.number, "质量部", payout.at)
    assert adapter is not None
    assert adapter.pay(payment) == file.name
    assert len(list((tmp_path / "orders").iterdir())) == 1
    with pytest.raises(PayoutError) as other:
        adapter.pay(Payment(payout.key, Decimal(1), "CNY", "refund", walk.case.number, "质量部", payout.at))
    assert other.value.permanent
    with pytest.raises(PayoutError):
        adapter.pay(Payment("../../etc/passwd", Decimal(1), "CNY", "refund", "", "", payout.at))


def test_a_full_disk_is_tried_again(walk: Walk, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.PAYOUT_FOLDER = str(tmp_path / "file")
    accepted(walk, "order")
    assert tasks.hand_over_payouts() == 0
    assert Payout.objects.get().state == "waiting"


def test_r16_no_payment_goes_out_while_sending_is_held_and_what_waited_is_tried_by_hand(walk: Walk, bank: Bank) -> None:
    """After a restore a payment may have gone out since the backup: a person looks before it is tried again."""
    accepted(walk, "bank")
    at = timezone.now()
    held = sending.hold(why="restored from a backup", at=at, backup_at=at)
    assert tasks.hand_over_payouts() == 0
    assert bank.paid == {}
    sending.release(hold_id=held.pk, keep_back=True, by=walk.office.manager, at=at)
    payout = Payout.objects.get()
    assert (payout.state, payout.last_error) == ("failed", sending.KEPT_BACK)
    assert tasks.hand_over_payouts() == 0
    service.retry(payout_id=payout.pk, by=walk.office.manager, at=timezone.now())
    assert tasks.hand_over_payouts() == 1
