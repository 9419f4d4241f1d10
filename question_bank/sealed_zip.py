"""The package's container: a ZIP file of which every byte follows from its members (docs/sealed-package.md §2).

`frame` computes all bytes around the contents; writing interleaves them with the contents and reading compares
them. The central directory of a file is parsed in `sealed_diagnosis` alone, to name what differs.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from question_bank.phrase import phrase
from question_bank.sealed_faults import SealError, SealFault

MAX_PACKAGE_BYTES = 512 * 2**20  # a staged set goes to every kiosk of a 100 Mbit/s lab
CHUNK_BYTES = 2**20  # one read; bounds the memory of streaming

LOCAL = struct.Struct("<4s5H3L2H")  # APPNOTE.TXT 4.3.7
CENTRAL = struct.Struct("<4s6H3L5H2L")  # APPNOTE.TXT 4.3.12
END = struct.Struct("<4s4H2LH")  # APPNOTE.TXT 4.3.16
LOCAL_SIGNATURE, CENTRAL_SIGNATURE, END_SIGNATURE = b"PK\3\4", b"PK\1\2", b"PK\5\6"

_VERSION = 10  # "1.0": stored files need nothing newer
_TIME, _DATE = 0, 0x21  # 1980-01-01 00:00:00, the earliest a ZIP can say: the true instant is in the manifest


@dataclass(frozen=True, slots=True)
class Entry:
    """What the container says of one member: its name, size in bytes and CRC-32."""

    name: str
    size: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Frame:
    """All bytes of a package that are not content: `locals[i]` stands before content i, `tail` after the last.

    `offsets[i]` is where content i begins and `size` the length of the whole file.
    """

    locals: tuple[bytes, ...]
    offsets: tuple[int, ...]
    tail: bytes
    size: int


def local_header(entry: Entry) -> bytes:
    """The 30 bytes and the name that stand before a member's content."""
    name = entry.name.encode("ascii")
    fields = (_VERSION, 0, 0, _TIME, _DATE, entry.crc32, entry.size, entry.size, len(name), 0)
    return LOCAL.pack(LOCAL_SIGNATURE, *fields) + name


def frame(entries: Sequence[Entry]) -> Frame:
    """The one frame that members of these names, sizes and checksums have. Pure."""
    heads, offsets, central, place = [], [], [], 0
    for entry in entries:
        head = local_header(entry)
        fields = (
            _VERSION,
            _VERSION,
            0,
            0,
            _TIME,
            _DATE,
            entry.crc32,
            entry.size,
            entry.size,
            len(entry.name),
            0,
            0,
            0,
            0,
            0,
        )
        central.append(CENTRAL.pack(CENTRAL_SIGNATURE, *fields, place) + entry.name.encode("ascii"))
        heads.append(head)
        offsets.append(place + len(head))
        place += len(head) + entry.size
    directory = b"".join(central)
    end = END.pack(END_SIGNATURE, 0, 0, len(entries), len(entries), len(directory), place, 0)
    return Frame(tuple(heads), tuple(offsets), directory + end, place + len(directory) + len(end))


def write(out: BinaryIO, contents: Sequence[tuple[str, bytes]]) -> None:
    """Write a whole container; contents are in memory, which `seal` bounds."""
    shape = frame([Entry(name, len(content), zlib.crc32(content)) for name, content in contents])
    for head, (_, content) in zip(shape.locals, contents, strict=True):
        out.write(head)
        out.write(content)
    out.write(shape.tail)


def reading(path: Path) -> BinaryIO:
    """The file, open for reading; SealError unreadable when it cannot be."""
    try:
        if not path.is_file():  # a device or a pipe could block for ever or never end
            raise SealError(SealFault.UNREADABLE, phrase("not a regular file"))
        return path.open("rb")
    except OSError as error:
        raise SealError(SealFault.UNREADABLE, error.strerror or "") from error


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Up to `size` bytes from `offset`, fewer at the end of the file; SealError unreadable on an I/O error."""
    try:
        file.seek(offset)
        return file.read(size)
    except OSError as error:
        raise SealError(SealFault.UNREADABLE, error.strerror or "") from error


def each_chunk(file: BinaryIO, offset: int, size: int, use: Callable[[bytes], object]) -> int:
    """Give `size` bytes from `offset` to `use`, a chunk at a time; the number of bytes there were."""
    done = 0
    while done < size:
        chunk = read_at(file, offset + done, min(CHUNK_BYTES, size - done))
        if not chunk:
            break
        use(chunk)
        done += len(chunk)
    return done
