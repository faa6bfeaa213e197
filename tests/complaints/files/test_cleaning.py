"""What a stranger's file loses before anyone opens it: everything its sender did not mean to send, and everything that could act."""

from __future__ import annotations

import io
import resource
import tempfile
import time
import zipfile

import pikepdf
import pytest
from django.conf import settings
from mutagen.id3 import ID3, ID3NoHeaderError
from PIL import Image

from complaints.files import bounded, kinds, verdicts
from complaints.files.verdicts import Cleaned, Reason, Refused, Treatment
from complaints.models import Examination
from tests.factories import files

TYPES = settings.ATTACHMENT_TYPES


def cleaned(content: bytes, kind: str) -> tuple[Cleaned, bytes]:
    """Examine it as the worker does, in a process of its own."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(content)
        source.flush()
        found = bounded.examined(source, target, TYPES.get(kind, kind))
        target.seek(0)
        return found, target.read()


def refusal(content: bytes, kind: str) -> Reason:
    with pytest.raises(Refused) as refused:
        cleaned(content, kind)
    return refused.value.reason


def is_without_canary(content: bytes) -> bool:
    """Also not in UTF-16, and not inside a zip or a PDF's packed parts."""
    whole = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            whole += [archive.read(name) + name.encode() for name in archive.namelist()]
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as document:
            for each in document.objects:
                whole.append(repr(each).encode())
                if isinstance(each, pikepdf.Stream):
                    whole.append(each.read_raw_bytes())
    marks = [files.CANARY.encode(), files.CANARY.encode("utf-16-le"), files.CANARY.encode("utf-16-be")]
    return not any(mark in part for mark in marks for part in whole)


# --- pictures ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("WEBP", "webp"), ("HEIF", "heic")])
def test_i3_pictures_lose_place_device_and_words(kind: str, extension: str) -> None:
    sent = files.picture(kind)
    assert files.CANARY.encode() in sent or kind == "PNG"

    found, kept = cleaned(sent, extension)

    assert found == Cleaned(Treatment.RE_ENCODED, TYPES["jpg"] if kind == "HEIF" else TYPES[extension])
    assert is_without_canary(kept)
    assert b"GPS" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (40, 30)
        assert not image.getexif()
        assert not {"exif", "xmp", "comment", "Author", "icc_profile"} & set(image.info)
        assert image.convert("RGB").getpixel((2, 15))[0] > 180  # type: ignore[index]  # RGB: three numbers


def test_a_picture_taken_sideways_stands_upright() -> None:
    _found, kept = cleaned(files.picture("JPEG", (40, 30), orientation=6), "jpg")

    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (30, 40)


def test_a_gif_keeps_moving_and_loses_its_comment() -> None:
    found, kept = cleaned(files.film(), "gif")

    assert found.treatment == Treatment.RE_ENCODED
    assert is_without_canary(kept)
    with Image.open(io.BytesIO(kept)) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]  # of an animation


def test_a_film_of_too_many_pictures_keeps_its_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from complaints.files import pictures

    monkeypatch.setattr(pictures, "MOST_FRAMES", 2)
    out = io.BytesIO()
    pictures.clean(io.BytesIO(files.film()), out, "image/gif")

    with Image.open(out) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "extension"),
    [(files.picture() + b"<script>alert(1)</script>", "png"), (files.picture("JPEG") + b"<script>alert(1)</script>", "jpg"),
     (files.film()[:-1] + b"\x21\xfe\x10*/=1;alert(1);/* \x00\x3b", "gif")],
)  # fmt: skip
def test_b5_what_is_a_picture_and_a_program_is_only_a_picture_afterwards(content: bytes, extension: str) -> None:
    _found, kept = cleaned(content, extension)

    assert b"alert" not in kept


@pytest.mark.parametrize("content", [files.picture()[:70], files.picture("JPEG")[:300], b"\x89PNG\r\n\x1a\n" + bytes(80)])
def test_a_broken_picture_is_refused(content: bytes) -> None:
    assert refusal(content, kinds.kind_of("png", content) or "png") in (Reason.BROKEN, Reason.NOT_WHAT_IT_SAYS)


def test_b11_a_picture_of_900_million_pixels_is_refused_without_being_unpacked() -> None:
    begin = time.monotonic()

    assert refusal(files.png_of(30_000, 30_000), "png") == Reason.TOO_MANY_PIXELS

    assert time.monotonic() - begin < 10
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_500_000  # KB; what a child itself may take is the next test


def test_b11_the_process_that_examines_may_take_little_of_the_machine() -> None:
    from complaints.files import child

    assert child.MEMORY <= 512 << 20
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        greedy = b"import complaints.files.child as c; c.confine(); bytearray(600 << 20)"
        source.write(greedy)
        source.seek(0)
        import subprocess
        import sys

        done = subprocess.run(
            [sys.executable, "-c", source.read().decode()], stdout=target, stderr=subprocess.PIPE, cwd=bounded.ROOT, check=False
        )
    assert b"MemoryError" in done.stderr


def test_a_photograph_too_large_for_us_is_read_at_half_its_size() -> None:
    out = io.BytesIO()
    Image.new("L", (8_000, 6_000)).save(out, "JPEG")

    _found, kept = cleaned(out.getvalue(), "jpg")

    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (4_000, 3_000)


# --- documents --------------------------------------------------------------------------------------------------------------
def test_i3_b5_a_pdf_loses_its_author_and_all_that_acts_and_keeps_its_pages() -> None:
    found, kept = cleaned(files.pdf(), "pdf")

    assert found == Cleaned(Treatment.STRIPPED, TYPES["pdf"])
    assert is_without_canary(kept)
    for name in (b"/JavaScript", b"/OpenAction", b"/Launch", b"/EmbeddedFile", b"/Author"):
        assert name not in kept
    with pikepdf.open(io.BytesIO(kept)) as document:
        assert len(document.pages) == 1
        link, remark = document.pages[0].Annots
        assert str(link.A.URI) == "https://example.com/"
        assert str(remark.Contents) == "see below"
        photo = document.pages[0].Resources.XObject.Im0
        with Image.open(io.BytesIO(photo.read_raw_bytes())) as image:
            assert image.size == (40, 30)
            assert not image.getexif()


@pytest.mark.parametrize("content", [files.pdf(password="x"), b"%PDF-1.7\nthis is no document\n"])
def test_a_pdf_that_cannot_be_read_stays_as_it_came_and_is_marked(content: bytes) -> None:
    found, kept = cleaned(content, "pdf")

    assert found.treatment == Treatment.AS_RECEIVED
    assert kept == content


@pytest.mark.parametrize(("content", "extension"), [(files.docx(), "docx"), (files.xlsx(), "xlsx")])
def test_i3_office_documents_lose_their_people_and_keep_their_words(content: bytes, extension: str) -> None:
    found, kept = cleaned(content, extension)

    assert found == Cleaned(Treatment.STRIPPED, TYPES[extension])
    assert is_without_canary(kept)
    with zipfile.ZipFile(io.BytesIO(kept)) as archive, zipfile.ZipFile(io.BytesIO(content)) as sent:
        assert archive.namelist() == sent.namelist()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        if extension == "docx":
            assert '漏水 author="him"' in archive.read("word/document.xml").decode()
            assert b"mind this" in archive.read("word/comments.xml")
            assert b"https://example.com/" in archive.read("word/_rels/settings.xml.rels")
        else:
            assert b"<v>42</v>" in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [({"word/vbaProject.bin": b"x"}, Reason.ACTIVE), ({"word/activeX/activeX1.xml": "x"}, Reason.ACTIVE),
     ({"[Content_Types].xml": f"<Types>{files.DOCX}.main+xml application/vnd.ms-word.document.macroEnabled.main+xml</Types>"}, Reason.ACTIVE),
     ({"word/settings.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}, Reason.ACTIVE),
     ({"[Content_Types].xml": "<Types>application/epub+zip</Types>"}, Reason.NOT_WHAT_IT_SAYS),
     ({"../../../etc/cron.d/x": "x"}, Reason.PACKED_TOO_TIGHT), ({"/etc/x": "x"}, Reason.PACKED_TOO_TIGHT),
     ({"word\\..\\x": "x"}, Reason.PACKED_TOO_TIGHT), ({"word/big.xml": bytes(20_000_000)}, Reason.PACKED_TOO_TIGHT)],
)  # fmt: skip
def test_b11_an_archive_that_leads_out_bursts_or_acts_is_refused(parts: dict[str, str | bytes], reason: Reason) -> None:
    assert refusal(files.docx(**parts), "docx") == reason


def test_b11_a_link_inside_an_archive_is_refused() -> None:
    parts: dict[str, str | bytes] = {"[Content_Types].xml": f"<Types>{files.DOCX}.main+xml</Types>", "word/x": "/etc/passwd"}

    assert refusal(files.packed(parts, links=("word/x",)), "docx") == Reason.PACKED_TOO_TIGHT


def test_b11_a_list_of_parts_that_lies_about_their_size_does_not_help() -> None:
    content = bytearray(files.docx(**{"word/big.xml": bytes(3_000_000)}))
    place = content.rfind(b"PK\x01\x02", 0, content.rfind(b"word/big.xml"))
    content[place + 24 : place + 28] = (1000).to_bytes(4, "little")

    assert refusal(bytes(content), "docx") in (Reason.BROKEN, Reason.PACKED_TOO_TIGHT)


def test_b11_two_gigabytes_of_xml_are_not_unpacked() -> None:
    import zlib

    begin = time.monotonic()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    million = bytes(1_000_000)
    stream = b"".join(packer.compress(million) for _ in range(2_000)) + packer.flush()
    content = files.docx(**{"word/big.xml": b"x"})
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target, zipfile.ZipFile(source, "w") as archive:
        with zipfile.ZipFile(io.BytesIO(content)) as sent:
            for name in sent.namelist():
                archive.writestr(name, sent.read(name))
        entry = zipfile.ZipInfo("word/bomb.xml")
        entry.compress_type = zipfile.ZIP_STORED
        archive.writestr(entry, stream)
        archive.close()
        source.seek(0)
        whole = bytearray(source.read())
        for mark, shift in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            place = whole.rfind(mark, 0, whole.rfind(b"word/bomb.xml") if mark.endswith(b"\x02") else whole.find(b"word/bomb.xml"))
            whole[place + shift : place + shift + 2] = (zipfile.ZIP_DEFLATED).to_bytes(2, "little")
        source.seek(0)
        source.write(bytes(whole))
        source.flush()
        prepared = time.monotonic()
        with pytest.raises(Refused):
            bounded.examined(source, target, files.DOCX)
    assert time.monotonic() - prepared < 10
    assert begin < prepared


def test_old_office_files_stay_as_they_came_and_those_with_macros_are_refused() -> None:
    found, kept = cleaned(files.old_word(), "doc")

    assert found.treatment == Treatment.AS_RECEIVED
    assert kept == files.old_word()
    assert refusal(files.old_word(macros=True), "doc") == Reason.ACTIVE
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls") == Reason.NOT_WHAT_IT_SAYS


def test_a_plain_text_has_nothing_to_lose() -> None:
    assert cleaned("漏水".encode(), "txt") == (Cleaned(Treatment.PLAIN, "text/plain"), "漏水".encode())


# --- recordings -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "extension"),
    [(files.mp3(), "mp3"), (files.wav(), "wav"), (files.mp4(), "mp4"), (files.mp4(b"M4A "), "m4a"), (b"#!AMR\n\x3c", "amr")],
)
def test_i3_recordings_lose_their_notes_and_keep_their_sound(content: bytes, extension: str) -> None:
    found, kept = cleaned(content, extension)

    assert found == Cleaned(Treatment.STRIPPED, TYPES[extension])
    assert is_without_canary(kept)
    assert b"\xc0\xff\xee" not in kept  # when it was made
    if extension == "mp3":
        with pytest.raises(ID3NoHeaderError):
            ID3(io.BytesIO(kept))
        assert kept == b"\xff\xfb\x90\x00" + bytes(413) + (b"\xff\xfb\x90\x00" + bytes(413)) * 9
    else:
        assert len(kept) == len(content)


@pytest.mark.parametrize("content", [b"\0\0\0\x18ftypisom\0\0\0\0isomiso2\xff\xff\xff\xffmoov", files.mp4()[:-10]])
def test_a_film_whose_boxes_do_not_fit_stays_as_it_came_and_is_marked(content: bytes) -> None:
    found, kept = cleaned(content, "mp4")

    assert found.treatment == Treatment.AS_RECEIVED
    assert kept == content


# --- the words of the verdicts ------------------------------------------------------------------------------------------------
def test_the_row_knows_every_verdict_of_the_examination() -> None:
    assert set(Examination.Treatment.values) == set(verdicts.Treatment)
    assert set(Examination.Reason.values) == set(verdicts.Reason)


def test_every_type_that_is_taken_is_known_and_has_a_reader() -> None:
    from complaints.files.child import READERS

    for extension, media_type in TYPES.items():
        assert extension in kinds.FAMILIES
        assert media_type in READERS or media_type.split("/")[0] in READERS


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("png", files.picture(), "png"), ("jpg", files.picture(), "png"), ("jpeg", files.picture("JPEG"), "jpg"), ("heic", files.picture("HEIF"), "heic"),
     ("pdf", files.pdf(), "pdf"), ("docx", files.docx(), "docx"), ("xls", files.old_word(), "xls"), ("mp3", files.mp3(), "mp3"),
     ("mp3", b"\xff\xfb\x90\x00" + bytes(50), "mp3"), ("m4a", files.mp4(), "m4a"), ("mp4", files.mp4(), "mp4"), ("wav", files.wav(), "wav"),
     ("txt", "BMW 4S店".encode(), "txt"), ("txt", "维修".encode("gb18030"), "txt"), ("txt", "维修".encode("utf-16"), "txt")],
)  # fmt: skip
def test_the_content_tells_the_type(name: str, content: bytes, kind: str) -> None:
    assert kinds.kind_of(name, content[: kinds.HEAD]) == kind
