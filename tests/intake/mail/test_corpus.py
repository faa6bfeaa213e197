"""Odd mails go through the very command a mail server calls; each ends as the name of its file says: case, reply, or held and why."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from complaints.models import Attachment, Complaint, Message, StepChange
from intake.models import Filing, Hold, Submission
from intake.services import mail_in
from tests.factories.cases import Office
from tests.intake.mail.bombs import BOMBS
from tests.intake.mail.conftest import CORPUS, filled_in

pytestmark = pytest.mark.django_db

NAMES = sorted(path.stem for path in CORPUS.glob("*.eml"))

#: What must stand in the story of the case, or in the message on it.
WORDS = {
    "case-plain": "水壶漏水\n\n热水壶用了三天就漏水，客服两次都没有回电话。请退款。",
    "case-gb2312-body": "镕喆水壶\n\n朱镕基路的张喆女士：水壶漏水，请退款。",
    "case-gbk-quoted-printable": "喆先生的水壶漏水。",
    "case-gb18030-base64": "龘靐齉：㐀水壶漏水。𠮷",
    "case-hz-gb-2312": "水壶漏水，请退款。",
    "case-big5": "水壺\n\n熱水壺漏水，請退款。",
    "case-iso-2022-jp": "返金\n\n電気ケトルが水漏れします。返金してください。",
    "case-shift-jis": "ケトルが漏れます。",
    "case-euc-kr": "주전자가 샙니다.",
    "case-utf-7": "The kettle leaks 水壶 <script>",
    "case-utf-16": "热水壶用了三天就漏水",
    "case-latin-1": "Réclamation\n\nLa bouilloire fuit, c'est inadmissible. Remboursez-moi s'il vous plaît.",
    "case-unknown-charset": "水壶漏水，请退款。",
    "case-unknown-charset-broken": "The kettle leaks \ufffd",
    "case-charset-is-a-codec": "水壶漏水。",
    "case-charset-is-wrong": "水壶漏水，退款。",
    "case-8bit-headers": "投诉：水壶\n\n水壶漏水。",
    "case-8bit-headers-utf-8": "投诉：没有编码的主题",
    "case-nul-in-body": "The kettle\ufffdleaks.",
    "case-half-surrogates": "leaks \ufffd",
    "case-control-characters": "The kettle \ufffd[31mleaks",
    "case-folded-headers": "水壶漏水\n\n",
    "case-no-content-type": "The kettle leaks.",
    "case-broken-content-type": "The kettle leaks.",
    "case-bare-carriage-returns": "The kettle leaks.\nSecond line",
    "case-html-only": "热水壶漏水。\n\n请 退款 & 道歉\n谢谢",
    "case-html-gb2312": "水壶漏水，张喆。",
    "case-html-never-closed": "The kettle leaks.",
    "case-alternative-empty-plain": "水壶漏水，看网页版。",
    "case-forwarded-as-attachment": "见附件邮件。\n\n原来的话：水壶漏水。",
    "case-quoted-printable-broken": "The kettle leaks",
    "case-base64-broken": "热水壶用了三天就漏水",
    "case-boundary-never-used": "The kettle leaks, without parts.",
    "case-boundary-not-named": "The kettle leaks.",
    "case-boundaries-alike": "请退款。\n\nsecond",
    "reply-in-reply-to": "还有一件事：保修卡也没有。",
    "reply-from-another-address": "我换了邮箱。",
    "reply-from-an-employee": "I approve the solution. Close the case.",
    "reply-below-quote": "> 旧的话\n\n新的话。",
}
#: Of these nothing but the new words may stand on the case.
ONLY_NEW = ("reply-over-quote", "reply-over-quote-qq", "reply-over-quote-outlook", "reply-over-quote-wrote", "reply-html")
#: Sender as it is kept: name and address.
SENDERS = {
    "case-gb2312-body": ("张喆", "zhang@example.com"),
    "case-iso-2022-jp": ("山田", "yamada@example.jp"),
    "case-latin-1": ("Renée", "renee@example.fr"),
    "case-8bit-headers": ("张三", "zhang.san@example.com"),
    "case-no-sender": ("", ""),
    "case-two-senders": ("", ""),
    "case-address-in-name": ("boss@shop.example", "evil@example.com"),
    "case-header-in-name": ("x Bcc: victim@example.org", "li@example.com"),
    "case-address-with-parenthesis": ("", ""),
}
FILES = {
    "case-related-picture": {"leak.png"},
    "case-attachment-pdf": {"invoice.pdf"},
    "case-attachment-chinese-names": {"发票.pdf", "图片.png"},
    "case-attachment-program": set(),
    "case-attachment-not-what-it-says": set(),
    "reply-with-attachment": {"invoice.pdf"},
}


def kept_as_it_came(submission: Submission, raw: bytes) -> bool:
    return bytes(submission.raw or b"") == raw


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) + len(BOMBS) >= 40
    assert set(WORDS) | set(ONLY_NEW) | set(SENDERS) | set(FILES) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_d3_d6_d7_d10_each_mail_ends_as_its_name_says(
    name: str, office: Office, known_case: Complaint, ingest: Callable[[bytes], Submission]
) -> None:
    raw = filled_in((CORPUS / f"{name}.eml").read_bytes(), known_case, office)
    before = Message.objects.count()

    submission = ingest(raw)

    assert kept_as_it_came(submission, raw)
    end = name.split("-")[0]
    {"case": is_a_case, "reply": is_a_reply, "held": is_held}[end](submission, name, known_case, before)


def is_a_case(submission: Submission, name: str, known: Complaint, before: int) -> None:
    """A case of its own; the case it pretends to belong to is untouched."""
    filing = Filing.objects.get(submission=submission)
    case = filing.complaint
    assert (filing.message, case.medium, case.step) == (None, "email", "apologize")
    assert case != known
    assert known.messages.filter(direction="in").count() == 0
    assert Message.objects.count() == before + 1  # the receipt
    assert case.story.strip()
    assert WORDS.get(name, "") in case.story
    assert SENDERS.get(name, (case.complainant.name, case.complainant.email)) == (case.complainant.name, case.complainant.email)
    assert_files(name, case)


def is_a_reply(submission: Submission, name: str, known: Complaint, before: int) -> None:
    """A word of the complainant on the case, never an act of anybody, and no answer to it (D6, D7)."""
    filing = Filing.objects.get(submission=submission)
    assert filing.complaint == known
    message = filing.message
    assert message is not None
    assert (message.direction, message.actor, message.by, message.medium) == ("in", "complainant", None, "email")
    assert WORDS.get(name, "") in message.text
    if name in ONLY_NEW:
        assert message.text == "新的话。"
    assert Message.objects.count() == before + 1
    assert [change.transition for change in StepChange.objects.filter(complaint=known)] == ["file"]
    assert Complaint.objects.get(pk=known.pk).step == known.step
    assert Complaint.objects.count() == 1
    assert_files(name, known)


def is_held(submission: Submission, name: str, known: Complaint, before: int) -> None:
    """Waits for a person; nobody is answered (D3)."""
    hold = Hold.objects.get(submission=submission)
    assert hold.why == name.split("-")[1]
    assert not Filing.objects.filter(submission=submission).exists()
    assert Message.objects.count() == before
    assert Complaint.objects.count() == 1


def assert_files(name: str, case: Complaint) -> None:
    if name in FILES:
        assert set(Attachment.objects.filter(complaint=case).values_list("name", flat=True)) == FILES[name]


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_d8_a_bomb_is_kept_and_the_next_mail_goes_on(
    name: str, office: Office, known_case: Complaint, ingest: Callable[[bytes], Submission]
) -> None:
    raw = BOMBS[name]()
    begun = time.process_time()
    mail_in.external_id_of(raw)
    mail_in.try_to_read(raw)
    assert time.process_time() - begun < 2

    submission = ingest(raw)

    assert kept_as_it_came(submission, raw)
    assert Hold.objects.filter(submission=submission, why="too_large").exists() is name.startswith("held")
    after = mail_in.ingest(raw=filled_in((CORPUS / "case-plain.eml").read_bytes(), known_case, office), at=timezone.now())
    assert Filing.objects.filter(submission=after).exists()


def test_d10_staff_read_the_raw_mail_as_text(office: Office, ingest: Callable[[bytes], Submission], client: Any) -> None:
    raw = (CORPUS / "case-8bit-headers-broken.eml").read_bytes()
    submission = ingest(raw)
    client.force_login(office.manager)

    answer = client.get(f"/admin/intake/submission/{submission.pk}/raw/")

    assert answer.content == raw
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"] == f'attachment; filename="mail-{submission.pk}.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
