"""What is larger than a frame goes from one server to the other in pieces, packed, and is put together under a bound."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from server.live.standby.frames import Frame

PIECE_BYTES = 1 << 20  # as it leaves; far under a frame, and packed within a tenth of a second
MAX_PACKED_BYTES = 96 << 20  # held in memory while it comes; what does not pack is under it too, for `MAX_BRANCH_BYTES`


def pieces(content: bytes, octets: int = PIECE_BYTES) -> Iterator[tuple[bytes, bool]]:
    """The content, packed, in pieces that follow each other; whether a piece is the last. Pure work: offload each."""
    packing = zlib.compressobj()
    for start in range(0, len(content), octets):
        piece = packing.compress(content[start : start + octets])
        if piece:
            yield piece, False
    yield packing.flush(), True


class Parcel:
    """Pieces as they come. Raises ValueError for one out of its order, of something else, or more than was allowed."""

    def __init__(self, name: str, most: int = MAX_PACKED_BYTES) -> None:
        self.name = name
        self._most = most
        self._held = bytearray()

    def add(self, frame: Frame) -> bytes | None:
        """Take the next piece in; everything, packed, once the last one is there."""
        if frame.number("offset") != len(self._held) or len(self._held) + len(frame.data) > self._most:
            raise ValueError(f"{frame.what}.offset")
        self._held += frame.data
        return bytes(self._held) if frame.head.get("last") is True else None


def unpacked(data: bytes, most: int) -> bytes:
    """What was packed, of at most so many bytes. Raises ValueError."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(data, most)
    except zlib.error as error:
        raise ValueError("packed") from error
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise ValueError("packed")
    return content
