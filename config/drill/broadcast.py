"""A broadcast to thousands while its workers are killed: everybody reached, nobody twice but for who died, progress right throughout."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from complaints import outbox
from complaints.models import Message, Product
from complaints.services import purchases
from complaints.services.purchases import PurchaseInput
from config.drill.machines import CHANCE, eventually, kill
from escalation.models import Measure, Reach
from escalation.queries import approval, progress
from escalation.services import affected, incidents, measures
from staff.models import User
from staff.roles import Role

if TYPE_CHECKING:
    from config.drill.scene import Scene

#: Another number by the environment, for a quick look.
CUSTOMERS = int(os.environ.get("DRILL_CUSTOMERS", "5000"))
KILLS = 6
LONGEST_SECONDS = 1200
MAIL_SECONDS = 0.004
LOT = "DRILL"
#: A claim of a dead worker comes back after ten minutes; nobody waits for it here, the clock is put forward.
LATER = timedelta(minutes=11)


def everybody_told(scene: Scene) -> None:
    """Must show 3 of "When it spreads": kills at random, a pause in the midst, another broadcast's customers waiting for nobody."""
    connection.close()
    scene.load.ended.set()  # customers who file as fast as they can would measure the queue, not the broadcast
    usual, scene.sink.delay = scene.sink.delay, MAIL_SECONDS
    measure, by = _prepared()
    began = time.monotonic()
    kills = _watch(scene, measure, by)
    _bring_home(measure)
    scene.sink.delay = usual
    took = time.monotonic() - began
    told = {address: ids for address, ids in scene.sink.taken.items() if address.startswith("affected")}
    twice = [ids for ids in told.values() if len(ids) > 1]
    doubled = sum(len(ids) - 1 for ids in twice)
    killed = kills * _crew()
    scene.require(len(told) == CUSTOMERS, f"{len(told)} of {CUSTOMERS} affected customers were told")
    scene.require(doubled <= killed, f"{doubled} letters came twice for {killed} workers killed")
    scene.require(all(len(set(ids)) == 1 for ids in twice), "a letter came twice under another Message-ID")
    last = progress.of_measure(measure)
    scene.require((last.reached, last.on_the_way) == (CUSTOMERS, 0), f"the last progress says {last.at}")
    scene.require(Reach.objects.filter(measure=measure).count() == CUSTOMERS, "a customer has no row, or two")
    scene.done = f"{CUSTOMERS} told in {took:.0f} s, {kills} kills ({killed} workers), {doubled} twice"
    scene.recovered.append(0.0)


def _crew() -> int:
    return int(settings.Q_CLUSTER["workers"])


def _prepared() -> tuple[Measure, User]:
    """The customers with their purchases, the incident, and its notice started."""
    at = timezone.now()
    by = User.objects.active().filter(memberships__role=Role.MANAGER, memberships__to_on=None).order_by("pk").first()
    product = Product.objects.order_by("pk").first()
    if by is None or product is None:
        raise RuntimeError("The small company has no manager or no product.")
    bought = timezone.localdate(at)
    purchases.load(rows=[_buyer(number, product.code, bought) for number in range(CUSTOMERS)], at=at)
    incident = incidents.declare(title="Drill", what="Drill", reason="Drill", owner=by, by=by, at=at)
    goods = affected.find(incident_id=incident.pk, product=product, lots=[LOT], by=by, at=at)
    affected.review(goods_id=goods.pk, accepted=True, by=by, at=at)
    measure = measures.decide(
        incident_id=incident.pk, kind=Measure.Kind.NOTICE, what="Drill", reason="Drill", owner=by, due_on=bought, subject="Drill",
        text="Drill", by=by, at=at,
    )  # fmt: skip
    second = User.objects.active().filter(memberships__role=Role.EXECUTIVE, memberships__to_on=None).order_by("pk").first()
    if second is None:
        raise RuntimeError("The small company has no executive.")
    measures.approve(measure_id=measure.pk, seen=approval.fingerprint(measure), by=second, at=at)
    return measures.start(measure_id=measure.pk, by=by, at=at), by


def _buyer(number: int, product: str, bought: date) -> PurchaseInput:
    return PurchaseInput(
        name=f"Drill {number}", email=f"affected{number}@example.com", phone="", product_code=product, bought_on=bought, lot=LOT
    )


def _watch(scene: Scene, measure: Measure, by: User) -> int:
    """Kill, pause once, and compare what the page would say with what the mail server took; how many kills."""
    kills, paused, best, until = 0, False, 0, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        best = _compare(scene, measure, best)
        if best >= CUSTOMERS - kills * _crew() and not _queued():
            break
        if kills < KILLS and best >= CUSTOMERS * (kills + 1) // (KILLS + 2):
            kills += _kill_one(scene)
        if not paused and best >= CUSTOMERS // 2:
            paused = True
            _pause(scene, measure, by)
        time.sleep(0.5)
    return kills


def _kill_one(scene: Scene) -> int:
    """One of the processes that do jobs; its worker starts anew."""
    crew = scene.machines.crew()
    if not crew:
        return 0
    kill(CHANCE.choice(crew))
    return 1


def _compare(scene: Scene, measure: Measure, best: int) -> int:
    """One look at the progress, in one snapshot; how many it says are told."""
    before = _told(scene)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        seen = progress.of_measure(measure)
        under_way = Message.objects.filter(kind=Message.Kind.INCIDENT, state=Message.State.SENDING).count()
    after = _told(scene)
    scene.require(sum(seen.at.values()) == seen.total == CUSTOMERS, f"the progress adds up to {sum(seen.at.values())} of {seen.total}")
    scene.require(seen.reached >= best, f"the progress went back from {best} to {seen.reached}")
    scene.require(before - under_way <= seen.reached <= after, f"{seen.reached} told, the mail server took {before} to {after}")
    return seen.reached


def _told(scene: Scene) -> int:
    with scene.sink.lock:
        return sum(address.startswith("affected") for address in scene.sink.taken)


def _queued() -> bool:
    return Message.objects.filter(kind=Message.Kind.INCIDENT, state=Message.State.QUEUED).exists()


def _pause(scene: Scene, measure: Measure, by: User) -> None:
    """Nothing more is made, what is with the outbox goes out, and then it is quiet."""
    measures.pause(measure_id=measure.pk, by=by, at=timezone.now())
    made = Reach.objects.come().filter(measure=measure).count()
    scene.require(eventually(lambda: not _queued(), 60), "what was queued before the pause did not go out")
    time.sleep(2)
    scene.require(Reach.objects.come().filter(measure=measure).count() == made, "letters were made during the pause")
    measures.start(measure_id=measure.pk, by=by, at=timezone.now())


def _bring_home(measure: Measure) -> None:
    """What dead workers held goes out again under its own Message-ID."""
    for step in range(1, 5):
        if not progress.of_measure(measure).on_the_way:
            return
        at = timezone.now() + LATER * step
        while claimed := outbox.claim(at, 1):
            outbox.deliver(claimed[0], timezone.now())
