"""PDFs lose who wrote them, what runs or opens by itself, and what is enclosed; the pages stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf

from complaints.files.marks import without_marks
from complaints.files.verdicts import Cleaned, Treatment

MEDIA_TYPE = "application/pdf"
#: Notes about the author, versions, thumbnails of the program; enclosed files; what happens by itself.
NOTES = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/EF", "/AF", "/RF", "/AA", "/OpenAction", "/Collection", "/SpiderInfo", "/XFA", "/Perms", "/Legal")  # fmt: skip
ACTIVE = frozenset(
    {"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute", "/Movie", "/Sound"}
)
NAMED = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations")
ENCLOSING = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
WHAT_IT_DOES = ("/JS", "/F", "/Win", "/Unix", "/Mac", "/Next", "/S", "/D", "/R", "/URI")
ENCLOSED = ("/FS", "/A", "/RichMediaContent", "/3DD", "/Movie", "/Sound")
#: Who wrote a remark on the page, and when.
REMARK = ("/T", "/M", "/CreationDate", "/NM", "/RC")
DEEPEST = 60


def clean(source: BinaryIO, target: BinaryIO, media_type: str) -> Cleaned:
    """Write the document without them. One that is locked or too broken to be read stays as it came, and is marked so."""
    try:
        with pikepdf.open(source) as document:
            _strip(document)
            document.save(target, linearize=False, fix_metadata_version=False)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        target.seek(0)
        target.truncate()
        source.seek(0)
        while piece := source.read(1 << 16):
            target.write(piece)
        return Cleaned(Treatment.AS_RECEIVED, media_type)
    return Cleaned(Treatment.STRIPPED, MEDIA_TYPE)


def _strip(document: Any) -> None:
    _drop(document.trailer, ("/Info", "/ID"))
    names = document.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        _drop(names, NAMED)
    for indirect in document.objects:
        for part in _parts(indirect, 0):
            _strip_part(part)


def _parts(value: Any, depth: int) -> Iterator[Any]:
    """A dictionary or stream and all dictionaries written inside it; what it only points to comes by itself."""
    if depth > DEEPEST:
        return
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        inside: Any = [value[key] for key in list(value.keys())]
    elif isinstance(value, pikepdf.Array):
        inside = list(value)
    else:
        return
    for each in inside:
        if isinstance(each, pikepdf.Object) and not each.is_indirect:
            yield from _parts(each, depth + 1)


def _strip_part(part: Any) -> None:
    _drop(part, NOTES)
    subtype = _name(part, "/Subtype")
    if _name(part, "/S") in ACTIVE or "/JS" in part:
        _drop(part, WHAT_IT_DOES)
    if subtype in ENCLOSING:
        _drop(part, ENCLOSED)
    is_on_page = _name(part, "/Type") == "/Annot" or ("/Rect" in part and "/Subtype" in part)
    if is_on_page and subtype not in ("/Widget", "/Link"):  # a form's field keeps its name; a remark loses its author
        _drop(part, REMARK)
    if subtype == "/Image" and isinstance(part, pikepdf.Stream):
        _strip_picture(part)


def _drop(part: Any, names: tuple[str, ...]) -> None:
    for name in names:
        if name in part:
            del part[name]


def _strip_picture(part: Any) -> None:
    if part.get("/Filter") == pikepdf.Name.DCTDecode or part.get("/Filter") == pikepdf.Array([pikepdf.Name.DCTDecode]):
        raw = part.read_raw_bytes()
        bare = without_marks(raw)
        if bare != raw:
            part.write(bare, filter=part.get("/Filter"), decode_parms=part.get("/DecodeParms"))


def _name(part: Any, key: str) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""
