"""Small files of every kind, each with something in it that its sender did not mean to send."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from PIL import Image, PngImagePlugin

from complaints import tasks

#: Stands in every note beside the content; nothing of it may be left.
CANARY = "CANARY-7f3a"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def examine_all() -> int:
    """What the worker does when it is nudged, with what it does once that is committed; also inside the transaction of a test."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return tasks.examine_attachments()


# --- pictures ---------------------------------------------------------------------------------------------------------------
def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x013B] = f"{CANARY} maker", orientation, f"{CANARY} artist"
    exif.get_ifd(0x8769)[0xA431] = f"{CANARY} serial number"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2], exif.get_ifd(0x8825)[29] = "N", (31.0, 14.0, 15.9), f"{CANARY}"
    return exif


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), *, orientation: int = 1, **options: Any) -> bytes:
    """A picture, red on its left and blue on its right half, with place, maker and serial number in it."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Author", CANARY)
        notes.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>")
        notes.add_text("Comment", CANARY, zip=True)
        options = {"pnginfo": notes, **options}
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    if kind in ("JPEG", "GIF"):
        options = {"comment": CANARY.encode(), **options}
    if kind == "WEBP":
        options = {"xmp": f"<x>{CANARY}</x>".encode(), **options}
    if kind != "GIF":
        options = {"exif": _exif(orientation), **options}
    image.save(out, kind, **options)
    return out.getvalue()


def film(frames: int = 3, size: tuple[int, int] = (16, 12)) -> bytes:
    """A GIF that moves."""
    images = [Image.new("RGB", size, (60 * number, 0, 0)) for number in range(frames)]
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:], duration=80, loop=0, comment=CANARY.encode())
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


# --- documents --------------------------------------------------------------------------------------------------------------
def pdf(*, password: str = "") -> bytes:
    """A page with a picture, an author, XMP, a script, an enclosed file, a remark with its writer and a link people follow."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    page = document.pages[0].obj
    script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{CANARY}')"))
    document.Root.OpenAction = document.make_indirect(script)
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
    document.attachments["secret.txt"] = pikepdf.AttachedFileSpec(
        document, CANARY.encode(), filename=f"{CANARY}.txt", description="", mime_type="", creation_date="", mod_date=""
    )
    page.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String(f"{CANARY}.exe")))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=String("https://example.com/")))
    remark = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], T=String(CANARY), Contents=String("see below"))
    page.Annots = Array([link, remark])
    photo = pikepdf.Stream(document, picture("JPEG"))
    photo.update({"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 40, "/Height": 30, "/ColorSpace": Name.DeviceRGB})
    photo.update({"/BitsPerComponent": 8, "/Filter": Name.DCTDecode})
    page.Resources = Dictionary(XObject=Dictionary(Im0=photo))
    with document.open_metadata() as notes:
        notes["dc:creator"] = [CANARY]
    document.docinfo["/Author"] = CANARY
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


def _types(main: str) -> str:
    return f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/x" ContentType="{main}"/></Types>'


def packed(parts: dict[str, str | bytes], *, links: tuple[str, ...] = ()) -> bytes:
    """A zip archive of these parts; those in `links` are symbolic links."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(2026, 3, 1, 8, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o120777 if name in links else 0o100644) << 16
            archive.writestr(entry, content)
    return out.getvalue()


def docx(**more: str | bytes) -> bytes:
    """A letter with an author, a remark, a tracked change, a photograph and a template on the author's own computer."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    core = f'{XML}<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>{CANARY}</dc:creator></cp:coreProperties>'
    return packed(
        {
            "[Content_Types].xml": _types(f"{DOCX}.main+xml"),
            "docProps/core.xml": core,
            "docProps/app.xml": f"{XML}<Properties><Company>{CANARY}</Company></Properties>",
            "docProps/custom.xml": f"{XML}<Properties><p>{CANARY}</p></Properties>",
            "word/document.xml": f'{XML}<w:document {w}><w:p><w:ins w:id="1" w:author="{CANARY}"><w:t>漏水 author="him"</w:t></w:ins></w:p></w:document>',
            "word/comments.xml": f'{XML}<w:comments {w}><w:comment w:id="0" w:author="{CANARY}" w:initials="{CANARY}"><w:t>mind this</w:t></w:comment></w:comments>',
            "word/people.xml": f"{XML}<w15:people xmlns:w15='p'><w15:person w15:author='{CANARY}'><w15:presenceInfo w15:userId='{CANARY}'/></w15:person></w15:people>",
            "word/media/image1.jpeg": picture("JPEG"),
            "word/_rels/settings.xml.rels": f'{XML}<Relationships><Relationship Id="r" Type="x/attachedTemplate" Target="file:///C:/Users/{CANARY}/Normal.dotm" TargetMode="External"/><Relationship Id="h" Type="x/hyperlink" Target="https://example.com/" TargetMode="External"/></Relationships>',
            **more,
        }
    )


def xlsx(**more: str | bytes) -> bytes:
    """A table with a remark and the path it had on its author's computer."""
    return packed(
        {
            "[Content_Types].xml": _types(f"{XLSX}.main+xml"),
            "docProps/core.xml": f"{XML}<c>{CANARY}</c>",
            "xl/workbook.xml": f'{XML}<workbook><x15ac:absPath xmlns:x15ac="a" url="C:\\Users\\{CANARY}\\"/><fileSharing userName="{CANARY}"/></workbook>',
            "xl/comments1.xml": f'{XML}<comments><authors><author>{CANARY}</author></authors><commentList><comment ref="A1" authorId="0"><text>ok</text></comment></commentList></comments>',
            "xl/persons/person.xml": f'{XML}<personList><person displayName="{CANARY}" userId="{CANARY}" providerId="None"/></personList>',
            "xl/worksheets/sheet1.xml": f"{XML}<worksheet><c><v>42</v></c></worksheet>",
            **more,
        }
    )


def old_word(*, macros: bool = False) -> bytes:
    """As much of a .doc as is looked at."""
    streams = "WordDocument".encode("utf-16-le") + (b"\0\0" + "_VBA_PROJECT".encode("utf-16-le") if macros else b"")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + streams + CANARY.encode()


# --- recordings -------------------------------------------------------------------------------------------------------------
def mp3() -> bytes:
    """Ten silent frames with a title before and an artist behind them."""
    from mutagen.id3 import ID3, TIT2, TPE1

    frame = b"\xff\xfb\x90\x00" + bytes(413)
    out = io.BytesIO(frame * 10)
    tags = ID3()
    tags.add(TIT2(encoding=3, text=CANARY))
    tags.add(TPE1(encoding=3, text=CANARY))
    tags.save(out, v1=2)
    return out.getvalue()


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x01\x02" * 100)
    notes = b"INFOIART" + struct.pack("<I", len(CANARY)) + CANARY.encode() + (b"\0" if len(CANARY) % 2 else b"")
    whole = out.getvalue()[8:] + b"LIST" + struct.pack("<I", len(notes)) + notes
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def mp4(brand: bytes = b"isom") -> bytes:
    """The boxes of a film with the time and the place it was made at."""
    made = struct.pack(">IIIII", 0, 0xC0FFEE01, 0xC0FFEE02, 600, 6000) + bytes(80)
    place = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(CANARY), 0x15C7) + CANARY.encode()))
    track = box(b"trak", box(b"tkhd", made) + box(b"meta", CANARY.encode()) + box(b"mdia", box(b"mdhd", made)))
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"moov", box(b"mvhd", made) + track + place) + box(b"mdat", b"picture" * 9)
