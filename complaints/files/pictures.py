"""Pictures are drawn anew: what was noted beside the pixels, hidden behind them or made to look like a picture does not survive that."""

from __future__ import annotations

import struct
import warnings
from typing import Any, BinaryIO

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from complaints.files.verdicts import Cleaned, Reason, Refused, Treatment

#: A picture of 40 million pixels takes 160 MB when it is unpacked; telephones' larger JPEGs are read at half the size or less.
MAX_PIXELS = 40_000_000
LARGEST_JPEG = 400_000_000
MOST_FRAMES = 400
#: All pictures of a film together.
MAX_FRAME_PIXELS = 200_000_000
READ = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/heic": "HEIF"}
#: How each is written; HEIC becomes what every office can open. Every note a writer could take over from the original is set empty.
BARE: dict[str, Any] = {"exif": b"", "xmp": b"", "icc_profile": None, "comment": b""}
WRITTEN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG": ("JPEG", "image/jpeg", {**BARE, "quality": 90, "optimize": False}),
    "MPO": ("JPEG", "image/jpeg", {**BARE, "quality": 90}),
    "HEIF": ("JPEG", "image/jpeg", {**BARE, "quality": 90}),
    "PNG": ("PNG", "image/png", {"icc_profile": None, "exif": None}),
    "GIF": ("GIF", "image/gif", {"comment": b""}),
    "WEBP": ("WEBP", "image/webp", {**BARE, "quality": 90}),
}
#: Of what Pillow knows about a picture, this alone belongs to how it looks.
KEPT = ("transparency", "duration", "loop", "disposal")


def clean(source: BinaryIO, target: BinaryIO, media_type: str) -> Cleaned:
    """Draw the picture anew into `target`. Raises Refused when it is none, is broken, or too large to be unpacked."""
    if media_type == "image/heic":
        pillow_heif.register_heif_opener(thumbnails=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own limit of pixels is a warning first; ours is a refusal
        try:
            with Image.open(source, formats=[READ[media_type]]) as image:
                return _drawn(image, target)
        except UnidentifiedImageError as error:
            raise Refused(Reason.NOT_WHAT_IT_SAYS) from error
        except Image.DecompressionBombError as error:
            raise Refused(Reason.TOO_MANY_PIXELS) from error
        except (SyntaxError, ValueError, EOFError, IndexError, struct.error, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's fault, not the picture's
            raise Refused(Reason.BROKEN) from error


def _drawn(image: Any, target: BinaryIO) -> Cleaned:
    kind = str(image.format)
    if image.width * image.height > MAX_PIXELS:
        if kind not in ("JPEG", "MPO") or image.width * image.height > LARGEST_JPEG:
            raise Refused(Reason.TOO_MANY_PIXELS)
        image.draft(None, (image.width // 2, image.height // 2) if image.width * image.height <= 4 * MAX_PIXELS else (1, 1))
        if image.width * image.height > MAX_PIXELS:
            raise Refused(Reason.TOO_MANY_PIXELS)
    written, media_type, options = WRITTEN[kind]
    if kind in ("GIF", "WEBP") and _is_film(image):
        options = {**options, "save_all": True}
    else:
        image.load()
        image = ImageOps.exif_transpose(image)
        if written == "JPEG" and image.mode not in ("RGB", "L"):
            image = image.convert("RGB")
    image.info = {name: value for name, value in image.info.items() if name in KEPT}
    image.save(target, written, **options)
    return Cleaned(Treatment.RE_ENCODED, media_type)


def _is_film(image: Any) -> bool:
    """Whether it moves and is short enough to be kept moving; of a longer one the first picture stays."""
    frames = getattr(image, "n_frames", 1)
    return 1 < frames <= MOST_FRAMES and frames * image.width * image.height <= MAX_FRAME_PIXELS
