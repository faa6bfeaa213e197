"""What somebody would try in order to write to customers alone, to look finished without being so, or to learn what is none of their business."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from complaints import posting
from complaints import tasks as complaints_tasks
from complaints.models import Customer, Message
from complaints.services import investigate
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Mode, Step
from escalation import tasks
from escalation.models import Affected, ContactLook, Digest, Measure, Reach
from escalation.obligations import Unit
from escalation.queries import approval, progress
from escalation.queries.originals import of_digest
from escalation.services import (
    affected,
    broadcast,
    crises,
    digests,
    extensions,
    incidents,
    measures,
    orders,
    reach,
    recount,
    requests,
)
from staff.models import ChatGroup, User
from staff.permissions import NotAllowed, NotForOneself
from tests.factories.cases import Office, Walk
from tests.factories.incidents import LOT, Spread
from tests.factories.time import limit

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
    assert re.search(r"<td[^>]*>3</td>", page)


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


def test_two_do_not_call_the_same_customer(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now, buyers=1)
    Customer.objects.filter(email="buyer1@example.com").update(email="")
    sent(spread.find().started(), now)
    one, second = Reach.objects.to_call().get(), office.manager
    assert Reach.objects.left_to(second, now).exists()

    reach.look(reach_id=one.pk, by=office.agent, at=now)

    for refused in (partial(reach.look, reach_id=one.pk), partial(reach.call, reach_id=one.pk, reached=False)):
        with pytest.raises(NotPossible):
            refused(by=second, at=now)
    assert ContactLook.objects.count() == 1
    assert Reach.objects.left_to(office.agent, now).to_call().exists()
    assert not Reach.objects.left_to(second, now).to_call().exists()
    page = f"/admin/escalation/reach/{one.pk}/"
    reach.look(reach_id=one.pk, by=office.agent, at=timezone.now())
    seen = signed_in(second).get(f"{page}change/").content.decode()
    assert office.agent.name in seen
    assert f"{page}contact/" not in seen
    assert f"{page}act/missed/" not in seen

    reach.call(reach_id=one.pk, reached=False, by=office.agent, at=now)
    assert Reach.objects.left_to(second, now).to_call().exists(), "free as soon as the call is written down"
    reach.look(reach_id=one.pk, by=second, at=now)
    with pytest.raises(NotPossible):
        reach.look(reach_id=one.pk, by=office.agent, at=now + Reach.HELD / 2)
    reach.look(reach_id=one.pk, by=office.agent, at=now + Reach.HELD)


# --- in order ------------------------------------------------------------------------------------------------------------
def test_a_worker_asked_to_stop_makes_and_sends_nothing_more(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
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


# --- what a mailbox keeps ------------------------------------------------------------------------------------------------
def test_mails_to_staff_carry_number_and_link_and_no_word_of_the_case(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.apologize()
    day = now + timedelta(days=1)
    order = orders.give(complaint_id=walk.case.pk, words="王芳的热水器为何拖延？", due_at=day, by=office.executive, at=now)
    orders.answer(order_id=order.pk, text="王芳家无人。", by=office.reception_head, at=now)
    asked = requests.ask(
        complaint=walk.case, to_department=office.quality, question="王芳的密封圈抽检过吗？", wanted_at=day, by=office.agent, at=now
    )
    requests.answer(request_id=asked.pk, text="王芳的没有抽检。", by=office.employee, at=now)
    walk.to(Step.INVESTIGATE)
    investigate.ask_statement(
        complaint_id=walk.case.pk,
        employee=office.employee,
        question="你去过王芳家吗？",
        due_on=day.date(),
        by=office.investigator,
        at=walk.at,
    )

    mails = list(Message.objects.filter(to_user__isnull=False))
    said = "\n".join(mail.subject + mail.text + mail.html for mail in mails)
    assert len(mails) >= 5
    for words in ("王芳", "拖延", "抽检", "无人"):
        assert words not in said
    assert walk.case.number in said
    assert f"/admin/escalation/supervisionorder/{order.pk}/change/" in said
    assert f"/admin/escalation/departmentrequest/{asked.pk}/change/" in said


# --- where notices go ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "https://oapi.dingtalk.com/robot/send",  # the host of another program
        "https://169.254.169.254/latest/meta-data",
        "https://qyapi.weixin.qq.com.evil.example/",
        "https://qyapi.weixin.qq.com@evil.example/",
        "https://qyapi.weixin.qq.com:8443/",
    ],
)
def test_j4_notices_go_to_the_hosts_of_the_chat_programs_alone(address: str) -> None:
    with pytest.raises(ValidationError):
        ChatGroup(name="群", format="wecom", address=address).full_clean()
    assert not ChatGroup(format="wecom").may_be_at(address)


def test_the_operator_names_further_places(settings: Any) -> None:
    ChatGroup(name="群", format="wecom", address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1").full_clean()
    ChatGroup(name="群", format="lark", address="https://open.larksuite.com/open-apis/bot/v2/hook/1").full_clean()
    settings.CHAT_GATEWAYS = ["https://chat.example.com:8443"]
    ChatGroup(name="群", format="lark", address="https://chat.example.com:8443/hook").full_clean()


class Slow(BaseHTTPRequestHandler):
    """Sends a header now and then, for ever."""

    def do_POST(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):
            for number in range(200):
                self.wfile.write(f"X-{number}: 1\r\n".encode())
                time.sleep(0.05)

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


class Elsewhere(Slow):
    """Sends on to another place, and talks too much."""

    def do_POST(self) -> None:
        self.send_response(200 if self.path == "/long" else 307)
        self.send_header("Location", "/long")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b"x" * (posting.LONGEST_ANSWER * 3))


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_j6_who_answers_byte_by_byte_holds_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE", 0.5)
    with served(Slow) as place:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            posting.post(place, b"{}", {})
        assert time.monotonic() - began < 3


def test_a_redirect_is_not_followed_and_an_endless_answer_not_read() -> None:
    with served(Elsewhere) as place:
        assert posting.post(place, b"{}", {})[0] == 307
        status, answer = posting.post(f"{place}/long", b"{}", {})
    assert (status, len(answer)) == (200, posting.LONGEST_ANSWER)


# --- said in time, and without who said it -------------------------------------------------------------------------------
def test_in_a_crisis_the_next_word_comes_within_a_day(office: Office, now: datetime) -> None:
    crisis = crises.open_crisis(
        title="漏电", what="三人受伤", spokesperson=office.executive, lead=office.manager, by=office.manager, at=now
    )
    sheet = crises.write_facts(crisis_id=crisis.pk, text="三台漏电。", by=office.manager, at=now)
    crises.approve_facts(sheet_id=sheet.pk, by=office.executive, at=now)
    given: dict[str, Any] = {"crisis_id": crisis.pk, "audience": "media", "text": "正在查。", "by": office.executive, "at": now}

    with pytest.raises(ValidationError):
        crises.say(**given, next_due_at=now + timedelta(hours=25))
    assert crises.say(**given, next_due_at=now + timedelta(hours=24)).pk


def test_the_originals_of_the_day_name_no_protected_person(office: Office, now: datetime) -> None:
    hidden = PartyInput(name="赵钱孙", phone="13900001111", email="zqs@example.com", mode=Mode.CONFIDENTIAL)
    walk = Walk(office, now, complainant=hidden)
    walk.apologize()
    walk.record(allegations=["赵钱孙家的热水器漏水，电话13900001111，zqs@example.com"])
    walk.to(Step.INVESTIGATE)
    digests.make(at=now + timedelta(hours=22))

    words = "".join(quote for _case, _opens, quotes in of_digest(Digest.objects.get(), office.head) for quote in quotes)

    assert "热水器漏水" in words
    for trace in ("赵", "139", "1111", "zqs", "example.com"):
        assert trace not in words


# --- more time, of what ---------------------------------------------------------------------------------------------------
def test_an_extension_counts_in_the_unit_it_was_asked_in_or_not_at_all(office: Office, walk: Walk) -> None:
    row = limit(walk.case, "decision")
    rule = row.policy
    assert rule is not None
    given: dict[str, Any] = {"reason": "等配件", "to_customer": "再等几天", "by": office.investigator, "at": walk.at}
    first = extensions.ask(deadline_id=row.pk, amount=2, **given)
    extensions.grant(extension_id=first.pk, by=office.head, at=walk.at)
    second = extensions.ask(deadline_id=row.pk, amount=1, **given)
    rule.unit = Unit.CALENDAR_DAYS if rule.unit == Unit.WORKING_DAYS else Unit.WORKING_DAYS
    rule.save()

    recount.later(policy=rule, by=office.manager)
    recount.recount(at=walk.at)

    row.refresh_from_db()
    assert (row.unit, row.extended_by) == (rule.unit, 0)
    with pytest.raises(NotPossible):
        extensions.grant(extension_id=second.pk, by=office.head, at=walk.at)
