"""Word and Excel files are zip archives: looked through within limits, packed anew without who wrote them; those with programs are refused."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO

from complaints.files.marks import JPEG, PNG, without_marks
from complaints.files.verdicts import Cleaned, Reason, Refused, Treatment

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN = {
    DOCX: b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    XLSX: b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
MOST_PARTS = 5_000
LARGEST_PART = 60_000_000
LARGEST_WHOLE = 150_000_000
#: Text packs well, yet never like this beyond a few kilobytes.
TIGHTEST, TIGHT_FROM = 200, 1_000_000
PROGRAMS = re.compile(r"vbaproject|vbadata|activex|\.(exe|dll|js|vbs|scr|bat|cmd|ps1|jar|hta|msi|lnk)$", re.IGNORECASE)
XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: What stands in place of the papers about the paper.
BLANK = {
    "docprops/core.xml": XML + b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": XML + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": XML + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
TAG = re.compile(rb"<[^<>]*>")
#: Attributes that name a person or their computer, wherever they stand.
PERSONAL = re.compile(
    rb"""(\s(?:\w+:)?(?:author|initials|displayName|userId|providerId|userName|lastModifiedBy|originalAuthor|url|lastEdited)\s*=\s*)("[^"]*"|'[^']*')"""
)
LINK = re.compile(rb"""(\sTarget\s*=\s*)("[^"]*"|'[^']*')""")
AUTHOR = re.compile(rb"(<(?:\w+:)?author(?:\s[^<>]*)?>)[^<]*(</)")
PAPERS = ("word/", "xl/", "docprops/", "customxml/")
A_PROGRAM_CAN_OPEN = (b"attachedTemplate", b"oleObject", b"/frame", b"subDocument", b"mailMergeSource", b"externalLinkPath")


def clean(source: BinaryIO, target: BinaryIO, media_type: str) -> Cleaned:
    """Pack the document anew. Raises Refused for what is no such document, holds programs, or would burst when unpacked."""
    try:
        with zipfile.ZipFile(source) as packed, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bare:
            _check(packed.infolist(), media_type)
            left = LARGEST_WHOLE
            for entry in packed.infolist():
                if entry.is_dir():
                    continue
                content = _unpacked(packed, entry, left)
                left -= len(content)
                if entry.filename == "[Content_Types].xml":
                    _check_types(content, media_type)
                plain = zipfile.ZipInfo(entry.filename, date_time=(1980, 1, 1, 0, 0, 0))
                plain.compress_type = zipfile.ZIP_DEFLATED
                bare.writestr(plain, _without_people(entry.filename.lower(), content))
    # What zipfile raises for a torn file; RuntimeError is an encrypted one, NotImplementedError a packing it does not know.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, UnicodeError, EOFError) as error:
        raise Refused(Reason.BROKEN) from error
    return Cleaned(Treatment.STRIPPED, media_type)


def _check(entries: list[zipfile.ZipInfo], media_type: str) -> None:
    """All that can be said from the list of parts, before any is unpacked."""
    names = [entry.filename for entry in entries]
    if "[Content_Types].xml" not in names or media_type not in MAIN:
        raise Refused(Reason.NOT_WHAT_IT_SAYS)
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_WHOLE or len(set(names)) < len(names):
        raise Refused(Reason.PACKED_TOO_TIGHT)
    for entry in entries:
        tight = entry.file_size > TIGHT_FROM and entry.file_size > TIGHTEST * max(entry.compress_size, 1)
        if entry.file_size > LARGEST_PART or tight or _leads_out(entry):
            raise Refused(Reason.PACKED_TOO_TIGHT)
        if PROGRAMS.search(entry.filename):
            raise Refused(Reason.ACTIVE)


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """What a part holds, read no further than it may reach, whatever the list of parts says."""
    most = min(LARGEST_PART, left)
    with packed.open(entry) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise Refused(Reason.PACKED_TOO_TIGHT)
    return content


def _check_types(content: bytes, media_type: str) -> None:
    if b"macroEnabled" in content or b"vbaProject" in content:
        raise Refused(Reason.ACTIVE)
    if MAIN[media_type] not in content:
        raise Refused(Reason.NOT_WHAT_IT_SAYS)


def _without_people(name: str, content: bytes) -> bytes:
    if name in BLANK:
        return BLANK[name]
    if content.startswith((JPEG, PNG)):
        return without_marks(content)
    if not name.endswith((".xml", ".rels", ".vml")):
        return content
    text = _as_utf8(content)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Refused(Reason.ACTIVE)
    if name.endswith(".rels"):
        return TAG.sub(_harmless_link, text)
    if "comments" in name:
        text = AUTHOR.sub(rb"\1\2", text)
    return TAG.sub(_nameless, text) if name.startswith(PAPERS) else text


def _as_utf8(content: bytes) -> bytes:
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content
    return re.sub(r'encoding=["\'][^"\']*["\']', 'encoding="UTF-8"', content.decode("utf-16"), count=1).encode()


def _nameless(tag: re.Match[bytes]) -> bytes:
    found = tag.group()
    if b"url" in found and b"absPath" not in found:  # only the path of the workbook on its author's computer is a note
        return PERSONAL.sub(lambda each: each.group() if each.group(1).strip().startswith(b"url") else each.group(1) + b'""', found)
    return PERSONAL.sub(rb'\1""', found)


def _harmless_link(tag: re.Match[bytes]) -> bytes:
    """A link that the program would follow by itself leads nowhere; one a person follows stays."""
    found = tag.group()
    if b"External" in found and any(each in found for each in A_PROGRAM_CAN_OPEN):
        return LINK.sub(rb'\1"Normal.dotm"', found)
    return found
