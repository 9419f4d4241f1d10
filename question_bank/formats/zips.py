"""A ZIP file from outside, read within bounds (docs/formats.md, §2): names, counts and sizes are judged before anything
is unpacked, and again while it is. And one of ours, written."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase, english, phrase

MAX_UNPACKED = 256 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_RATIO = 200  # unpacked to packed, of the whole file and of each member above the allowance
ALLOWANCE = 1024 * 1024  # bytes a member may have at any ratio: a page of one letter is no bomb
_CHUNK = 64 * 1024
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class UnreadableFileError(ExamRoomError):
    """A file from outside cannot be read at all, or not safely; `reason` is for people."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(english(reason), hint="Save the file again in the program it was made with.")
        self.reason = reason


@dataclass(slots=True)
class Unpacked:
    """The members of a ZIP by name. What was read counts towards one bound for the whole file."""

    _archive: zipfile.ZipFile
    _members: Mapping[str, zipfile.ZipInfo]
    _left: int = field(default=MAX_UNPACKED)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, in the order of the directory."""
        return tuple(self._members)

    def size(self, name: str) -> int:
        """How large a member says it is; 0 when it is not there."""
        return self._members[name].file_size if name in self._members else 0

    def read(self, name: str, most: int = MAX_UNPACKED) -> bytes | None:
        """A member's bytes, None when it is not there. Raises UnreadableFileError when it is damaged or larger than `most`."""
        member = self._members.get(name)
        if member is None:
            return None
        bound = min(most, self._left, max(ALLOWANCE, member.compress_size * MAX_RATIO))
        chunks: list[bytes] = []
        size = 0
        try:
            with self._archive.open(member) as stream:
                while size <= bound and (chunk := stream.read(_CHUNK)):
                    chunks.append(chunk)
                    size += len(chunk)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as error:
            raise UnreadableFileError(phrase("“%(name)s” in the file is damaged", name=name[:80])) from error
        if size > bound:
            raise UnreadableFileError(phrase("“%(name)s” in the file unpacks to far too much", name=name[:80]))
        self._left -= size
        return b"".join(chunks)


def unpack(data: bytes) -> Unpacked:
    """The file's members. Raises UnreadableFileError for a file that is no ZIP, a bomb by its directory, or has wrong names."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        OSError,
        ValueError,
        IndexError,
        OverflowError,
    ) as error:
        raise UnreadableFileError(phrase("this is not a whole ZIP file")) from error
    if len(infos) > MAX_MEMBERS:
        raise UnreadableFileError(phrase("the file holds more than %(most)s parts", most=MAX_MEMBERS))
    total = sum(info.file_size for info in infos)
    if total > MAX_UNPACKED or total > ALLOWANCE + MAX_RATIO * len(data):
        raise UnreadableFileError(phrase("the file unpacks to far too much"))
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        if info.filename.endswith("/"):
            continue
        if not plain_name(info.filename):
            raise UnreadableFileError(phrase("a part of the file has the name “%(name)s”", name=info.filename[:80]))
        if info.filename in members or stat.S_ISLNK(info.external_attr >> 16):
            message = phrase("“%(name)s” stands twice in the file, or is a link to elsewhere", name=info.filename[:80])
            raise UnreadableFileError(message)
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise UnreadableFileError(phrase("the file is encrypted or packed in an unusual way"))
        members[info.filename] = info
    return Unpacked(archive, members)


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
