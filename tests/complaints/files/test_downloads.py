"""One way to hand out a file, whoever asks for it: only the cleaned one, only as a download."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from complaints.downloads import download_of
from complaints.models import Attachment
from complaints.services import attachments
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Mode
from staff.roles import Role
from tests.factories.cases import Office, Walk
from tests.factories.files import examine_all, picture, upload
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(office: Office, settings: Any, tmp_path: Path) -> Walk:
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return Walk(office, timezone.now())


def kept(walk: Walk, name: str, content: bytes) -> Attachment:
    return attachments.attach(complaint_id=walk.case.pk, upload=upload(name, content), by=Actor.COMPLAINANT, at=walk.at)


def address(walk: Walk, attachment: Attachment) -> str:
    return f"/admin/complaints/complaint/{walk.case.pk}/files/{attachment.pk}/"


def content_of(response: Any) -> bytes:
    """Read to the end; not by `response.close()`, which would end the connection to the database too."""
    try:
        return b"".join(response)
    finally:
        if response.file_to_stream:
            response.file_to_stream.close()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("name", "shown"),
    [('a"\r\nX-A: 1.txt', 'filename="a\\"X-A: 1.txt"'), ('a";filename="b.html.txt', 'filename="a\\";filename=\\"b.html.txt"'),
     ("图.txt", "filename*=utf-8''%E5%9B%BE.txt"), ("x\x00y\x07.txt", 'filename="xy.txt"')],
)  # fmt: skip
def test_b3_b8_a_file_is_a_download_with_one_header_whatever_its_name(walk: Walk, name: str, shown: str) -> None:
    attachment = kept(walk, "x.txt", b"plain words")
    examine_all()
    attachment.name = name  # as it may stand in a row of a time before names were made plain

    response = download_of(attachment)

    assert response["Content-Disposition"].startswith("attachment; ")
    assert shown in response["Content-Disposition"]
    assert not {"\r", "\n", "\x00"} & set(response["Content-Disposition"])
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]
    assert content_of(response) == b"plain words"


def test_nobody_gets_a_file_before_it_was_examined(walk: Walk) -> None:
    attachment = kept(walk, "a.png", picture())
    desk = signed_in(walk.office.agent)

    assert desk.get(address(walk, attachment)).status_code == 404
    page = desk.get(f"/admin/complaints/complaint/{walk.case.pk}/change/").content.decode()
    assert address(walk, attachment) not in page
    assert "正在检查" in page or "is being checked" in page

    examine_all()

    answer: Any = desk.get(address(walk, attachment))
    assert answer.status_code == 200
    assert content_of(answer).startswith(b"\x89PNG")
    assert "no-store" in answer["Cache-Control"]
    assert address(walk, attachment) in desk.get(f"/admin/complaints/complaint/{walk.case.pk}/change/").content.decode()


def test_a_file_that_was_not_taken_says_why_and_stays_closed(walk: Walk) -> None:
    attachment = kept(walk, "a.png", picture()[:60])
    examine_all()
    desk = signed_in(walk.office.agent)

    assert desk.get(address(walk, attachment)).status_code == 404
    page = desk.get(f"/admin/complaints/complaint/{walk.case.pk}/change/").content.decode()
    attachment.refresh_from_db()
    assert attachment.examined
    assert str(attachment.examined.why_not) in page
    assert address(walk, attachment) not in page


def test_a_file_that_is_gone_is_not_there(walk: Walk) -> None:
    attachment = kept(walk, "a.txt", b"words")
    examine_all()
    attachment.refresh_from_db()
    assert attachment.examined
    attachment.examined.file.storage.delete(str(attachment.examined.file.name))

    with pytest.raises(Http404):
        download_of(attachment)


def test_b1_a_file_is_there_only_for_who_sees_its_case_and_under_it_alone(walk: Walk) -> None:
    attachment = kept(walk, "a.txt", b"words")
    examine_all()
    other = Walk(walk.office, walk.at)
    elsewhere = person(Role.AGENT, DepartmentFactory.create(receives=True))

    assert content_of(signed_in(walk.office.agent).get(address(walk, attachment))) == b"words"
    assert signed_in(walk.office.agent).get(address(other, attachment)).status_code == 404
    assert signed_in(elsewhere).get(address(walk, attachment)).status_code == 404
    assert Client().get(address(walk, attachment)).status_code == 302  # to the log-in, like every page of the back office


def test_b2_no_address_leads_to_the_store_and_nobody_else_on_the_machine_reads_it(walk: Walk, settings: Any) -> None:
    attachment = kept(walk, "a.txt", b"words")
    examine_all()
    root = Path(settings.MEDIA_ROOT)

    found = [path for path in root.rglob("*") if path.is_file()]
    assert len(found) == 1
    assert {path.stat().st_mode & 0o777 for path in found} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in root.rglob("*") if path.is_dir()} == {0o700}
    attachment.refresh_from_db()
    assert attachment.examined
    for stored in (attachment.examined.file.name, attachment.file.name):
        for start in ("/media/", "/static/", "/static/../var/attachments/", "/attachments/"):
            assert signed_in(walk.office.agent).get(f"{start}{stored}").status_code == 404
    assert settings.STATIC_ROOT not in root.parents
    assert not settings.MEDIA_URL.strip("/")


def test_a_heic_is_saved_as_the_jpeg_it_became(walk: Walk) -> None:
    kept(walk, "照片.HEIC", picture("HEIF"))
    examine_all()

    response = download_of(Attachment.objects.get())

    assert "%E7%85%A7%E7%89%87.jpg" in response["Content-Disposition"]
    assert content_of(response).startswith(b"\xff\xd8")


@pytest.mark.parametrize("mode", [Mode.ANONYMOUS, Mode.CONFIDENTIAL])
def test_i3_names_of_files_of_the_protected_are_not_kept(office: Office, settings: Any, tmp_path: Path, mode: Mode) -> None:
    settings.MEDIA_ROOT = tmp_path / "attachments"
    walk = Walk(office, timezone.now(), complainant=PartyInput(mode=mode))

    for name in ("王芳的照片.png", "CANARY.PNG"):
        kept(walk, name, picture())

    assert list(Attachment.objects.order_by("pk").values_list("name", flat=True)) == ["1.png", "2.png"]
