"""Name what is wrong with a container that is not the one its manifest describes.

`diagnosis` always gives an error: a file is accepted by exact comparison in `sealed`, never by anything read here,
so a mistake in this module can only give a fault a less helpful name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from question_bank.phrase import Phrase, phrase
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_zip import CENTRAL, CENTRAL_SIGNATURE, END, END_SIGNATURE, LOCAL_SIGNATURE, Entry, read_at

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
SIGNATURE_BYTES = 64

_MAX_ENTRIES = 4096  # entries looked at; a directory of more names nothing more helpful
_MAX_DIRECTORY_BYTES = 2**20  # four times the manifest's bound; a longer one is not read
_MAX_COMMENT = 0xFFFF  # bytes; the end record cannot declare a longer one
_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class _Listed:
    """One entry of the central directory as the file has it."""

    name: str
    size: int
    odd: Phrase | None


def is_safe(name: str) -> bool:
    """Whether a member's name is a plain relative path: no `..`, root, drive, backslash, case or control trick."""
    return len(name) <= 100 and _SAFE.fullmatch(name) is not None and ".." not in name


def diagnosis(file: BinaryIO, size: int, expected: Sequence[Entry] | None) -> SealError:
    """The SealError that says most precisely why this is not the expected container; it is for the caller to raise.

    `expected` are the members in their order, None when the manifest could not be read.
    """
    try:
        _examine(file, size, expected)
    except SealError as found:
        return found
    return SealError(SealFault.UNUSUAL_ZIP, phrase("a header or a gap differs"))


def _examine(file: BinaryIO, size: int, expected: Sequence[Entry] | None) -> None:
    if size == 0 or read_at(file, 0, 4) != LOCAL_SIGNATURE[:size]:
        raise SealError(SealFault.NOT_A_PACKAGE, phrase("it does not begin as a package does"))
    listed = _directory(file, size)
    _names(listed, expected)
    for entry, found in zip(expected or (), listed, strict=False):
        if entry.size != found.size:
            told = phrase(
                "%(file)s: %(size)s bytes, %(due)s in the manifest", file=entry.name, size=found.size, due=entry.size
            )
            raise SealError(SealFault.WRONG_SIZE, told)
    for found in listed:
        if found.odd:
            told = phrase("%(file)s: %(why)s", file=found.name, why=found.odd)
            raise SealError(SealFault.UNUSUAL_ZIP, told)


def _names(listed: Sequence[_Listed], expected: Sequence[Entry] | None) -> None:
    names = [entry.name for entry in listed]
    for name in names:
        if not is_safe(name):
            raise SealError(SealFault.UNSAFE_PATH, repr(name[:120]))
    if len(set(names)) != len(names):
        raise SealError(SealFault.DUPLICATE_NAME, next(name for name in names if names.count(name) > 1))
    wanted = [MANIFEST, SIGNATURE] if expected is None else [entry.name for entry in expected]
    for name in wanted:
        if name not in names:
            raise SealError(SealFault.MISSING_MEMBER, name)
    if expected is not None:
        for name in names:
            if name not in wanted:
                raise SealError(SealFault.UNKNOWN_MEMBER, name)
    if names[: len(wanted)] != wanted:
        raise SealError(SealFault.WRONG_ORDER, ", ".join(names[:4]))
    if listed[1].size != SIGNATURE_BYTES:
        raise SealError(
            SealFault.BAD_SIGNATURE,
            phrase("%(size)s bytes instead of %(due)s", size=listed[1].size, due=SIGNATURE_BYTES),
        )


def _directory(file: BinaryIO, size: int) -> list[_Listed]:
    """The entries of the central directory, found from the end of the file."""
    window = min(size, END.size + _MAX_COMMENT)
    tail = read_at(file, size - window, window)
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or len(tail) - at < END.size:
        raise SealError(SealFault.TRUNCATED, phrase("%(size)s bytes and no end record", size=size))
    _, disk, disk_of_directory, here, entries, length, offset, comment = END.unpack_from(tail, at)
    after = len(tail) - at - END.size
    if comment and comment == after:
        raise SealError(SealFault.UNUSUAL_ZIP, phrase("the archive has a comment"))
    if after:
        raise SealError(SealFault.TRAILING_BYTES, phrase("%(size)s bytes after the end", size=after))
    bounded = entries <= _MAX_ENTRIES and length <= _MAX_DIRECTORY_BYTES
    if disk or disk_of_directory or here != entries or not bounded or offset + length + END.size != size:
        raise SealError(SealFault.UNUSUAL_ZIP, phrase("the end record does not fit the file"))
    return _entries(read_at(file, offset, length), entries)


def _entries(directory: bytes, count: int) -> list[_Listed]:
    listed, place = [], 0
    for _ in range(count):
        if len(directory) - place < CENTRAL.size or not directory.startswith(CENTRAL_SIGNATURE, place):
            raise SealError(SealFault.UNUSUAL_ZIP, phrase("the central directory cannot be read"))
        fields = CENTRAL.unpack_from(directory, place)
        flags, method, size, name_length, extra, comment = fields[3], fields[4], fields[9], *fields[10:13]
        start = place + CENTRAL.size
        name = directory[start : start + name_length].decode("ascii", "backslashreplace")
        listed.append(_Listed(name, size, _oddity(flags, method, extra, comment)))
        place += CENTRAL.size + name_length + extra + comment
    if place != len(directory):
        raise SealError(SealFault.UNUSUAL_ZIP, phrase("the central directory is longer than its entries"))
    return listed


def _oddity(flags: int, method: int, extra: int, comment: int) -> Phrase | None:
    if method:
        return phrase("compressed")
    if flags & 1:
        return phrase("encrypted by ZIP")
    if flags & 8:
        return phrase("has a data descriptor")
    if flags:
        return phrase("flags %(bits)s", bits=f"{flags:#06x}")
    if extra:
        return phrase("has an extra field")
    return phrase("has a comment") if comment else None
