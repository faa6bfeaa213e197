"""Filing a complaint on the public form."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext

from complaints.models import Attachment, Complaint, Message
from complaints.services import codes, filing
from complaints.signing import code_for
from complaints.workflow import Actor, Step
from intake import tasks
from intake.models import Attempt, Channel, Filing, Submission
from intake.services import channels, converse, submit
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office
from tests.intake.conftest import WORDS, plain

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 64


def png(name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG, content_type="image/png")


def test_what_a_customer_writes_becomes_a_case_at_the_reception(send: Send, office: Office) -> None:
    response = send()

    assert (response.status_code, response["Location"]) == (302, "/thanks/")
    case = Complaint.objects.select_related("complainant").get()
    assert (case.story, case.own_proposal, case.order_number) == (WORDS["story"], WORDS["own_proposal"], WORDS["order_number"])
    assert (case.step, case.department, case.medium) == (Step.APOLOGIZE, office.reception, "web")
    assert (case.complainant.name, case.complainant.phone_digits) == ("王芳", "13800138000")
    assert list(case.demands.values_list("kind", flat=True)) == ["apology", "repair"]
    assert Message.objects.filter(complaint=case, kind=Message.Kind.RECEIPT).exists()


def test_what_arrived_is_kept_as_it_was_typed_and_nobody_can_change_it(send: Send) -> None:
    send(story="  壶漏水了\r\n第二行 ")

    submission = Submission.objects.get()
    assert submission.payload["story"] == "  壶漏水了\r\n第二行 "
    assert Complaint.objects.get().story == "壶漏水了\n第二行"
    for change in (
        lambda: Submission.objects.update(language="en"),
        lambda: Submission.objects.all().delete(),
        lambda: Filing.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_submission_holds_neither_address_nor_browser(send: Send, customer: Client) -> None:
    send(address="203.0.113.77")

    assert "203.0.113.77" not in str(list(Submission.objects.values())) + str(list(Attempt.objects.values()))


def test_the_thanks_page_shows_number_and_code_to_the_browser_that_filed_and_to_no_other(send: Send, customer: Client) -> None:
    send()
    case = Complaint.objects.get()
    code = code_for(case.code_key)

    page = customer.get("/thanks/")

    assert case.number in page.content.decode()
    assert code in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Client().get("/thanks/")["Location"] == "/track/"
    assert code not in str(customer.cookies)
    assert not Session.objects.exists()


def test_a3_a_new_code_is_not_shown_to_the_browser_that_filed_under_the_old_one(send: Send, customer: Client) -> None:
    key = str(uuid.uuid4())
    send(form_key=key, email="wang.fang@example.com")
    assert codes.renew(complaint=Complaint.objects.get(), at=timezone.now())

    assert customer.get("/thanks/")["Location"] == "/track/"
    send(form_key=key, email="wang.fang@example.com")
    assert customer.get("/thanks/")["Location"] == "/track/"


def test_g5_sending_the_same_form_twice_makes_one_case_with_one_code(send: Send, customer: Client) -> None:
    key = str(uuid.uuid4())

    first, second = send(form_key=key), send(form_key=key)

    assert first["Location"] == second["Location"] == "/thanks/"
    assert Complaint.objects.count() == Submission.objects.count() == 1
    assert code_for(Complaint.objects.get().code_key) in customer.get("/thanks/").content.decode()


def test_g5_other_words_in_a_form_already_sent_are_not_lost_and_change_nothing(send: Send) -> None:
    key = str(uuid.uuid4())
    send(form_key=key)

    response = send(form_key=key, story="还有一件事：送货也迟到了。")

    assert response.status_code == 409
    assert Complaint.objects.get().number in response.content.decode()
    assert "还有一件事：送货也迟到了。" in response.content.decode()
    assert Complaint.objects.count() == 1


def test_the_same_form_key_gives_the_same_code_even_after_the_case_was_filed_by_the_worker(
    send: Send, customer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid.uuid4())
    with monkeypatch.context() as patch:
        patch.setattr(filing, "file", lambda **_given: (_ for _ in ()).throw(RuntimeError("killed")))
        arrived = send(form_key=key)
    assert arrived.status_code == 202
    assert code_for(submit.code_key_of(uuid.UUID(key))) in arrived.content.decode()
    assert (Submission.objects.count(), Complaint.objects.count()) == (1, 0)

    waiting = Submission.objects.waiting(since_before=timezone.now() + timedelta(minutes=2))
    assert waiting.count() == 1
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "PATIENCE", timedelta(minutes=-1))
        assert tasks.file_waiting() == 1
        assert tasks.file_waiting() == 0
    assert send(form_key=key)["Location"] == "/thanks/"
    assert Complaint.objects.count() == 1
    assert code_for(Complaint.objects.get().code_key) in arrived.content.decode()


def test_one_submission_that_cannot_be_filed_does_not_hold_up_the_next(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    real = filing.file
    with monkeypatch.context() as patch:
        patch.setattr(filing, "file", lambda **_given: (_ for _ in ()).throw(RuntimeError("killed")))
        for story in ("第一个", "第二个"):
            assert send(story=story).status_code == 202

    def breaks_on_the_first(**given: Any) -> Complaint:
        if given["story"] == "第一个":
            raise RuntimeError("still broken")
        return real(**given)

    monkeypatch.setattr(filing, "file", breaks_on_the_first)
    monkeypatch.setattr(tasks, "PATIENCE", timedelta(minutes=-1))

    assert tasks.file_waiting() == 1
    assert Complaint.objects.get().story == "第二个"


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"story": ""}, ""),
        ({"story": "漏" * 10_001}, "漏" * 10_001),
        ({"story": "\u200b\u200d\u2060 \u3164"}, ""),
        ({"story": "\u0301" * 10_000}, ""),
        ({"story": "e" + "\u0301" * 10_000}, "\u0301" * 10_000),
        ({"demands": []}, ""),
        ({"demands": ["gold"]}, ""),
        ({"phone": "", "email": ""}, ""),
        ({"phone": "", "email": "not an address"}, "not an address"),
        ({"phone": "call me"}, "call me"),
        ({"email": "a@b.example\nBcc: x@y.example"}, ""),
        ({"occurred_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, ""),
        ({"occurred_on": "31.02.2026"}, "31.02.2026"),
        ({"order_number": "9" * 61}, "9" * 61),
        ({"name": "王" * 5_000}, "王" * 5_000),
        ({"form_key": "no key"}, ""),
        ({"form_key": ""}, ""),
    ],
)
def test_bad_input_is_answered_in_words_and_everything_typed_stays(send: Send, changes: dict[str, Any], lost: str) -> None:
    response = send(**changes)

    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page
    assert lost in page
    for name in {"story", "own_proposal", "order_number", "name"} - set(changes):
        assert str(WORDS[name]) in page
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", ["story", "name", "order_number", "form_key"])
@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_h6_characters_that_cannot_be_stored_are_refused(office: Office, customer: Client, name: str, bad: str) -> None:
    body = "&".join(f"{key}={value}" for key, value in {"story": "x", name: bad}.items()).encode("utf-8", "surrogatepass")

    response = customer.post("/complain/", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in {400, 422}
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "story",
    [
        "<script>alert(1)</script><b>粗</b>",
        "壶😡👨‍👩‍👧‍👦坏了",
        "مرحبا، الغلاية تالفة",
        "e" + "\u0301" * 9_000,
        "{{ settings.SECRET_KEY }} %(x)s {0}",
    ],
)
def test_h5_any_script_is_taken_and_shown_as_text(send: Send, enter: Callable[..., Any], customer: Client, story: str) -> None:
    assert send(story=story).status_code == 302

    case = Complaint.objects.get()
    assert case.story == story
    enter(customer, case)
    assert escape(story) in customer.get("/track/case/").content.decode()


def test_a_megabyte_of_text_gets_an_answer(send: Send) -> None:
    assert send(story="漏" * 330_000).status_code == 422
    assert send(story="漏" * 900_000).status_code == 413


def test_files_come_with_the_complaint_and_a_repeated_form_adds_them_once(send: Send) -> None:
    key = str(uuid.uuid4())
    send(form_key=key, uploads=[png()])
    send(form_key=key, uploads=[png()])

    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.actor) == ("photo.png", Actor.COMPLAINANT)


@pytest.mark.parametrize(
    "files",
    [
        [png(f"{number}.png") for number in range(4)],
        [SimpleUploadedFile("page.html", b"<script>1</script>")],
        [SimpleUploadedFile("page.png", b"<script>1</script>")],
        [SimpleUploadedFile("big.png", PNG + b"\x00" * 10_000_001)],
        [SimpleUploadedFile("empty.png", b"")],
    ],
)
def test_files_that_cannot_be_taken_are_named_before_anything_is_sent(send: Send, files: list[SimpleUploadedFile]) -> None:
    response = send(uploads=files)

    assert response.status_code == 422
    assert str(WORDS["story"]) in response.content.decode()
    assert not Complaint.objects.exists()


def test_very_many_complaints_from_one_address_wait_and_nothing_typed_is_lost(send: Send) -> None:
    for _number in range(30):
        assert send().status_code == 302

    refused = send(story="第三十一个")

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "第三十一个" in refused.content.decode()
    assert send(address="127.0.0.2").status_code == 302


def test_a_changed_order_of_words_and_demands_keeps_their_meaning(send: Send) -> None:
    send(demands=[], demand_words="把押金退给我")

    demand = Complaint.objects.get().demands.get()
    assert (demand.kind, demand.text) == ("other", "把押金退给我")


def test_before_set_up_the_form_says_so(db: None) -> None:
    assert Client().get("/complain/").status_code == 503


def test_starter_channels_are_made_once(office: Office) -> None:
    assert channels.seed() == []
    assert set(Channel.objects.values_list("code", flat=True)) >= {"web", "phone", "counter", "letter", "fax", "email", "box", "reception"}
    assert {channel.department for channel in Channel.objects.all()} == {office.reception}


def test_errors_stand_beside_their_fields_and_in_a_summary_with_links(send: Send) -> None:
    page = plain(send(story=""))

    assert 'href="#id_story"' in page
    assert 'aria-describedby="id_story_error id_story_hint"' in page
    assert 'aria-invalid="true"' in page


# --- nothing acknowledged is lost (R10) ----------------------------------------------------------------------------------------
def breaking_for(name: str, error: Exception) -> Any:
    """A store that takes every file but the one of this name."""
    save = FileSystemStorage.save

    def break_for_one(self: FileSystemStorage, path: str, content: Any, max_length: int | None = None) -> str:
        if content.name == name:
            save(self, path, ContentFile(b"half of it"), max_length)
            raise error
        return save(self, path, content, max_length)

    return break_for_one


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), DatabaseError("gone")])
def test_k9_a_file_that_cannot_be_stored_is_named_and_the_complaint_stands(
    send: Send, customer: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, error: Exception
) -> None:
    key = str(uuid.uuid4())
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "save", breaking_for("second.png", error))
        answer = send(form_key=key, uploads=[png("first.png"), SimpleUploadedFile("second.png", PNG + b"2")])

    assert (answer.status_code, answer["Location"]) == (302, "/thanks/")
    case = Complaint.objects.get()
    assert list(case.attachments.values_list("name", flat=True)) == ["first.png"]
    assert len([found for found in Path(settings.MEDIA_ROOT).rglob("*") if found.is_file()]) == 1
    page = customer.get("/thanks/").content.decode()
    assert case.number in page
    with translation.override("zh-hans"):
        assert f"second.png: {gettext('We could not store this file just now.')}" in page
    assert "first.png" not in page

    assert send(form_key=key, uploads=[png("first.png"), SimpleUploadedFile("second.png", PNG + b"2")]).status_code == 302
    assert sorted(case.attachments.values_list("name", flat=True)) == ["first.png", "second.png"]
    assert "second.png" not in customer.get("/thanks/").content.decode()


def test_files_of_a_request_that_died_are_known_by_name_and_come_with_the_next_try(
    send: Send, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid.uuid4())
    with monkeypatch.context() as patch:
        patch.setattr(converse, "attach_each", lambda **_given: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send(form_key=key, uploads=[png("发票.png")])
    assert Submission.objects.get().payload["files"] == ["发票.png"]
    assert Complaint.objects.get().attachments.count() == 0
    assert "发票.png" in Desk(office.agent).case(Complaint.objects.get()).content.decode()

    assert send(form_key=key).status_code == 302  # a browser that dropped the file: the same words all the same
    assert send(form_key=key, uploads=[png("发票.png")]).status_code == 302
    assert list(Complaint.objects.get().attachments.values_list("name", flat=True)) == ["发票.png"]
    assert Submission.objects.count() == 1
