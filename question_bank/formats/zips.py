"""A ZIP file from outside, read within bounds (docs/formats.md, §2): names, counts and sizes are judged before anything
is unpacked, and again while it is. And one of ours, written."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase, english, phrase

MAX_UNPACKED = 256 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_RATIO = 200  # unpacked to packed, of the whole file and of each member above the allowance
ALLOWANCE = 1024 * 1024  # bytes a member may have at any ratio: a page of one letter is no bomb
CHUNK = 256 * 1024  # bytes unpacked at a time
_ENTRY = b"PK\x01\x02"  # begins an entry of the directory
_SPARE = 10  # such signs to a part allowed: a ZIP stored inside has its own, and each costs a few hundred bytes to read
_LOCAL = struct.Struct("<4s2xHH16xHH")  # of a member's own header: sign, flags, method, lengths of name and extra field
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class Fault(Enum):
    """What is wrong with a file that cannot be read; the values are codes of docs/practical.md §4."""

    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    BAD_NAMES = "bad_names"
    ENCRYPTED = "encrypted"
    DECLARES = "dtd"
    TOO_DEEP = "too_deep"


class UnreadableFileError(ExamRoomError):
    """A file from outside cannot be read at all, or not safely; `reason` is for people, `fault` for programs."""

    def __init__(self, reason: Phrase, fault: Fault = Fault.DAMAGED) -> None:
        super().__init__(english(reason), hint="Save the file again in the program it was made with.")
        self.reason = reason
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a ZIP may be: bytes unpacked of all members and of one, how many there are."""

    unpacked: int = MAX_UNPACKED
    member: int = MAX_UNPACKED
    members: int = MAX_MEMBERS


@dataclass(slots=True)
class Unpacked:
    """The members of a ZIP by name. What was read counts towards one bound for the whole file."""

    _data: bytes
    _members: Mapping[str, zipfile.ZipInfo]
    _bounds: Bounds = field(default_factory=Bounds)
    _left: int = field(init=False)

    def __post_init__(self) -> None:
        self._left = self._bounds.unpacked

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, in the order of the directory."""
        return tuple(self._members)

    def size(self, name: str) -> int:
        """How large a member says it is; 0 when it is not there."""
        return self._members[name].file_size if name in self._members else 0

    def read(self, name: str, most: int = MAX_UNPACKED) -> bytes | None:
        """A member's bytes, None when it is not there. Raises UnreadableFileError when it is damaged or larger than `most`."""
        return b"".join(self.chunks(name, most)) if name in self._members else None

    def chunks(self, name: str, most: int = MAX_UNPACKED) -> Iterator[bytes]:
        """A member's bytes, at most `CHUNK` at a time, counted as they are unpacked. Raises UnreadableFileError when it is
        damaged, larger than `most`, or not what the directory says; KeyError when it is not there."""
        member = self._members[name]
        bound = min(most, self._left, self._bounds.member, max(ALLOWANCE, member.compress_size * MAX_RATIO))
        size = check = 0
        for chunk in _inflated(self._data, member):
            size += len(chunk)
            if size > bound:
                message = phrase("“%(name)s” in the file unpacks to far too much", name=name[:80])
                raise UnreadableFileError(message, Fault.TOO_LARGE)
            if size > member.file_size:
                raise _damaged(member)
            check = zlib.crc32(chunk, check)
            yield chunk
        if size != member.file_size or check != member.CRC:
            raise _damaged(member)
        self._left -= size


def _damaged(member: zipfile.ZipInfo) -> UnreadableFileError:
    return UnreadableFileError(phrase("“%(name)s” in the file is damaged", name=member.filename[:80]))


def _inflated(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member really holds, whatever the directory says of its size: zipfile stops there, other programs do not."""
    begin = _content(data, member)
    packed = memoryview(data)[begin : begin + member.compress_size]
    if len(packed) != member.compress_size:
        raise _damaged(member)
    if member.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + CHUNK]) for at in range(0, len(packed), CHUNK))
        return
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), CHUNK):
            rest = bytes(packed[at : at + CHUNK])
            while rest and not engine.eof:
                if chunk := engine.decompress(rest, CHUNK):
                    yield chunk
                rest = engine.unconsumed_tail
        while not engine.eof and (chunk := engine.decompress(b"", CHUNK)):
            yield chunk
    except zlib.error as error:
        raise _damaged(member) from error
    if not engine.eof:
        raise _damaged(member)


def _content(data: bytes, member: zipfile.ZipInfo) -> int:
    """Where a member's content begins. Its own header must say what the directory says: programs believe one or the other."""
    header = data[member.header_offset : member.header_offset + _LOCAL.size]
    if len(header) < _LOCAL.size:
        raise _damaged(member)
    sign, flags, method, name, extra = _LOCAL.unpack(header)
    begin = member.header_offset + _LOCAL.size
    called = data[begin : begin + name].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if sign != b"PK\x03\x04" or method != member.compress_type or called != member.orig_filename or flags & _ENCRYPTED:
        raise _damaged(member)
    return int(begin + name + extra)


def unpack(data: bytes, bounds: Bounds | None = None) -> Unpacked:
    """The file's members. Raises UnreadableFileError for a file that is no ZIP, a bomb by its directory, or has wrong names."""
    bounds = bounds or Bounds()
    infos = _directory(data, bounds)
    total = sum(info.file_size for info in infos)
    largest = max((info.file_size for info in infos), default=0)
    if total > bounds.unpacked or largest > bounds.member or total > ALLOWANCE + MAX_RATIO * len(data):
        raise UnreadableFileError(phrase("the file unpacks to far too much"), Fault.TOO_LARGE)
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        # zipfile cuts a name at a zero byte, and turns this system's separators into slashes; other programs do not.
        if not plain_name(info.orig_filename.removesuffix("/")):
            message = phrase("a part of the file has the name “%(name)s”", name=info.filename[:80])
            raise UnreadableFileError(message, Fault.BAD_NAMES)
        if info.filename.endswith("/"):
            continue
        if info.filename in members or stat.S_ISLNK(info.external_attr >> 16):
            message = phrase("“%(name)s” stands twice in the file, or is a link to elsewhere", name=info.filename[:80])
            raise UnreadableFileError(message, Fault.BAD_NAMES)
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            fault = Fault.ENCRYPTED if info.flag_bits & _ENCRYPTED else Fault.DAMAGED
            raise UnreadableFileError(phrase("the file is encrypted or packed in an unusual way"), fault)
        members[info.filename] = info
    return Unpacked(data, members, bounds)


def _directory(data: bytes, bounds: Bounds) -> list[zipfile.ZipInfo]:
    """The entries of a file's directory, in its order; no two lie over each other (a bomb without nesting)."""
    too_many = UnreadableFileError(
        phrase("the file holds more than %(most)s parts", most=bounds.members), Fault.TOO_LARGE
    )
    if data.count(_ENTRY) > bounds.members * _SPARE:
        raise too_many
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        OSError,
        ValueError,
        IndexError,
        OverflowError,
        struct.error,
    ) as error:
        raise UnreadableFileError(phrase("this is not a whole ZIP file")) from error
    if len(infos) > bounds.members:
        raise too_many
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < end:
            raise _damaged(info)
        end = info.header_offset + _LOCAL.size + info.compress_size
    return infos


def plain_name(name: str) -> bool:
    """Whether a member's name is a plain relative path."""
    if not name or len(name) > 400 or name.startswith("/") or "\\" in name or ":" in name:
        return False
    if not name.isprintable():
        return False
    # Windows leaves spaces and points at the end of a name out: “.. ” is “..” there.
    return all(part.rstrip(" .") == part and part for part in name.split("/"))


def zipped(members: Mapping[str, bytes], made_at: tuple[int, int, int, int, int, int] = _NO_TIME) -> bytes:
    """A ZIP of these members in this order: the same members give the same bytes, on any day."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, made_at)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return made.getvalue()
