"""Notices that are not understood climb; copies go to chat groups; meetings have agenda, minutes and action items."""

import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from complaints import outbox
from complaints.models import Message
from staff import events
from staff.models import ActionItem, ChatGroup, Notice, NoticeClimb, User
from staff.permissions import NotAllowed
from staff.services import meetings, notices
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    return timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture
def office() -> Office:
    return Office.found()


class Robot(HTTPServer):
    """A chat program that keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ear)
        self.heard: list[dict[str, object]] = []
        self.answer: dict[str, object] = {"errcode": 0}

    @property
    def address(self) -> str:
        return f"{self.place}/robot"

    @property
    def place(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Ear(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        self.server.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps(self.server.answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def robot(settings: Any) -> Iterator[Robot]:
    server = Robot()
    settings.CHAT_GATEWAYS = [server.place]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def say(office: Office, at: datetime, **values: Any) -> Notice:
    given: dict[str, Any] = {
        "title": "召回通知",
        "body": "停用第7批密封圈。",
        "by": office.manager,
        "at": at,
        "departments": [office.quality],
    }
    return notices.publish(**(given | values))


def test_superiors_are_told_who_has_not_understood_each_rung_once(office: Office, at: datetime) -> None:
    """G10: twice the same morning, or late by days, says nothing twice."""
    notice = say(office, at, users=[office.employee], departments=[], answer_due_on=date(2026, 3, 4))
    for day in (4, 5, 5, 7, 20, 20):
        notices.climb(at=at.replace(day=day))
    told = list(NoticeClimb.objects.filter(notice=notice).order_by("rung").values_list("rung", "told__name"))
    assert told == [(1, office.head.name), (2, office.division_head.name)]
    assert Notice.objects.filter(users=office.head, body__contains=office.employee.name).count() == 1


def test_who_understood_is_left_alone_and_who_finds_it_unclear_is_not(office: Office, at: datetime) -> None:
    notice = say(office, at, users=[office.employee, office.investigator], departments=[], answer_due_on=date(2026, 3, 4))
    notices.receive(notice=notice, state="understood", by=office.investigator, at=at)
    notices.receive(notice=notice, state="unclear", remark="哪一批？", by=office.employee, at=at)
    notices.climb(at=at.replace(day=5))
    assert list(NoticeClimb.objects.values_list("reader", flat=True)) == [office.employee.pk]


def test_what_is_not_clear_comes_back_to_who_published_it(office: Office, at: datetime) -> None:
    """And whoever asked sees their own answer, not the others', and may say later that it is clear now."""
    notice = say(office, at, users=[office.employee, office.investigator, office.caller], departments=[])
    notices.receive(notice=notice, state="understood", by=office.investigator, at=at)
    notices.receive(notice=notice, state="unclear", remark="哪一批？", by=office.employee, at=at)
    taken = notices.receipts_of(notice)
    assert (taken.understood, [row.remark for row in taken.unclear], taken.unread) == (1, ["哪一批？"], 1)

    publisher, asker, other = (
        Desk(person).get("staff_notice_change", notice.pk).content.decode() for person in (office.manager, office.employee, office.caller)
    )
    assert 'id="receipts"' in publisher
    assert "哪一批？" in publisher
    assert 'id="my-answer"' in asker
    assert "哪一批？" in asker
    assert 'id="receipts"' not in asker
    assert "哪一批？" not in other
    assert f"/staff/notice/{notice.pk}/change/" in Desk(office.manager).get("index").content.decode()

    assert Desk(office.employee).client.post(f"/admin/staff/notice/{notice.pk}/act/receive/", {"state": "understood"}).status_code == 302
    assert f"/staff/notice/{notice.pk}/change/" not in Desk(office.manager).get("index").content.decode()


def test_a_superior_who_cannot_be_told_keeps_nobody_else_from_it_and_is_told_later(
    office: Office, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K6: each superior in a transaction of its own, however few readers are looked up at a time; done again it says nothing twice."""
    notice = say(office, at, users=[office.employee, office.agent], departments=[], answer_due_on=date(2026, 3, 4))
    monkeypatch.setattr(notices, "READERS", 1)

    def break_at_the_head(notice: Notice, by: User, at: datetime) -> None:
        if office.head in notice.users.all():
            raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(events, "announce", [*events.announce, break_at_the_head])
        notices.climb(at=at.replace(day=5))
    first = set(NoticeClimb.objects.filter(notice=notice).values_list("reader__name", flat=True))
    assert first == {office.agent.name}
    assert [notices.climb(at=at.replace(day=5)) for _run in range(2)] == [1, 0]
    assert Notice.objects.filter(users=office.head, body__contains=office.employee.name).count() == 1


@pytest.mark.parametrize(("program", "answer"), [("wecom", {"errcode": 0}), ("dingtalk", {"errcode": 0}), ("lark", {"code": 0})])
def test_a_notice_goes_to_the_chat_groups_of_its_departments(
    office: Office, at: datetime, robot: Robot, program: str, answer: dict[str, object]
) -> None:
    robot.answer = answer
    ChatGroup.objects.create(name="质量群", department=office.quality, format=program, address=robot.address)
    ChatGroup.objects.create(name="客服群", department=office.reception, format=program, address=robot.address + "/other")
    say(office, at, by_chat=True)
    [message] = outbox.claim(at, 5)
    outbox.deliver(message, at)
    [heard] = robot.heard
    assert "停用第7批密封圈。" in json.dumps(heard, ensure_ascii=False)
    assert set(heard) == ({"msg_type", "content"} if program == "lark" else {"msgtype", "text"})
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_chat_program_that_refuses_is_asked_again_and_its_address_stands_in_no_error(office: Office, at: datetime, robot: Robot) -> None:
    robot.answer = {"errcode": 45009}
    ChatGroup.objects.create(name="质量群", department=office.quality, format="wecom", address=robot.address)
    say(office, at, by_chat=True)
    [message] = outbox.claim(at, 5)
    assert not outbox.deliver(message, at)
    message.refresh_from_db()
    assert message.state == "queued"
    assert "127.0.0.1" not in message.last_error


def test_readers_get_a_copy_by_mail_when_the_notice_says_so(office: Office, at: datetime) -> None:
    say(office, at, users=[office.employee], departments=[])
    assert not Message.objects.filter(to_user=office.employee).exists()
    say(office, at, users=[office.employee], departments=[], by_mail=True)
    assert Message.objects.filter(to_user=office.employee, subject__contains="召回通知").exists()


def test_a_meeting_is_held_once_and_asks_people_for_things_they_finish(office: Office, at: datetime) -> None:
    meeting = meetings.call(
        title="周例会", department=office.quality, planned_at=at + timedelta(days=1), people=[office.employee], by=office.head, at=at,
        matters=["密封圈"],
    )  # fmt: skip
    assert [item.text for item in meeting.agenda.all()] == ["密封圈"]
    asked = [meetings.Asked("补抽检", office.employee, date(2026, 3, 9))]
    meetings.hold(meeting=meeting, minutes="议定补抽检。", asked=asked, by=office.head, at=at)
    with pytest.raises(ValidationError):
        meetings.hold(meeting=meeting, minutes="再写一次", asked=[], by=office.head, at=at)
    action = ActionItem.objects.get()
    with pytest.raises(NotAllowed):
        meetings.finish(action=action, result="好了", by=office.head, at=at)
    assert meetings.finish(action=action, result="已补抽检20件", by=office.employee, at=at).done_at == at


def test_a_meeting_is_seen_by_those_invited_and_the_heads_above(office: Office, at: datetime) -> None:
    from staff.models import Meeting

    meetings.call(title="周例会", department=office.quality, planned_at=at, people=[office.employee], by=office.head, at=at)
    for sees in (office.employee, office.head, office.division_head, office.manager):
        assert Meeting.objects.visible_to(sees).exists()
    assert not Meeting.objects.visible_to(office.agent).exists()
