"""What somebody would try in order to write to customers alone, to look finished without being so, or to learn what is none of their business."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from complaints import tasks as complaints_tasks
from complaints.models import Customer
from complaints.services.errors import NotPossible
from escalation import tasks
from escalation.models import Affected, ContactLook, Measure, Reach
from escalation.queries import approval, progress
from escalation.services import affected, broadcast, incidents, measures, reach
from staff.models import User
from staff.permissions import NotAllowed, NotForOneself
from tests.factories.cases import Office, Walk
from tests.factories.incidents import LOT, Spread

pytestmark = pytest.mark.django_db

State = Measure.State


@pytest.fixture
def office() -> Office:
    return Office.found()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(measure: Measure, at: datetime) -> Measure:
    """Every letter is with the outbox."""
    while broadcast.send_batch(measure_id=measure.pk, at=at):
        pass
    measure.refresh_from_db()
    return measure


def one_of(spread: Spread) -> Affected:
    row: Affected = Affected.objects.filter(incident=spread.incident).confirmed().order_by("pk")[0]
    return row


def take_out(spread: Spread, at: datetime) -> None:
    affected.decide(affected_id=one_of(spread).pk, is_affected=False, remark="已退货", by=spread.by, at=at)


# --- nobody writes to customers alone ------------------------------------------------------------------------------------
def test_f2_nobody_is_written_to_before_a_second_person_has_approved_words_and_people(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now).find()
    measure = spread.measure(Measure.Kind.NOTICE)

    with pytest.raises(NotPossible):
        measures.start(measure_id=measure.pk, by=spread.by, at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(state="running", started_by=spread.by, started_at=now)

    spread.approve(measure)
    assert measures.start(measure_id=measure.pk, by=spread.by, at=now).state == State.RUNNING


def test_f2_whoever_declared_chose_found_or_reviewed_does_not_approve(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, by=office.head)
    goods = affected.find(incident_id=spread.incident.pk, product=spread.product, lots=[LOT], by=office.manager, at=now)
    affected.review(goods_id=goods.pk, accepted=True, by=office.manager, at=now)
    measure = spread.measure(by=office.executive)

    for one in (office.head, office.manager, office.executive):
        with pytest.raises(NotForOneself):
            spread.approve(measure, by=one)
    with pytest.raises(NotAllowed):
        spread.approve(measure, by=office.agent)
    assert spread.approve(measure, by=office.division_head).approved_by == office.division_head


def test_whoever_took_somebody_out_or_linked_a_case_has_a_hand_in_it(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=4).find()
    measure = spread.measure()
    affected.decide(affected_id=one_of(spread).pk, is_affected=False, remark="亲戚", by=office.executive, at=now)

    with pytest.raises(NotForOneself):
        spread.approve(measure)
    assert not approval.is_fit(office.executive, measure)
    assert approval.is_fit(office.division_head, measure)


def test_what_was_seen_is_what_is_approved(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=4).find()
    measure = spread.measure()
    seen = approval.fingerprint(measure)
    take_out(spread, now)

    with pytest.raises(NotPossible):
        spread.approve(measure, seen=seen)
    spread.approve(measure)
    assert measure.reaches.count() == 3


def test_who_comes_to_the_list_after_the_approval_waits_for_another(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=2).find()
    measure = spread.started()
    spread.sell(1, lot="L2026-03", first=50)
    spread.find(lots=["L2026-03"])

    sent(measure, now)
    assert set(measure.reaches.come().values_list("affected__customer__email", flat=True)) == {"buyer1@example.com", "buyer2@example.com"}
    with pytest.raises(NotPossible):
        measures.complete(measure_id=measure.pk, proof="已全部联系", by=office.head, at=now)

    assert spread.approve(measure).state == State.RUNNING
    assert sent(measure, now).reaches.come().count() == 3


def test_the_approver_reads_words_and_number_and_approves_on_the_page(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=3).find()
    measure = spread.measure()
    page = f"/admin/escalation/measure/{measure.pk}/act/approve/"

    assert signed_in(office.manager).get(page).status_code == 403
    second = signed_in(office.executive)
    shown = second.get(page)
    text = shown.content.decode()
    assert "您购买的热水器可能漏电" in text
    assert 'value="3"' in text
    assert f"/admin/escalation/measure/{measure.pk}/" in second.get("/admin/").content.decode()
    assert second.post(page, {"seen": "0" * 64}).status_code == 409
    assert second.post(page, {"seen": shown.context["form"].initial["seen"]}).status_code == 302
    measure.refresh_from_db()
    assert measure.approved_by == office.executive


def test_a_customer_reads_nothing_before_it_was_sent_to_them(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1).find()
    measure = spread.approve(spread.measure())
    row = one_of(spread)

    with pytest.raises(Reach.DoesNotExist):
        reach.answer(affected=row, measure_id=measure.pk, said="wanted", words="", at=now)
    with pytest.raises(NotPossible):
        reach.fulfil(reach_id=row.reaches.get().pk, proof="已更换", by=spread.by, at=now)


# --- nobody looks finished without being so ------------------------------------------------------------------------------
def test_who_is_found_when_a_measure_is_done_still_gets_it(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1).find()
    measure = sent(spread.started(), now)
    first = measure.reaches.get()
    reach.mark_read(affected=first.affected, at=now)
    measures.complete(measure_id=measure.pk, proof="已全部联系", by=office.head, at=now)
    spread.sell(1, lot="L2026-03", first=50)

    spread.find(lots=["L2026-03"])

    measure.refresh_from_db()
    assert (measure.state, measure.done_at) == (State.SENT, None)
    with pytest.raises(NotPossible):
        incidents.close(incident_id=spread.incident.pk, stopped_because="无新投诉", left_over="无", by=spread.by, at=now)
    assert spread.approve(measure).state == State.RUNNING
    assert sent(measure, now).reaches.come().count() == 2


def test_taking_most_people_out_voids_the_approval_and_is_counted_apart(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=5).find()
    measure = sent(spread.started(), now)
    later = now + timedelta(hours=1)
    for _one in range(2):
        take_out(spread, later)
    measure.refresh_from_db()
    assert measure.state == State.SENT

    take_out(spread, later)

    measure.refresh_from_db()
    assert (measure.state, measure.approved_by) == (State.PAUSED, None)
    assert (progress.of_measure(measure).total, progress.of_measure(measure).taken_out) == (2, 3)
    with pytest.raises(NotPossible):
        measures.start(measure_id=measure.pk, by=spread.by, at=later)
    with pytest.raises(NotPossible):
        measures.complete(measure_id=measure.pk, proof="完成", by=office.head, at=later)
    spread.approve(measure, at=later + timedelta(hours=1))
    assert measures.start(measure_id=measure.pk, by=spread.by, at=later).state == State.RUNNING
    page = signed_in(office.manager).get(f"/admin/escalation/measure/{measure.pk}/change/").content.decode()
    assert "<td>3</td>" in page


def test_when_nobody_is_left_that_too_is_approved_and_the_measure_ends(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1).find()
    measure = sent(spread.started(), now)
    take_out(spread, now)
    spread.approve(measure, at=now + timedelta(hours=1))
    measures.start(measure_id=measure.pk, by=spread.by, at=now)
    sent(measure, now)
    assert measures.complete(measure_id=measure.pk, proof="无人受影响", by=office.head, at=now).state == State.DONE


def test_who_was_taken_out_gets_no_letter_by_another_way(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=3).find()
    measure = sent(spread.started(), now)
    row = one_of(spread)
    one = measure.reaches.get(affected=row)
    assert one.message is not None
    type(one.message).objects.filter(pk=one.message.pk).update(state="failed", next_attempt_at=None)
    take_out(spread, now)

    assert broadcast.try_next_channels(at=now) == 0


# --- contacts ------------------------------------------------------------------------------------------------------------
def test_name_and_number_are_opened_one_by_one_and_each_look_is_kept(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1)
    Customer.objects.update(email="")
    measure = sent(spread.find().started(), now)
    one = measure.reaches.get()
    page = f"/admin/escalation/reach/{one.pk}/"
    agent = signed_in(office.agent)

    for place in ("/admin/escalation/reach/", f"{page}change/"):
        text = agent.get(place).content.decode()
        assert "13800000001" not in text
        assert "顾客1" not in text
    assert agent.get(f"{page}contact/").status_code == 302
    assert not ContactLook.objects.exists()

    shown = agent.post(f"{page}contact/")
    assert "13800000001" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert list(ContactLook.objects.values_list("reach", "by")) == [(one.pk, office.agent.pk)]
    assert signed_in(office.auditor).post(f"{page}contact/").status_code == 403
    assert signed_in(office.auditor).get("/admin/escalation/contactlook/").status_code == 200
    with pytest.raises(DatabaseError), transaction.atomic():
        ContactLook.objects.all().delete()


def test_who_need_not_be_called_is_not_opened(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1).find()
    measure = sent(spread.started(), now)
    one = measure.reaches.get()

    with pytest.raises(NotPossible):
        reach.look(reach_id=one.pk, by=office.agent, at=now)
    assert not ContactLook.objects.exists()


# --- in order ------------------------------------------------------------------------------------------------------------
def test_r11_a_worker_asked_to_stop_makes_and_sends_nothing_more(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    Spread.declare(office, now).find().started()
    monkeypatch.setattr(complaints_tasks, "asked_to_stop", [lambda: True])

    assert tasks.broadcast() == 0
    assert not Reach.objects.come().exists()


def test_a_linked_case_opens_what_was_done(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1).find()
    measure = sent(spread.started(), now)
    reach.mark_read(affected=measure.reaches.get().affected, at=now)
    measures.complete(measure_id=measure.pk, proof="已全部联系", by=office.head, at=now)
    given: dict[str, Any] = {"incident_id": spread.incident.pk, "number": Walk(office, now).case.number}

    incidents.link(**given, by=office.manager, at=now)

    measure.refresh_from_db()
    assert measure.state == State.SENT
    assert approval.is_needed(measure)
