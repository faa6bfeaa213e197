"""Letters: drafted from templates, sent as messages, kept as sent; nothing in them is run or fetched (C6, C7)."""

import socket
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from complaints.files.letter import Paper, as_pdf, can_print
from complaints.models import Letter, LetterTemplate, Message
from complaints.permissions import Refused
from complaints.services import drafts, erasure, letters
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Mode, Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
EVIL = "{{ settings.SECRET_KEY }}{% include 'messages/base.html' %}{0.__class__}%(x)s"
FETCHES = "<img src=file:///etc/passwd><link rel=stylesheet href=http://127.0.0.1:9/x.css><script src=//127.0.0.1:9/></script>"


def template(**changes: Any) -> LetterTemplate:
    values = {
        "kind": "holding",
        "language": "zh-hans",
        "name": "阶段",
        "subject": "投诉 {投诉编号}",
        "body": "{顾客姓名}：{投诉内容}\n{承办人} {signed}",
    }
    return LetterTemplate.objects.create(**(values | changes))


def hostile(office: Office, now: datetime, words: str) -> Walk:
    return Walk(office, now, story=words, complainant=PartyInput(name=words[:80], email="c7@example.com"))


def test_a_template_is_filled_with_the_data_of_the_case(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    draft = drafts.draft_of(template(), case=walk.case, by=office.agent, at=now)
    assert draft.subject == f"投诉 {walk.case.number}"
    assert draft.body == f"王芳：{walk.case.story}\n林小雨 林小雨"


def test_the_decision_draft_holds_findings_and_solution(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    made = drafts.draft_of(template(kind="decision", body="{调查结论}\n--\n{解决方案}"), case=walk.case, by=office.investigator, at=now)
    found, answer = made.body.split("--")
    assert "热水器漏水" in found
    assert "上门更换密封圈" in answer


def test_c7_what_customers_call_themselves_and_write_is_text_in_drafts_and_messages(office: Office, now: datetime) -> None:
    walk = hostile(office, now, EVIL)
    draft = drafts.draft_of(template(), case=walk.case, by=office.agent, at=now)
    assert draft.body.startswith(f"{EVIL}：{EVIL}"[:60])

    sent = letters.send_letter(
        complaint_id=walk.case.pk, by=office.agent, at=now, kind="holding", subject=draft.subject, text=draft.body
    ).message

    assert EVIL in sent.text
    assert "{{ settings.SECRET_KEY }}{% include &#x27;messages/base.html&#x27; %}{0.__class__}%(x)s" in sent.html


def test_c7_a_hostile_template_is_text_too(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    draft = drafts.draft_of(template(subject=EVIL[:60], body=EVIL), case=walk.case, by=office.agent, at=now)
    assert (draft.subject, draft.body) == (EVIL[:60], EVIL)
    sent = letters.send_letter(complaint_id=walk.case.pk, by=office.agent, at=now, kind="holding", subject=draft.subject, text=draft.body)
    assert sent.message.subject == EVIL[:60]
    assert EVIL in sent.message.text


def test_a_letter_is_sent_and_kept_as_sent(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    letter = letters.send_letter(
        complaint_id=walk.case.pk,
        by=office.agent,
        at=now,
        kind="apology",
        subject="致歉",
        text="非常抱歉。",
        template=template(kind="apology"),
    )
    assert (letter.message.kind, letter.message.state, letter.message.subject) == (Message.Kind.LETTER, "queued", "致歉")
    assert "非常抱歉。" in letter.message.text
    assert letter.sha256 == Letter.fingerprint(letter.to_name, letter.to_address, letter.subject, letter.body)
    for change in ({"body": "改了"}, {"sha256": "0" * 64}, {"kind": "holding"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).delete()


def test_a_decision_is_kept_as_a_letter_and_goes_out_by_its_step_alone(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    with pytest.raises(NotPossible):
        letters.send_letter(complaint_id=walk.case.pk, by=office.agent, at=now, kind="decision", subject="x", text="x")
    walk.to(Step.NOTIFY)
    walk.send()
    letter = Letter.objects.get(complaint=walk.case)
    assert (letter.kind, letter.message.kind) == ("decision", "decision")
    assert letter.body in letter.message.text


def test_a_refusal_is_kept_as_one(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.CLASSIFY)
    walk.call_unfounded()
    walk.confirm_unfounded()
    walk.send()
    assert Letter.objects.get(complaint=walk.case).kind == "refusal"


def test_who_may_not_write_to_customers_sends_no_letter(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    with pytest.raises(Refused):
        letters.send_letter(complaint_id=walk.case.pk, by=office.auditor, at=now, kind="holding", subject="x", text="x")
    assert not Letter.objects.exists()


def test_a_letter_to_somebody_protected_bears_no_name(office: Office, now: datetime) -> None:
    walk = Walk(office, now, complainant=PartyInput(name="王芳", phone="13800138000", mode=Mode.CONFIDENTIAL))
    letter = letters.send_letter(complaint_id=walk.case.pk, by=office.agent, at=now, kind="holding", subject="x", text="{name}")
    assert (letter.to_name, letter.to_address) == ("", "")


def test_an_erasure_empties_the_words_and_leaves_the_fingerprint(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.CLOSED)
    before = Letter.objects.get(complaint=walk.case)
    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=walk.at + timedelta(days=1))
    after = Letter.objects.get(complaint=walk.case)
    assert (after.to_name, after.subject, after.body) == ("—", "—", "—")
    assert after.sha256 == before.sha256


def paper(**changes: Any) -> Paper:
    values: dict[str, Any] = {
        "sender": ["清泉家电有限公司"], "recipient": ["王芳"], "place_and_date": "2026年3月2日", "subject": "处理答复", "greeting": "您好，",
        "body": "我们已经查清。\n\n" * 80, "signature": ["林小雨"], "foot": "投诉编号", "language": "zh-Hans",
    }  # fmt: skip
    return Paper(**(values | changes))


def test_a_pdf_embeds_its_chinese_font_and_is_the_same_every_time(now: datetime) -> None:
    assert can_print()
    made = as_pdf(paper(), at=now)
    assert made.startswith(b"%PDF-")
    assert b"NotoSerifSC" in made
    assert made.count(b"/Type /Page\n") > 1
    assert made == as_pdf(paper(), at=now)


def test_c6_a_pdf_reads_no_file_and_opens_no_connection(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    as_pdf(paper(), at=now)  # the font has been read now
    opened: list[str] = []
    monkeypatch.setattr(socket, "socket", lambda *_args, **_options: pytest.fail("a connection was opened"))
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_options: pytest.fail("a connection was opened"))
    real_open = open

    def watched(file: Any, *args: Any, **options: Any) -> Any:
        opened.append(str(file))
        return real_open(file, *args, **options)

    monkeypatch.setattr("builtins.open", watched)
    made = as_pdf(paper(subject=FETCHES, body=FETCHES, recipient=[FETCHES], greeting=FETCHES), at=now)
    monkeypatch.undo()

    assert not [name for name in opened if "passwd" in name]
    assert not [name for name in opened if not name.endswith(".otf")]
    assert b"/Subtype /Image" not in made
    assert b"/URI" not in made
    assert b"root:" not in made
