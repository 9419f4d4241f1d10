"""Windows drawings (EMF, WMF) that are one bitmap, made record by record after [MS-EMF] and [MS-WMF]."""

from __future__ import annotations

import struct

SRCCOPY = 0x00CC0020


def colour(x: int, y: int) -> tuple[int, int, int]:
    """Red, green and blue of one point: different at each corner."""
    return (x * 9 % 256, y * 14 % 256, 90)


def _bitmap(width: int, height: int) -> tuple[bytes, bytes]:
    """Header and bits, the lowest row first, blue before red."""
    rows = []
    for y in range(height - 1, -1, -1):
        row = b"".join(bytes(reversed(colour(x, y))) for x in range(width))
        rows.append(row + bytes(-len(row) % 4))
    bits = b"".join(rows)
    return struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(bits), 2835, 2835, 0, 0), bits


def emf_record(kind: int, data: bytes) -> bytes:
    """One record."""
    return struct.pack("<II", kind, 8 + len(data)) + data


def bitmap_emf(width: int, height: int, more: bytes = b"", shown: tuple[int, int] | None = None) -> bytes:
    """An EMF with one STRETCHDIBITS over all of it; `more` are records behind it, `shown` another size on the page."""
    header, bits = _bitmap(width, height)
    drawn = struct.pack("<4i6i", 0, 0, width - 1, height - 1, 0, 0, 0, 0, width, height)
    drawn += struct.pack("<6I", 80, 40, 120, len(bits), 0, SRCCOPY) + struct.pack("<2i", *(shown or (width, height)))
    body = (
        emf_record(17, struct.pack("<I", 8))
        + emf_record(9, struct.pack("<ii", width, height))
        + emf_record(81, drawn + header + bits)
        + more
        + emf_record(14, struct.pack("<3I", 0, 16, 20))
    )
    head = struct.pack("<2I8i", 1, 108, 0, 0, width - 1, height - 1, 0, 0, 26 * width, 26 * height) + b" EMF"
    head += struct.pack("<3I2H3I", 0x10000, 108 + len(body), 5, 1, 0, 0, 0, 0)
    head += struct.pack("<4i3I2i", 1024, 768, 271, 203, 0, 0, 0, 271_000, 203_000)
    return head + body


def wmf_record(kind: int, data: bytes) -> bytes:
    """One record."""
    return struct.pack("<IH", 3 + len(data) // 2, kind) + data


def bitmap_wmf(width: int, height: int, more: bytes = b"") -> bytes:
    """A placeable WMF with one STRETCHDIB over all of it; `more` are records behind it."""
    header, bits = _bitmap(width, height)
    drawn = struct.pack("<IH8h", SRCCOPY, 0, height, width, 0, 0, height, width, 0, 0) + header + bits
    body = wmf_record(0x020B, struct.pack("<hh", 0, 0)) + wmf_record(0x020C, struct.pack("<hh", height, width))
    body += wmf_record(0x0F43, drawn) + more + wmf_record(0, b"")
    place = struct.pack("<IHhhhhHI", 0x9AC6CDD7, 0, 0, 0, width, height, 96, 0)
    check = 0
    for word in struct.unpack("<10H", place):
        check ^= word
    head = struct.pack("<3HIHIH", 1, 9, 0x300, 9 + len(body) // 2, 0, 3 + len(drawn) // 2, 0)
    return place + struct.pack("<H", check) + head + body
