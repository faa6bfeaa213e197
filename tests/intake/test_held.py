"""What waits for a person: listened to, read, then filed, joined or put aside, once and by whoever it is for."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from complaints import signing
from complaints.models import Attachment, Complaint, IdentityLook, Message
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Mode
from config.work.first_page import work_for
from intake.models import Channel, Discard, Filing, Hold, Submission
from intake.services import held, recordings
from intake.services.submit import store
from staff.models import User
from staff.roles import Role
from tests.canaries import tables_with
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db

ADD, LIST = "/admin/intake/submission/add/", "/admin/intake/submission/"
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00"
NUMBER = "13912345670"


@pytest.fixture(autouse=True)
def aside(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "attachments"


@pytest.fixture
def recording(office: Office) -> Submission:
    channel = Channel.objects.get(code="voicemail")
    return recordings.keep(
        channel=channel, name=f"{NUMBER}.wav", content=SOUND, from_number=NUMBER, at=timezone.now() - timedelta(hours=9)
    )[0]


@pytest.fixture
def bounce(office: Office) -> Submission:
    mail = store(
        channel=Channel.objects.get(code="email"), form_key=uuid4(), language="en", payload={"subject": "Undelivered"},
        at=timezone.now(), raw=b"From: x@example.com\r\n\r\n", external_id="mail:1",
    )  # fmt: skip
    Hold.objects.create(submission=mail, why=Hold.Why.BOUNCE, at=timezone.now())
    return mail


def piles(user: User) -> dict[str, int]:
    return {pile.url.partition("?")[2]: pile.count for pile in work_for(User.objects.get(pk=user.pk), timezone.now())}


def file_it(desk: Desk, row: Submission, **changes: Any) -> Any:
    page = desk.client.get(f"{ADD}?held={row.pk}")
    said = {
        "once": page.context["once"], "channel": row.channel_id, "kind": "complaint", "mode": "real_name", "standing": "self",
        "story": "夜里打来：冰箱漏水，请回电。", "demand": "repair", "phone": page.context["form"].initial.get("phone", ""),
    }  # fmt: skip
    return desk.client.post(ADD, said | changes)


# --- recorded messages ----------------------------------------------------------------------------------------------------
def test_the_telephone_system_hands_over_a_recording(office: Office, tmp_path: Path) -> None:
    file = tmp_path / f"{NUMBER}-20260302.wav"
    file.write_bytes(SOUND)
    for _twice in range(2):
        call_command("ingest_recording", str(file), "--from-number", NUMBER, "--at", "2026-03-02T22:15", stdout=StringIO())
    row = Submission.objects.get()
    assert row.received_at == datetime(2026, 3, 2, 14, 15, tzinfo=UTC)
    assert (row.hold.why, bytes(row.raw), row.channel.code) == (Hold.Why.RECORDING, SOUND, "voicemail")
    assert row.claimed == {"phone": NUMBER}
    assert tables_with(NUMBER) == []  # neither in the name of the file nor anywhere else in the open


@pytest.mark.parametrize(("name", "content"), [("x.wav", b"no sound at all"), ("x.exe", b"MZ"), ("x.wav", b"")])
def test_what_is_no_recording_is_refused(office: Office, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError):
        call_command("ingest_recording", str(tmp_path / name))
    with pytest.raises(CommandError):
        call_command("ingest_recording", str(tmp_path / "nothing.wav"))
    assert not Submission.objects.exists()


def test_a_recording_waits_for_the_reception_and_can_be_heard(office: Office, recording: Submission) -> None:
    assert piles(office.agent)["filed=held"] == 1
    assert "filed=held" not in piles(office.investigator)
    desk = Desk(office.agent)
    assert f"/submission/{recording.pk}/change/" in desk.client.get(LIST, {"filed": "held"}).content.decode()
    page = desk.client.get(f"{LIST}{recording.pk}/change/").content.decode()
    assert f"?held={recording.pk}" in page
    heard = desk.client.get(f"{LIST}{recording.pk}/raw/")
    assert heard.content == SOUND
    assert heard["Content-Disposition"] == 'attachment; filename="recording.wav"'


def test_a_recording_becomes_a_case_with_the_sound_once(office: Office, recording: Submission) -> None:
    desk = Desk(office.agent)
    assert desk.client.get(f"{ADD}?held={recording.pk}").context["form"].initial["phone"] == NUMBER
    page = desk.client.get(f"{ADD}?held={recording.pk}")
    said = {"once": page.context["once"], "channel": recording.channel_id, "kind": "complaint", "mode": "real_name", "standing": "self",
            "story": "冰箱漏水", "demand": "repair", "phone": NUMBER}  # fmt: skip
    assert [desk.client.post(ADD, said).status_code for _twice in range(2)] == [302, 302]
    case = Complaint.objects.get()
    assert Filing.objects.get(submission=recording).complaint == case
    assert [row.name for row in Attachment.objects.all()] == ["recording.wav"]
    assert case.complainant.phone == NUMBER
    assert "filed=held" not in piles(office.agent)


def test_i4_a_recording_filed_anonymously_leaves_neither_number_nor_voice(office: Office, recording: Submission) -> None:
    desk = Desk(office.agent)
    assert file_it(desk, recording, mode="anonymous").status_code == 302
    recording.refresh_from_db()
    assert (recording.payload, recording.claim, recording.raw) == ({}, None, None)
    assert not Attachment.objects.exists()
    assert Complaint.objects.get().complainant.mode == Mode.ANONYMOUS
    assert Discard.objects.get().submission == recording


def test_two_people_file_the_same_recording_and_the_second_is_told(office: Office, recording: Submission) -> None:
    other = person(Role.AGENT, office.reception)
    first, second = Desk(office.agent), Desk(other)
    page = second.client.get(f"{ADD}?held={recording.pk}")
    assert file_it(first, recording).status_code == 302
    said = {"once": page.context["once"], "channel": recording.channel_id, "kind": "complaint", "mode": "real_name", "standing": "self",
            "story": "同一段录音", "demand": "repair"}  # fmt: skip
    answer = second.client.post(ADD, said)
    assert answer.status_code == 409
    assert "同一段录音" in answer.content.decode()  # nothing typed is lost
    assert Complaint.objects.count() == 1


# --- joining and putting aside ---------------------------------------------------------------------------------------------
def test_a_recording_is_joined_to_a_case(office: Office, recording: Submission) -> None:
    case = Walk(office, timezone.now() - timedelta(days=1)).case
    desk = Desk(office.agent)
    answer = desk.client.post(f"{LIST}{recording.pk}/act/join/", {"number": case.number.lower(), "text": "又打来催：还没修。"})
    assert answer.status_code == 302
    message = Message.objects.get(complaint=case, direction="in")
    assert (message.text, message.by) == ("又打来催：还没修。", office.agent)
    assert Attachment.objects.get().message == message
    assert Filing.objects.get(submission=recording).message == message


def test_r1_joining_to_a_hidden_case_answers_as_if_it_were_not_there(office: Office, recording: Submission) -> None:
    hidden = Walk(office, timezone.now() - timedelta(days=1), department=office.division).case
    texts = []
    for number in (hidden.number, "260101-ZZZZZ"):
        with pytest.raises(NotPossible) as refusal:
            held.join_held(submission_id=recording.pk, number=number, text="x", by=office.agent, at=timezone.now())
        texts.append(str(refusal.value))
    assert texts[0] == texts[1]
    assert not Filing.objects.exists()


def test_i4_what_is_joined_to_an_anonymous_case_leaves_no_number(office: Office, recording: Submission) -> None:
    case = Walk(office, timezone.now() - timedelta(days=1), complainant=PartyInput(mode=Mode.ANONYMOUS)).case
    held.join_held(submission_id=recording.pk, number=case.number, text="补充一点", by=office.agent, at=timezone.now())
    recording.refresh_from_db()
    assert (recording.claim, recording.raw) == (None, None)
    assert not Attachment.objects.exists()
    assert not Filing.objects.exists()


def test_what_is_put_aside_has_its_reason_and_is_forgotten_later(office: Office, recording: Submission) -> None:
    now = timezone.now()
    desk = Desk(office.agent)
    assert desk.client.post(f"{LIST}{recording.pk}/act/discard/", {"reason": ""}).status_code == 400
    assert desk.client.post(f"{LIST}{recording.pk}/act/discard/", {"reason": "无声"}).status_code == 302
    assert Discard.objects.get().reason == "无声"
    assert held.empty_old(at=now) == 0
    assert held.empty_old(at=now + timedelta(days=91)) == 1
    assert held.empty_old(at=now + timedelta(days=92)) == 0
    recording.refresh_from_db()
    assert (recording.payload, recording.claim, recording.raw) == ({}, None, None)
    with pytest.raises(NotPossible):
        held.require_waiting(held.lock(submission_id=recording.pk, by=office.agent))


# --- who ------------------------------------------------------------------------------------------------------------------
def test_i4_odd_mail_is_read_by_whoever_looks_after_messages_alone(office: Office, bounce: Submission) -> None:
    """The raw form names its sender."""
    assert Desk(office.manager).client.get(f"{LIST}{bounce.pk}/raw/").status_code == 200
    assert piles(office.manager)["filed=held"] == 1
    assert "filed=held" not in piles(office.agent)
    for user in (office.agent, office.reception_head, office.executive, office.auditor, office.employee):
        assert Desk(user).client.get(f"{LIST}{bounce.pk}/raw/").status_code in {403, 404}, user.name


def test_f5_what_waits_in_another_reception_is_not_there(office: Office, recording: Submission) -> None:
    elsewhere = person(Role.AGENT, DepartmentFactory.create(receives=True))
    desk = Desk(elsewhere)
    assert f"/submission/{recording.pk}/" not in desk.client.get(LIST).content.decode()
    for page in (
        f"{LIST}{recording.pk}/change/",
        f"{LIST}{recording.pk}/raw/",
        f"{LIST}{recording.pk}/act/discard/",
        f"{ADD}?held={recording.pk}",
    ):
        assert desk.client.get(page).status_code == 404, page
    for act in (
        lambda: held.discard(submission_id=recording.pk, reason="x", by=elsewhere, at=timezone.now()),
        lambda: held.join_held(submission_id=recording.pk, number="x", text="x", by=elsewhere, at=timezone.now()),
    ):
        with pytest.raises(Submission.DoesNotExist):
            act()


@pytest.mark.parametrize("query", ["held=0", "held=x", "held=99999999999999999999", "slip=1", "slip=x-1", "slip=1-99999999999"])
def test_an_address_of_nothing_is_404(office: Office, query: str) -> None:
    assert Desk(office.agent).client.get(f"{ADD}?{query}").status_code == 404


# --- reports and what was written in confidence ---------------------------------------------------------------------------
WORDS, WHO, MAIL = "质量部收回扣，暗号鲤鱼旗", "欧阳雪怀", "ouyang.canary@example.com"


def report_that_waits(office: Office, *, on: Any, mode: str = "confidential", why: str | None = Hold.Why.FAILED) -> Submission:
    row = store(
        channel=Channel.objects.get(code="web"), form_key=uuid4(), language="zh-hans", at=timezone.now(),
        payload={"kind": "report", "story": WORDS, "mode": mode, "named_unit": str(on.pk)}, claim={"name": WHO, "email": MAIL, "phone": NUMBER},
    )  # fmt: skip
    if why:
        Hold.objects.create(submission=row, why=why, at=timezone.now())
    return row


@pytest.mark.parametrize("why", [Hold.Why.FAILED, None])
def test_r1_a_report_is_for_the_supervision_before_it_is_a_case_too(office: Office, why: str | None) -> None:
    watch = DepartmentFactory.create(name="监察部", supervises=True)
    manager = person(Role.MANAGER, watch)
    on_management = report_that_waits(office, on=office.management, why=why)
    on_watch = report_that_waits(office, on=watch, why=why)
    for user in (office.manager, office.auditor, office.executive, office.agent, office.reception_head):
        desk = Desk(user)
        for row in (on_management, on_watch):
            assert f"/submission/{row.pk}/" not in desk.client.get(LIST).content.decode(), user.name
            assert desk.client.get(f"{LIST}{row.pk}/change/").status_code in {403, 404}
            assert desk.client.get(f"{ADD}?held={row.pk}").status_code in {403, 404}
            with pytest.raises(Submission.DoesNotExist):
                held.discard(submission_id=row.pk, reason="x", by=user, at=timezone.now())
    assert WORDS in Desk(manager).client.get(f"{LIST}{on_management.pk}/change/").content.decode()
    assert Desk(manager).client.get(f"{LIST}{on_watch.pk}/change/").status_code == 404


def test_i4_who_wrote_in_confidence_is_filed_under_seal_and_shown_to_nobody(office: Office) -> None:
    head = person(Role.HEAD, DepartmentFactory.create(name="监察部", supervises=True))
    row, desk = report_that_waits(office, on=office.quality), Desk(head)
    for page in (desk.client.get(f"{ADD}?held={row.pk}"), desk.client.get(f"{LIST}{row.pk}/change/")):
        text = page.content.decode()
        assert WORDS in text
        assert not [each for each in (WHO, MAIL, NUMBER) if each in text]
    assert file_it(desk, row, kind="report", mode="real_name", named_unit=str(office.quality.pk), name="猜的人").status_code == 302
    case = Complaint.objects.get()
    assert (case.complainant.mode, case.complainant.identity().name, case.complainant.identity().email) == (Mode.CONFIDENTIAL, WHO, MAIL)
    assert [tables_with(each) for each in (WHO, MAIL, NUMBER)] == [[], [], []]


def mail_about(case: Complaint) -> Submission:
    raw = f"From: {MAIL}\r\nIn-Reply-To: <{signing.mail_token(case.pk)}.{'0' * 16}@redress.shop.example>\r\n\r\n{WORDS}".encode()
    row = store(
        channel=Channel.objects.get(code="email"), form_key=uuid4(), language="zh-hans", payload={"text": WORDS}, claim={"email": MAIL},
        at=timezone.now(), raw=raw, external_id="mail:7",
    )  # fmt: skip
    Hold.objects.create(submission=row, why=Hold.Why.AUTOMATIC, detail="关于鲤鱼", at=timezone.now())
    return row


def test_r1_a_mail_about_a_hidden_case_says_only_when_and_how_it_came(office: Office) -> None:
    person(Role.HEAD, DepartmentFactory.create(name="监察部", supervises=True))
    row = mail_about(Walk(office, timezone.now(), kind="report", named_unit=office.management).case)
    desk = Desk(office.manager)
    for page in (desk.client.get(LIST), desk.client.get(f"{LIST}{row.pk}/change/")):
        assert page.status_code == 200
        assert not [each for each in (WORDS, MAIL, "鲤鱼") if each in page.content.decode()]
    assert desk.client.get(f"{ADD}?held={row.pk}").status_code == 404
    with pytest.raises(Submission.DoesNotExist):
        held.discard(submission_id=row.pk, reason="x", by=office.manager, at=timezone.now())


def test_i11_the_sender_of_a_mail_about_a_case_is_filled_in_and_the_look_is_kept(office: Office) -> None:
    case = Walk(office, timezone.now()).case
    row = mail_about(case)
    page = Desk(office.manager).client.get(f"{ADD}?held={row.pk}")
    assert page.context["form"].initial["email"] == MAIL
    assert [(look.by, look.complaint) for look in IdentityLook.objects.all()] == [(office.manager, case)]
