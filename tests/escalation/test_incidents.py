"""A fault that touches many: declared for a reason, reviewed before use, everybody told once, closed with proof."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

from complaints import outbox, signing
from complaints.models import Customer, Message, Purchase
from complaints.services import endings, erasure
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Mode
from escalation import tasks
from escalation.models import Affected, Incident, Measure, Reach, Reply
from escalation.queries import progress
from escalation.services import affected, broadcast, incidents, measures, reach
from staff.permissions import NotAllowed, NotForOneself
from tests.factories.cases import Office, Walk
from tests.factories.incidents import LOT, Spread
from tests.smtp import Sink, serving

pytestmark = pytest.mark.django_db

Kind = Measure.Kind


@pytest.fixture
def office() -> Office:
    return Office.found()


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    server = serving(sink)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield sink
    server.stop()


def deliver_all(at: datetime) -> None:
    while claimed := outbox.claim(at, 50):
        for message in claimed:
            outbox.deliver(message, at)


def broadcast_all(measure: Measure, at: datetime) -> Measure:
    """Until nobody is left to be told."""
    while broadcast.send_batch(measure_id=measure.pk, at=at):
        deliver_all(at)
    return Measure.objects.get(pk=measure.pk)


# --- declared -----------------------------------------------------------------------------------------------------------
def test_an_incident_is_declared_by_somebody_with_authority_and_for_a_reason(office: Office, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        Spread.declare(office, now, by=office.agent)
    with pytest.raises(ValidationError):
        incidents.declare(title="漏电", what="接地线松动", reason=" ", owner=office.head, by=office.manager, at=now)

    declared = incidents.declare(
        title="漏电", what="接地线松动", reason="同批次", owner=office.head, by=office.head, at=now, warning="三天五起"
    )

    assert (declared.origin, declared.declared_by) == (Incident.Origin.WARNING, office.head)


def test_from_a_case_its_complainant_is_affected_and_a_foreign_case_is_not_there(office: Office, now: datetime) -> None:
    case = Walk(office, now).case
    spread = Spread.declare(office, now, case=case)

    assert spread.incident.origin == Incident.Origin.CASE
    row = Affected.objects.with_complained().get(incident=spread.incident)
    assert (row.customer, row.state, row.complained) == (case.complainant.customer, "confirmed", True)
    with pytest.raises(ValidationError):
        incidents.link(incident_id=spread.incident.pk, number="260302-XXXXX", by=office.manager, at=now)


# --- found and reviewed -------------------------------------------------------------------------------------------------
def test_who_bought_the_lot_is_found_and_used_only_after_a_review(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=3)
    spread.sell(2, lot="L2025-11", first=10)
    goods = affected.find(incident_id=spread.incident.pk, product=spread.product, lots=[LOT], by=spread.by, at=now)
    measure = spread.measure()

    assert goods.found == 3
    with pytest.raises(NotPossible):
        measures.start(measure_id=measure.pk, by=spread.by, at=now)

    one = goods.affected.order_by("pk").first()
    assert one is not None
    affected.decide(affected_id=one.pk, is_affected=False, remark="已退货", by=spread.by, at=now)
    affected.review(goods_id=goods.pk, accepted=True, by=spread.by, at=now)

    assert Affected.objects.filter(incident=spread.incident).confirmed().count() == 2
    again = affected.find(incident_id=spread.incident.pk, product=spread.product, lots=[], by=spread.by, at=now)
    assert again.found == 2  # of any lot; nobody is found twice, and who was taken out stays out


def test_a_list_of_purchases_is_imported_once_and_a_wrong_line_imports_nothing(office: Office, now: datetime, tmp_path: Any) -> None:
    Spread.declare(office, now, buyers=0)
    file = tmp_path / "sold.csv"
    lines = ["name,email,phone,product,bought_on,lot,language", "李雷,li@example.com,,WH-60,2026-02-10,L1,zh-hans",
             "Ann,,+86 139 1111 2222,WH-60,2026-02-11,L1,en"]  # fmt: skip
    file.write_text("\n".join(lines), encoding="utf-8")

    call_command("import_purchases", str(file))
    call_command("import_purchases", str(file))

    assert Purchase.objects.count() == 2
    assert set(Customer.objects.values_list("email", "phone_digits", "language")) == {
        ("li@example.com", "", "zh-hans"),
        ("", "13911112222", "en"),
    }
    file.write_text("\n".join([*lines, "王,wang@example.com,,NONE,2026-02-11,L1,"]), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_purchases", str(file))
    assert Customer.objects.filter(email="wang@example.com").count() == 0


# --- measures -----------------------------------------------------------------------------------------------------------
def test_f2_money_for_each_needs_a_second_person_and_the_database_says_so_too(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now).find()
    measure = spread.measure(Kind.COMPENSATION, amount=Decimal("200.00"))

    with pytest.raises(NotPossible):
        measures.start(measure_id=measure.pk, by=spread.by, at=now)
    with pytest.raises(NotForOneself):
        spread.approve(measure, by=spread.by)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(approved_by=measure.decided_by, approved_at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(amount=Decimal("900.00"))

    spread.approve(measure)
    assert measures.start(measure_id=measure.pk, by=spread.by, at=now).state == Measure.State.RUNNING


# --- told ---------------------------------------------------------------------------------------------------------------
def test_everybody_is_told_once_in_their_language_silent_or_not(office: Office, now: datetime, sink: Sink) -> None:
    case = Walk(office, now, complainant=PartyInput(name="Ann", email="ann@example.com", language="en")).case
    deliver_all(now)  # the receipt
    sink.mails.clear()
    spread = Spread.declare(office, now, buyers=3, case=case).find()

    measure = broadcast_all(spread.started(), now)

    assert measure.state == Measure.State.SENT
    assert sorted(str(mail["To"]) for mail in sink.mails) == ["ann@example.com", *(f"buyer{n}@example.com" for n in (1, 2, 3))]
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in sink.mails}
    assert subjects["ann@example.com"].startswith("Please stop")
    assert subjects["buyer1@example.com"].startswith("请停止")
    assert {str(mail["Message-ID"]) for mail in sink.mails} == set(
        Message.objects.filter(kind="incident").values_list("message_id", flat=True)
    )
    alike = [progress.of_measure(measure, complained=each) for each in (True, False)]
    assert [(each.total, each.reached) for each in alike] == [(1, 1), (3, 3)]
    assert broadcast.send_batch(measure_id=measure.pk, at=now) == 0
    deliver_all(now)
    assert len(sink.mails) == 4


def test_no_name_and_no_link_stand_in_the_row_and_the_mail_has_the_link(office: Office, now: datetime, sink: Sink) -> None:
    spread = Spread.declare(office, now, buyers=1).find()
    broadcast_all(spread.started(), now)
    row = Message.objects.get(kind="incident")
    token = signing.affected_token(Affected.objects.get().pk)

    assert "顾客1" not in row.text + row.html
    assert token not in row.text + row.html
    body = sink.mails[0].get_body(("plain",))
    assert body is not None
    assert f"/safety/own/{token}/" in body.get_content()
    assert len(token) * 5 >= 80 + 48  # 112 bits of signature beside the number


def test_a_pause_stops_after_one_batch_and_the_rest_goes_on_where_it_stopped(
    office: Office, now: datetime, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "BATCH", 2)
    spread = Spread.declare(office, now, buyers=5).find()
    measure = spread.started()
    broadcast.send_batch(measure_id=measure.pk, at=now)
    measures.pause(measure_id=measure.pk, by=spread.by, at=now)

    assert broadcast.send_batch(measure_id=measure.pk, at=now) == 0
    deliver_all(now)
    paused = progress.of_measure(measure)
    assert (paused.total, paused.reached, paused.on_the_way, len(sink.mails)) == (5, 2, 3, 2)

    measures.start(measure_id=measure.pk, by=spread.by, at=now)
    broadcast_all(measure, now)
    assert progress.of_measure(measure).reached == len({str(mail["To"]) for mail in sink.mails}) == len(sink.mails) == 5


def test_few_wait_at_a_time_so_that_other_mail_is_not_behind_thousands(
    office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R11: one broadcast never blocks the others."""
    monkeypatch.setattr(broadcast, "BATCH", 4)
    spread = Spread.declare(office, now, buyers=20).find()
    spread.started()

    made = [tasks._next_batches() for _round in range(3)]

    assert made == [4, 0, 0]
    assert broadcast.waiting(now + timedelta(days=400)) == 4


def test_who_is_found_later_gets_the_same(office: Office, now: datetime, sink: Sink) -> None:
    spread = Spread.declare(office, now, buyers=1).find()
    measure = broadcast_all(spread.started(), now)
    spread.sell(1, lot="L2026-03", first=50)

    spread.find(lots=["L2026-03"])

    assert spread.approve(measure).state == Measure.State.RUNNING
    broadcast_all(measure, now)
    assert [str(mail["To"]) for mail in sink.mails] == ["buyer1@example.com", "buyer50@example.com"]


def test_d13_where_a_mail_comes_back_the_next_channel_is_tried_and_then_a_person(office: Office, now: datetime, sink: Sink) -> None:
    sink.refuse = lambda address: "550 no such user" if address != "buyer3@example.com" else None
    spread = Spread.declare(office, now, buyers=3)
    Customer.objects.filter(email="buyer2@example.com").update(phone="", phone_digits="")
    measure = broadcast_all(spread.find().started(), now)

    broadcast.try_next_channels(at=now)

    states = dict(Reach.objects.with_state().order_by("affected__customer").values_list("affected__customer__email", "state"))
    assert states == {"buyer1@example.com": "to_tell", "buyer2@example.com": "unreachable", "buyer3@example.com": "told"}
    calling = Reach.objects.to_call().get()
    for day in range(reach.CALLS):
        reach.call(reach_id=calling.pk, reached=False, by=office.agent, at=now + timedelta(days=day))
    broadcast.try_next_channels(at=now)
    found = progress.of_measure(measure)
    assert (found.count("unreachable"), found.reached, found.on_the_way) == (2, 1, 0)


def test_a_call_tells_and_takes_the_answer_down(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1)
    Customer.objects.filter(email="buyer1@example.com").update(email="")
    measure = broadcast_all(spread.find().started(), now)
    calling = Reach.objects.to_call().get()

    with pytest.raises(Reach.DoesNotExist):  # sees nothing of it
        reach.call(reach_id=calling.pk, reached=True, by=office.personnel, at=now)
    with pytest.raises(NotAllowed):  # reads, and writes to nobody
        reach.call(reach_id=calling.pk, reached=True, by=office.auditor, at=now)
    reach.call(reach_id=calling.pk, reached=True, said="wanted", words="周六上门", by=office.agent, at=now)

    assert Reply.objects.get().by == office.agent
    assert progress.of_measure(measure).count("answered") == 1


def test_a_protected_complainant_is_reached_through_the_case_and_never_called(office: Office, now: datetime, sink: Sink) -> None:
    hidden = PartyInput(name="李雷", email="hidden@example.com", phone="13900000000", mode=Mode.CONFIDENTIAL)
    case = Walk(office, now, complainant=hidden).case
    deliver_all(now)
    sink.mails.clear()
    sink.refuse = lambda _address: "550 gone"
    spread = Spread.declare(office, now, buyers=0, case=case)
    broadcast_all(spread.started(), now)
    row = Affected.objects.get()
    assert (row.customer, row.complaint) == (None, case)

    broadcast.try_next_channels(at=now)

    one = Reach.objects.with_state().get()
    assert (one.tried, one.state) == (["email", "web"], "told")  # it stands on the tracking page


# --- the customer's page ------------------------------------------------------------------------------------------------
@pytest.fixture
def own(office: Office, now: datetime) -> tuple[Spread, Measure, str]:
    spread = Spread.declare(office, now, buyers=1).find()
    measure = broadcast_all(spread.started(), now)
    return spread, measure, f"/safety/own/{signing.affected_token(Affected.objects.get().pk)}/"


def test_j1_opening_the_page_shows_no_personal_data_and_changes_nothing(own: tuple[Spread, Measure, str], client: Client) -> None:
    _spread, measure, page = own
    answer = client.get(page)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "请停止使用您的热水器" in text
    assert not re.search("顾客1|buyer1|13800000001", text)
    assert (answer["Referrer-Policy"], "no-store" in answer["Cache-Control"]) == ("same-origin", True)
    assert Reach.objects.get().read_at is None
    assert progress.of_measure(measure).count("read") == 0


def test_j1_forged_and_foreign_links_open_nothing(own: tuple[Spread, Measure, str], client: Client) -> None:
    _spread, _measure, page = own
    token = page.split("/")[3]
    forged = ("a" if token[0] != "a" else "b") + token[1:]
    of_a_case = signing.mail_token(Affected.objects.get().pk)
    for wrong in (forged, of_a_case, signing.affected_token(10**9)):
        assert client.get(f"/safety/own/{wrong}/").status_code == 404
        assert client.post(f"/safety/own/{wrong}/").status_code == 404


def test_read_and_answered_by_buttons_and_the_newest_answer_counts(own: tuple[Spread, Measure, str], client: Client) -> None:
    _spread, measure, page = own
    assert client.post(page).status_code == 302
    assert progress.of_measure(measure).count("read") == 1

    for said in ("call_me", "wanted"):
        assert client.post(page, {"measure": measure.pk, "said": said, "words": "周六在家"}).status_code == 302

    one = Reach.objects.get()
    assert (one.answer, one.replies.count()) == ("wanted", 2)
    assert progress.of_measure(measure).count("answered") == 1


@pytest.mark.parametrize("sent", [{"said": "no"}, {"said": ""}, {"said": "other", "words": ""}, {"said": "wanted", "words": "x" * 3000}])
def test_j3_nonsense_is_refused(own: tuple[Spread, Measure, str], client: Client, sent: dict[str, str]) -> None:
    _spread, measure, page = own
    assert client.post(page, {"measure": measure.pk, **sent}).status_code in {400, 409}
    assert client.post(page, {"measure": 10**9, "said": "wanted"}).status_code == 404
    assert Reply.objects.count() == 0


def test_an_erased_customer_has_no_page_and_their_answer_loses_its_words(office: Office, now: datetime, client: Client) -> None:
    walk = Walk(office, now)
    spread = Spread.declare(office, now, buyers=0, case=walk.case)
    measure = broadcast_all(spread.started(), now)
    page = f"/safety/own/{signing.affected_token(Affected.objects.get().pk)}/"
    client.post(page, {"measure": measure.pk, "said": "wanted", "words": "我叫王芳，住海河路"})
    with pytest.raises(DatabaseError), transaction.atomic():
        Reply.objects.update(words="别的")
    endings.withdraw(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, reason="", at=now)

    erasure.erase(complaint_id=walk.case.pk, reason="法定期限", by=Actor.SYSTEM, at=now + timedelta(days=2000))

    assert Reply.objects.get().words == "—"
    assert client.get(page).status_code == 404


def test_who_bought_the_product_stays_known_when_their_case_is_erased(office: Office, now: datetime) -> None:
    """Or a recall could not reach them any more."""
    walk = Walk(office, now)
    spread = Spread.declare(office, now, buyers=0)
    customer = walk.case.complainant.customer
    assert customer is not None
    Purchase.objects.create(customer=customer, product=spread.product, bought_on=now.date(), source="hand", added_at=now)
    endings.withdraw(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, reason="", at=now)

    erasure.erase(complaint_id=walk.case.pk, reason="法定期限", by=Actor.SYSTEM, at=now + timedelta(days=2000))

    customer.refresh_from_db()
    assert customer.email == "wang.fang@example.com"


# --- fulfilled and closed -----------------------------------------------------------------------------------------------
def test_closing_needs_every_measure_done_the_rate_and_what_shows_that_it_stopped(office: Office, now: datetime, client: Client) -> None:
    spread = Spread.declare(office, now, buyers=2).find()
    sale = spread.measure(Kind.STOP_SALE)
    measure = broadcast_all(spread.started(), now)
    ends: dict[str, Any] = {"incident_id": spread.incident.pk, "by": spread.by, "at": now}
    one, other = Reach.objects.order_by("pk")
    reach.answer(affected=one.affected, measure_id=measure.pk, said="wanted", words="", at=now)
    reach.answer(affected=other.affected, measure_id=measure.pk, said="call_me", words="", at=now)
    reach.fulfil_all_who_want(measure_id=measure.pk, proof="更换单 001", by=office.head, at=now)

    with pytest.raises(NotPossible):
        incidents.close(**ends, stopped_because="两周无新投诉")
    measures.complete(measure_id=sale.pk, proof="门店已下架", by=office.head, at=now)
    measures.complete(measure_id=measure.pk, proof="全部联系", by=office.head, at=now)
    with pytest.raises(ValidationError):
        incidents.close(**ends, stopped_because=" ", left_over="x")
    with pytest.raises(ValidationError):
        incidents.close(**ends, stopped_because="两周无新投诉")

    closed = incidents.close(**ends, stopped_because="两周无新投诉", left_over="继续电话联系")

    assert closed.completion == Decimal("50.00")
    with pytest.raises(NotPossible):
        reach.answer(affected=other.affected, measure_id=measure.pk, said="wanted", words="", at=now)


def test_the_public_notice_is_read_by_everybody_once_it_is_published(office: Office, now: datetime, client: Client) -> None:
    spread = Spread.declare(office, now).find()
    page = f"/safety/{spread.incident.pk}/"
    assert client.get(page).status_code == 404

    incidents.publish(incident_id=spread.incident.pk, notice_title="请停止使用", notice_text="热水器可能漏电。", by=spread.by, at=now)

    text = client.get(page).content.decode()
    assert "热水器可能漏电" in text
    assert LOT in text
    assert "接地线松动" not in text  # what is known inside stays inside
    assert "请停止使用" in client.get("/safety/").content.decode()


def test_nothing_is_made_while_sending_is_held(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    spread = Spread.declare(office, now).find()
    spread.started()
    monkeypatch.setattr(outbox, "is_held", lambda: True)

    assert tasks.broadcast() == 0
    assert not Reach.objects.come().exists()
