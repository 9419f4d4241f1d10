"""A rescue file as a sequence of QR codes: each frame is a block of the file or a spare. Pure; see docs/rescue.md.

With K blocks any K frames bring the file back, whichever were missed. Frames of several files may come mixed, twice and
in any order; what was read wrongly is told by each frame's checksum, and the whole by the digest that each frame names.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from server.protocol.erasure import MAX_BLOCKS, restored, spare

QR_VERSION, QR_LEVEL = 20, "m"  # 97 modules: with their margin 105, at 7 pixels 735 of an old screen's 768
FRAME_BYTES = 666  # what version 20 holds at level M in byte mode (ISO/IEC 18004, table 7)
MAX_SHOWN = 170  # blocks of one file: with as many spares as half of them, still below MAX_BLOCKS
MAX_FILES = 16  # being put together at once: the machines one person photographs before looking
_MAGIC = b"XR\x01"
_HEAD_BYTES = 21
BLOCK_BYTES = FRAME_BYTES - _HEAD_BYTES
MAX_SHOWN_BYTES = MAX_SHOWN * BLOCK_BYTES  # 107 KiB; larger files go by USB


@dataclass(frozen=True, slots=True)
class Frame:
    """One code. `number` below `count` is that block of the file, else a spare; `file_id` are 8 bytes of its SHA-256."""

    file_id: bytes
    total_bytes: int
    count: int
    number: int
    block: bytes

    def to_bytes(self) -> bytes:
        """What stands in the code."""
        head = _MAGIC + bytes([self.count, self.number]) + self.total_bytes.to_bytes(4, "big") + self.file_id
        return head + zlib.crc32(head + self.block).to_bytes(4, "big") + self.block


def frame_count(data_bytes: int) -> int:
    """How many blocks a file of this size has."""
    return -(-data_bytes // BLOCK_BYTES)


def spares_of(count: int) -> int:
    """How many spares are shown after the blocks: half as many, at least two."""
    return max(2, -(-count // 2))


def frames(data: bytes) -> list[Frame]:
    """Every frame of a file, blocks first. Raises ValueError when it is empty or too large to be shown."""
    count = frame_count(len(data))
    if not 1 <= count <= MAX_SHOWN:
        raise ValueError("a file that is shown has 1 to 170 blocks")
    file_id = hashlib.sha256(data).digest()[:8]
    padded = data.ljust(count * BLOCK_BYTES, b"\0")
    blocks = [padded[at : at + BLOCK_BYTES] for at in range(0, len(padded), BLOCK_BYTES)]
    spares = [spare(blocks, number) for number in range(count, count + spares_of(count))]
    return [Frame(file_id, len(data), count, number, block) for number, block in enumerate(blocks + spares)]


def read_frame(data: bytes) -> Frame | None:
    """The frame in a code; None when it is none, or was read wrongly."""
    head, checksum, block = data[:17], data[17:_HEAD_BYTES], data[_HEAD_BYTES:]
    if (
        len(block) != BLOCK_BYTES
        or not head.startswith(_MAGIC)
        or zlib.crc32(head + block).to_bytes(4, "big") != checksum
    ):
        return None
    frame = Frame(head[9:17], int.from_bytes(head[5:9], "big"), head[3], head[4], block)
    fits = 1 <= frame.count <= MAX_SHOWN and frame_count(frame.total_bytes) == frame.count and frame.number < MAX_BLOCKS
    return frame if fits else None


@dataclass(frozen=True, slots=True)
class Partial:
    """A file some of whose frames were seen, by number."""

    file_id: bytes
    total_bytes: int
    count: int
    held: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """How many more frames are needed, whichever."""
        return max(0, self.count - len(self.held))

    def with_frame(self, frame: Frame) -> Partial:
        """With one more; the first that came under a number stays, and no more are kept than are of use."""
        if frame.number in self.held or not self.missing:
            return self
        return Partial(self.file_id, self.total_bytes, self.count, {**self.held, frame.number: frame.block})

    def data(self) -> bytes | None:
        """The file, once enough frames are here; None before, and when they do not come to the file they name."""
        if self.missing:
            return None
        blocks = restored(self.held, self.count)
        data = b"".join(blocks or ())[: self.total_bytes]
        return data if hashlib.sha256(data).digest()[:8] == self.file_id else None


@dataclass(frozen=True, slots=True)
class Gathering:
    """Every file of which frames were seen, the one seen last at the end; and which became whole: more says nothing new."""

    files: tuple[Partial, ...] = ()
    done: tuple[bytes, ...] = ()

    def with_frame(self, frame: Frame) -> Gathering:
        """With one more frame; beyond MAX_FILES the one that was seen longest ago is forgotten."""
        if frame.file_id in self.done:
            return self
        key = (frame.file_id, frame.total_bytes, frame.count)
        before = [one for one in self.files if (one.file_id, one.total_bytes, one.count) == key]
        own = before[0] if before else Partial(*key)
        others = tuple(one for one in self.files if one not in before)
        return Gathering((*others, own.with_frame(frame))[-MAX_FILES:], self.done)

    def without(self, file_id: bytes, *, done: bool) -> Gathering:
        """Without a file that was taken in (`done`), or whose frames do not fit together and are to be shown again."""
        files = tuple(one for one in self.files if one.file_id != file_id)
        return Gathering(files, (*self.done, file_id)[-MAX_FILES:] if done else self.done)
