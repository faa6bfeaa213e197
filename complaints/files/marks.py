"""Takes what was noted beside the picture out of JPEG and PNG files that lie inside documents, without drawing them anew."""

from __future__ import annotations

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
#: Chunks that change what one sees; all others are notes.
DRAWN = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)
NO_LENGTH = frozenset({0x01, *range(0xD0, 0xDA)})
SCAN, APP0, APP_ADOBE, LAST_APP, COMMENT = 0xDA, 0xE0, 0xEE, 0xEF, 0xFE


def without_marks(picture: bytes) -> bytes:
    """The same picture without EXIF, places, texts and thumbnails; other bytes come back as they are."""
    if picture.startswith(JPEG):
        return _jpeg(picture)
    return _png(picture) if picture.startswith(PNG) else picture


def _jpeg(picture: bytes) -> bytes:
    kept, place = [picture[:2]], 2
    while place + 4 <= len(picture) and picture[place] == 0xFF:
        mark = picture[place + 1]
        if mark == 0xFF:  # filling
            place += 1
            continue
        if mark == SCAN:
            break
        end = place + 2 if mark in NO_LENGTH else place + 2 + int.from_bytes(picture[place + 2 : place + 4], "big")
        if not (APP0 < mark <= LAST_APP and mark != APP_ADOBE) and mark != COMMENT:
            kept.append(picture[place:end])
        place = end
    end_of_picture = picture.rfind(b"\xff\xd9")
    kept.append(picture[place : end_of_picture + 2 if end_of_picture >= place else len(picture)])
    return b"".join(kept)


def _png(picture: bytes) -> bytes:
    kept, place = [picture[:8]], 8
    while place + 12 <= len(picture):
        end = place + 12 + int.from_bytes(picture[place : place + 4], "big")
        name = picture[place + 4 : place + 8]
        if name in DRAWN:
            kept.append(picture[place:end])
        place = end
        if name == b"IEND":
            break
    return b"".join(kept)
