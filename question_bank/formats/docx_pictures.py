"""Pictures of a Word file as a bank can have them: cropped as Word shows them, smaller where they are too large, PNG or JPEG."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image, UnidentifiedImageError

from question_bank.formats.metafiles import bitmap_in
from question_bank.media import MAX_PICTURE_BYTES, MAX_SIDE

MOST_DECODED = 25_000_000  # pixels of one picture: with its copies 250 MB while it is made smaller
MOST_TRANSPARENT = 16_000_000  # pixels of one that may be seen through, which needs a copy more
_OPAQUE = ("RGB", "L", "1", "CMYK")
MAX_PART = 32 * 1024 * 1024  # bytes of one picture in the file
_SHOWN = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_OTHERS = ("BMP", "TIFF", "DIB")
_WHOLE = 100_000
_ERRORS = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, MemoryError,
           Image.DecompressionBombError, Image.DecompressionBombWarning, TypeError, KeyError, IndexError, OverflowError)  # fmt: skip


def fit_picture(data: bytes, crop: tuple[int, int, int, int]) -> bytes | None:
    """The picture as it is when a bank may have it, else made so; None for what cannot be decoded.

    Of a Windows drawing (EMF, WMF) that is nothing but one bitmap, the bitmap.
    """
    if is_metafile(data):
        inner = bitmap_in(data, MAX_PART)
        return fit_picture(inner, crop) if inner is not None and not is_metafile(inner) else None
    if data.lstrip()[:5] in (b"<?xml", b"<svg ") or data.lstrip()[:4] == b"<svg":
        return data if not any(crop) else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=(*_SHOWN, *_OTHERS)) as picture:
                small = max(picture.size) <= MAX_SIDE and len(data) <= MAX_PICTURE_BYTES
                if small and not any(crop) and picture.format in _SHOWN:
                    return data
                most = MOST_DECODED if picture.mode in _OPAQUE else MOST_TRANSPARENT
                if picture.width * picture.height > most:
                    return None
                return _remade(picture, crop)
    except _ERRORS:
        return None


def _remade(picture: Image.Image, crop: tuple[int, int, int, int]) -> bytes:
    """Cropped and made smaller; a photograph stays one."""
    photograph = picture.format == "JPEG"
    left, top, right, bottom = crop
    width, height = picture.size
    made = _decoded(picture, "RGB" if photograph or picture.mode in _OPAQUE else "RGBA")
    if any(crop):
        box = (
            width * left // _WHOLE,
            height * top // _WHOLE,
            width - width * right // _WHOLE,
            height - height * bottom // _WHOLE,
        )
        made = made.crop((box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1)))
    if max(made.size) > MAX_SIDE:
        made.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    made.save(out, "JPEG" if photograph else "PNG", **({"quality": 92} if photograph else {"optimize": False}))
    if len(out.getvalue()) > MAX_PICTURE_BYTES:
        out = io.BytesIO()
        made.thumbnail((MAX_SIDE // 2, MAX_SIDE // 2))
        made.convert("RGB").save(out, "JPEG", quality=88)
    return out.getvalue()


def _decoded(picture: Image.Image, mode: str) -> Image.Image:
    """In this mode; not twice in memory for longer than it takes: the largest is 100 MB."""
    if picture.mode == mode:
        return picture
    made = picture.convert(mode)
    picture.close()
    return made


def is_metafile(data: bytes) -> bool:
    """Windows drawings (WMF, EMF, also packed): browsers cannot show them."""
    return (
        data[:4] in (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00", b"\x01\x00\x00\x00")
        or data[:2] == b"\x1f\x8b"
    )
