"""Windows drawings (EMF, WMF) that are nothing but one bitmap, as Office stores what was pasted: the bitmap, as BMP, PNG or JPEG. Pure.

Layouts after [MS-EMF] and [MS-WMF]. A drawing with anything else on it gives none: half a picture would be a wrong one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_RECORDS = 5_000  # of a drawing that is one bitmap: it has some dozens
_SRCCOPY = 0x00CC0020
_PLACEABLE = b"\xd7\xcd\xc6\x9a"

# Records that draw nothing: modes, colours, objects, comments. Not those that clip or turn.
_EMF_QUIET = frozenset({1, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 33, 34, 37, 38, 39, 40, 48, 49, 52, 58, 70, 82, 95, 98, 115})  # fmt: skip
_WMF_QUIET = frozenset({0x0000, 0x0035, 0x00F7, 0x001E, 0x0102, 0x0103, 0x0104, 0x0106, 0x0107, 0x0127, 0x012D, 0x012E, 0x01F0, 0x0201, 0x0209,
                        0x020B, 0x020C, 0x0231, 0x0234, 0x02FA, 0x02FB, 0x02FC, 0x0626})  # fmt: skip
_EMF_HEADER, _EMF_COMMENT, _EMF_STRETCHDIBITS = 1, 70, 81
_WMF_ORIGIN, _WMF_EXTENT, _WMF_STRETCHDIB, _WMF_DIBSTRETCHBLT = 0x020B, 0x020C, 0x0F43, 0x0B41


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A bitmap (header and bits of a DIB) and whether it is drawn whole, upright and over the whole drawing."""

    header: bytes
    bits: bytes
    fits: bool


def bitmap_in(data: bytes, most: int) -> bytes | None:
    """The only thing such a drawing shows; None when it shows anything else or cannot be read. `most` bounds what is unpacked."""
    try:
        if data[:2] == b"\x1f\x8b":
            data = zlib.decompressobj(31).decompress(data, most)
        drawn = _of_emf(data) if data[40:44] == b" EMF" else _of_wmf(data)
        return _file(drawn) if drawn is not None and drawn.fits else None
    except (struct.error, zlib.error, IndexError):
        return None


def _file(drawn: _Drawn) -> bytes | None:
    """A file of its own: the bits where they are PNG or JPEG, else a BMP."""
    size, compression = struct.unpack_from("<I", drawn.header)[0], 0
    if size >= 40:
        compression = struct.unpack_from("<I", drawn.header, 16)[0]
    if compression in (4, 5):
        return drawn.bits
    start = 14 + len(drawn.header)
    return struct.pack("<2sIHHI", b"BM", start + len(drawn.bits), 0, 0, start) + drawn.header + drawn.bits


def _dimensions(header: bytes) -> tuple[int, int]:
    """Width and height in pixels; (0, 0) for headers of before Windows 3."""
    if len(header) < 40 or struct.unpack_from("<I", header)[0] < 40:
        return 0, 0
    width, height = struct.unpack_from("<ii", header, 4)
    return width, abs(height)


# --- EMF ----------------------------------------------------------------------------------------------------------------


def _emf_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MOST_RECORDS):
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8 or size % 4 or at + size > len(data):
            break
        yield kind, data[at : at + size]
        at += size
        if kind == 14:
            return
    raise struct.error("the records do not end")


def _of_emf(data: bytes) -> _Drawn | None:
    found: _Drawn | None = None
    bounds = (0, 0, 0, 0)
    for kind, record in _emf_records(data):
        if kind == _EMF_HEADER:
            bounds = struct.unpack_from("<4i", record, 8)
        if kind == _EMF_COMMENT and not _is_double(record):
            return None
        if kind == _EMF_STRETCHDIBITS and found is None:
            found = _emf_bitmap(record, bounds)
        elif kind not in _EMF_QUIET:
            return None
    return found


def _is_double(comment: bytes) -> bool:
    """Whether a comment draws nothing that other records do not draw as well: EMF+ may be the drawing itself."""
    if comment[12:16] != b"EMF+":
        return True
    kind, flags = struct.unpack_from("<HH", comment, 16)
    return bool(kind != 0x4001 or flags & 1)


def _emf_bitmap(record: bytes, bounds: tuple[int, ...]) -> _Drawn:
    x, y, width, height = struct.unpack_from("<4i", record, 32)
    header_at, header_size, bits_at, bits_size, usage, way, shown_width, shown_height = struct.unpack_from(
        "<6I2i", record, 48
    )
    header, bits = record[header_at : header_at + header_size], record[bits_at : bits_at + bits_size]
    covers = all(
        abs(one - other) <= 2 + abs(other) // 50
        for one, other in zip(struct.unpack_from("<4i", record, 8), bounds, strict=True)
    )
    whole = (x, y) == (0, 0) and (width, height) == _dimensions(header) and len(bits) == bits_size
    upright = shown_width > 0 and shown_height > 0 and way == _SRCCOPY and usage == 0
    return _Drawn(header, bits, covers and whole and upright)


# --- WMF ----------------------------------------------------------------------------------------------------------------


def _wmf_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 22 if data[:4] == _PLACEABLE else 0
    at += 2 * struct.unpack_from("<H", data, at + 2)[0]
    for _ in range(_MOST_RECORDS):
        size, kind = struct.unpack_from("<IH", data, at)
        if size < 3 or at + 2 * size > len(data):
            break
        yield kind, data[at : at + 2 * size]
        at += 2 * size
        if kind == 0:
            return
    raise struct.error("the records do not end")


def _of_wmf(data: bytes) -> _Drawn | None:
    found: _Drawn | None = None
    window: list[tuple[int, int]] = [(0, 0), (0, 0)]  # origin and extent, each as (y, x)
    for kind, record in _wmf_records(data):
        if kind in (_WMF_ORIGIN, _WMF_EXTENT):
            if found is not None:
                return None
            window[kind - _WMF_ORIGIN] = struct.unpack_from("<hh", record, 6)
        if kind in (_WMF_STRETCHDIB, _WMF_DIBSTRETCHBLT) and found is None:
            found = _wmf_bitmap(record, kind, window)
        elif kind not in _WMF_QUIET:
            return None
    return found


def _wmf_bitmap(record: bytes, kind: int, window: list[tuple[int, int]]) -> _Drawn:
    way, at, usage = struct.unpack_from("<I", record, 6)[0], 10, 0
    if kind == _WMF_STRETCHDIB:
        usage, at = struct.unpack_from("<H", record, 10)[0], 12
    height, width, y, x, shown_height, shown_width, top, left = struct.unpack_from("<8h", record, at)
    dib = record[at + 16 :]
    start = _bits_at(dib)
    header = dib[:start]
    (origin_y, origin_x), (extent_y, extent_x) = window
    covers = (
        abs(left - origin_x) <= 2
        and abs(top - origin_y) <= 2
        and shown_width > 0
        and shown_height > 0
        and abs(shown_width - extent_x) <= 2 + extent_x // 50
        and abs(shown_height - extent_y) <= 2 + extent_y // 50
    )
    whole = (x, y) == (0, 0) and (width, height) == _dimensions(header)
    return _Drawn(header, dib[start:], covers and whole and way == _SRCCOPY and usage == 0)


def _bits_at(dib: bytes) -> int:
    """How long header, masks and palette are."""
    size = struct.unpack_from("<I", dib)[0]
    depth, compression = struct.unpack_from("<HI", dib, 14)
    colours = struct.unpack_from("<I", dib, 32)[0]
    masks = 12 if compression == 3 and size == 40 else 0
    palette = (colours or 1 << depth) if depth <= 8 else colours
    return int(size + masks + 4 * min(palette, 256))
