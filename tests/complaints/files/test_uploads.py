"""What may be sent, how large, how often: decided by the content, before anything is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from complaints.models import Attachment, Complaint
from complaints.services import attachments
from complaints.services.attachments import FileRefused, checked_type, shown_name
from complaints.signing import code_for
from complaints.workflow import Actor
from intake.models import Submission
from intake.services import channels
from tests.factories.cases import Office, Walk
from tests.factories.files import docx, old_word, pdf, picture, upload

pytestmark = pytest.mark.django_db

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><foreignObject/></svg>'


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "store"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "coming")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir()
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def walk(office: Office) -> Walk:
    channels.seed()
    return Walk(office, timezone.now() - timedelta(hours=1))


@pytest.fixture
def write(walk: Walk) -> Callable[..., Any]:
    """Sends files from the tracking page of the case."""
    client = Client()
    client.post("/track/", {"code": code_for(walk.case.code_key)})

    def post(*files: SimpleUploadedFile, text: str = "", address: str = "127.0.0.1") -> Any:
        values = {"complaint": walk.case.number, "write-text": text, "write-uploads": list(files)}
        return client.post("/track/case/write/", values, REMOTE_ADDR=address)

    return post


def kept(walk: Walk, content: SimpleUploadedFile, by: Any = Actor.COMPLAINANT) -> Attachment:
    return attachments.attach(complaint_id=walk.case.pk, upload=content, by=by, at=timezone.now())


# --- kinds --------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content"),
    [*((name, HTML) for name in ("a.html", "a.HtMl", "a.xhtml", "a.xml", "a.mht", "a.pdf", "a.png", "a.docx", "a.txt", "a.png.html", "a", ".htaccess")),
     *((name, SVG) for name in ("a.svg", "a.SVG", "a.png", "a.gif", "a.txt")), ("a.txt", b"  \n<script>"), ("a.txt", "<html>".encode("utf-16")),
     ("a.txt", b"MIME-Version: 1.0\nContent-Type: multipart/related"), ("a.jpg", b"MZ" + bytes(200)), ("a.txt", b"\x7fELF\x00\x01"),
     ("a.pdf", picture()), ("a.png", pdf()), ("a.docx", old_word()), ("a.doc", docx()), ("a.mp3", picture()), ("a.exe", b"MZ")],
)  # fmt: skip
def test_b3_b4_pages_pictures_with_programs_and_disguises_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        checked_type(upload(name, content))


def test_b4_what_is_refused_is_not_kept_and_what_was_typed_is(write: Callable[..., Any], store: Path) -> None:
    answer = write(upload("a.png", SVG), text="见附件")

    assert answer.status_code == 422
    assert "见附件" in answer.content.decode()
    assert not store.exists()


def test_a_company_may_take_fewer_types(settings: Any) -> None:
    settings.ATTACHMENT_TYPES = {"png": "image/png"}

    assert checked_type(upload("a.png", picture())) == "image/png"
    for name, content in (("a.jpg", picture("JPEG")), ("a.png", picture("JPEG"))):
        with pytest.raises(FileRefused):
            checked_type(upload(name, content))


# --- names --------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    ["../../x.txt", "..%2fx.txt", "C:\\x.txt", "a\x00b.txt", "x" * 300 + ".txt", "漏" * 255 + ".txt", "a.txt.", ".htaccess.txt", "\u202egpj.txt", "/etc/passwd.txt"],
)  # fmt: skip
def test_b6_a_name_leads_nowhere_and_is_shown_cut(walk: Walk, store: Path, name: str) -> None:
    sent = upload("a.txt", b"words")
    sent.name = name if not name.endswith(".") else "a.txt"  # Django's own parser would have cut it already

    attachment = attachments.attach(complaint_id=walk.case.pk, upload=_named(sent, name), by=Actor.COMPLAINANT, at=timezone.now())

    (path,) = [path for path in store.parent.rglob("*") if path.is_file()]
    assert path == store / attachment.key[:2] / attachment.key
    assert len(attachment.name) <= 110
    assert not set("/\\\x00\u202e") & set(attachment.name)


def _named(sent: SimpleUploadedFile, name: str) -> SimpleUploadedFile:
    """Past Django's own cutting of names, as another door might hand it over."""
    sent._name = name if name.endswith(".txt") else "a.txt"  # type: ignore[attr-defined]  # past the cleaning of its setter
    return sent


def test_b6_names_are_plain() -> None:
    assert shown_name("..\\..\\x.txt") == "x.txt"
    assert shown_name("\x07") == "file"


# --- sizes --------------------------------------------------------------------------------------------------------------------
def test_b9_one_byte_too_much_is_refused_and_leaves_nothing(write: Callable[..., Any], settings: Any, store: Path) -> None:
    settings.ATTACHMENT_MAX_BYTES = 200_000
    just = b"x" * 200_000

    assert write(upload("a.txt", just + b"x")).status_code == 422
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    assert not store.exists()
    assert write(upload("a.txt", just)).status_code == 302
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    assert Attachment.objects.get().size == 200_000


@pytest.mark.parametrize("meta", [{"CONTENT_LENGTH": str(200_000_000)}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_b9_what_is_too_large_or_does_not_say_is_answered_before_it_is_read(meta: dict[str, str]) -> None:
    answer = Client().generic("POST", "/complain/", b"", content_type="multipart/form-data; boundary=b", **meta)  # type: ignore[arg-type]  # headers as WSGI names them

    assert answer.status_code == 413


def test_b9_spaces_in_base64_make_nothing_larger(write: Callable[..., Any], walk: Walk) -> None:
    client = Client()
    client.post("/track/", {"code": code_for(walk.case.code_key)})
    head = '--b\r\nContent-Disposition: form-data; name="write-uploads"; filename="a.txt"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    body = head.encode() + b"d29y" + b" " * 5_000_000 + b"ZHM=\r\n--b--\r\n"

    answer = client.generic("POST", "/track/case/write/", body, content_type="multipart/form-data; boundary=b")

    assert answer.status_code in (302, 400, 404, 413, 422)
    assert Attachment.objects.count() <= 1


# --- counts -------------------------------------------------------------------------------------------------------------------
def test_b10_a_hundred_parts_are_refused(write: Callable[..., Any]) -> None:
    assert write(*(upload(f"{number}.txt", b"x") for number in range(101))).status_code == 400
    assert not Attachment.objects.exists()


def test_b10_each_of_many_files_in_one_field_is_looked_at(write: Callable[..., Any]) -> None:
    assert write(upload("a.txt", b"x"), upload("b.txt", HTML)).status_code == 422
    assert write(*(upload(f"{number}.txt", b"x") for number in range(4))).status_code == 422  # three at once
    assert not Attachment.objects.exists()


def test_b10_the_31st_file_of_an_hour_waits(write: Callable[..., Any], settings: Any) -> None:
    settings.ATTACHMENTS_PER_CASE = 100
    sent = [write(*(upload(f"{turn}-{number}.txt", f"{turn} {number}".encode()) for number in range(3))).status_code for turn in range(11)]

    assert sent == [302] * 10 + [429]
    assert Attachment.objects.count() == 30
    assert write(upload("x.txt", b"another place"), address="10.0.0.9").status_code == 302


def test_b10_the_31st_file_with_new_complaints_waits_and_the_complaint_is_taken(walk: Walk, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "upload": (2, 3600)}
    words = {"story": "热水壶漏水", "demands": ["repair"], "name": "王芳", "phone": "13800138000", "mode": "real_name"}
    client = Client()

    files = [upload(f"{number}.txt", f"{number}".encode()) for number in range(3)]
    answer = client.post("/complain/", {"form_key": str(uuid.uuid4()), **words, "uploads": files}, follow=True)

    assert Attachment.objects.count() == 2
    assert Complaint.objects.count() == 2
    assert "2.txt" in answer.content.decode()


def test_i3_names_of_files_of_an_anonymous_form_are_kept_nowhere(walk: Walk) -> None:
    words = {"story": "热水壶漏水", "demands": ["repair"], "mode": "anonymous"}

    Client().post("/complain/", {"form_key": str(uuid.uuid4()), **words, "uploads": [upload("王芳的发票.txt", b"words")]})

    assert Attachment.objects.get().name == "1.txt"
    assert "王芳" not in str(list(Submission.objects.values()))


def test_b10_the_11th_file_on_a_case_is_refused_and_staff_have_room_left(walk: Walk) -> None:
    for number in range(10):
        kept(walk, upload(f"{number}.txt", f"{number}".encode()))

    with pytest.raises(FileRefused, match="10"):
        kept(walk, upload("11.txt", b"11"))
    assert kept(walk, upload("scan.txt", b"letter"), by=walk.office.agent).name == "scan.txt"


def test_b10_staff_have_their_limit_too(walk: Walk, settings: Any) -> None:
    settings.STAFF_ATTACHMENTS_PER_CASE = 1
    kept(walk, upload("a.txt", b"a"), by=walk.office.agent)

    with pytest.raises(FileRefused):
        kept(walk, upload("b.txt", b"b"), by=walk.office.agent)
    assert kept(walk, upload("c.txt", b"c")).actor == Actor.COMPLAINANT
