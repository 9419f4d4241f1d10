"""A room's place on a stick: its generations, its packages, and when there is no room or no stick any more."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from question_bank.disk import sync_folder
from server.backup.archive import SUFFIX, SavedFile

FOLDER = "examroom-backup"
NOTE = "DOC-TOI-TRUOC.txt"
KEPT = 12  # generations
NEWEST_KEPT = 4  # whatever their age, should the last have been written while the stick was pulled; the older …
APART_S = 55.0  # … ones at least so far apart: they reach back eight minutes
LEAST_KEPT = 2  # never fewer, however full the stick is
SPARE_BYTES = 8 << 20  # left free on the stick, for its own tables
ABANDONED_S = 600.0  # a file that was being written this long ago is nobody's any more
_NAME = re.compile(r"backup-(\d{8})" + re.escape(SUFFIX))
_CHUNK = 1 << 20

NOTE_TEXT = """\
Bản sao lưu của phòng thi (đã mã hóa). Chỉ mở được bằng mã khôi phục do hai cán bộ giữ, mỗi người một nửa.
Khôi phục trên máy khác:  examroom-server restore THU-MUC-NAY THU-MUC-PHONG

Backup of an exam room (encrypted). It opens only with the recovery code that two officers hold, half each.
To go on with another computer:  examroom-server restore THIS-FOLDER ROOM-FOLDER
"""


class StickFault(StrEnum):
    """Why the last backup is not on the stick."""

    GONE = "backup_gone"  # not there, pulled, or it answers with errors
    FULL = "backup_full"
    READ_ONLY = "backup_read_only"
    ROOM_DISK = "backup_room_disk"  # the room's own disk has no space to pack one
    FAILED = "backup_failed"


@dataclass(frozen=True, slots=True)
class Generation:
    """A backup that lies on a stick."""

    number: int
    path: Path


def fault_of(error: OSError) -> StickFault:
    """What an error of the stick means to people."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None), errno.EFBIG):
        return StickFault.FULL
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StickFault.READ_ONLY
    if error.errno in (
        errno.ENOENT,
        errno.ENODEV,
        errno.ENXIO,
        errno.EIO,
        errno.ENOTDIR,
        getattr(errno, "ESTALE", None),
    ):
        return StickFault.GONE
    return StickFault.FAILED


def generations(folder: Path) -> list[Generation]:
    """The backups in a room's folder of a stick, the newest first. Raises OSError."""
    found = [
        Generation(int(match[1]), path)
        for path in folder.iterdir()
        if (match := _NAME.fullmatch(path.name)) is not None
    ]
    return sorted(found, key=lambda one: one.number, reverse=True)


def superfluous(times: Sequence[float]) -> list[int]:
    """The places of the generations that may go, by the times they were written, the newest first. Pure."""
    found, stay, last = [], 0, 0.0
    for place, at in enumerate(times):
        if place < NEWEST_KEPT or (stay < KEPT and last - at >= APART_S):
            stay, last = stay + 1, at
        else:
            found.append(place)
    return found


class Stick:
    """Where one room's backups go. A folder that is not there is never made: it would be on another disk."""

    def __init__(self, root: Path, room_id: str, room_directory: Path) -> None:
        self._root = root
        self._room_directory = room_directory
        self.folder = root / FOLDER / room_id
        self._was_another_disk = False
        self._packages: set[SavedFile] = set()  # known to be there, whole

    @property
    def is_another_disk(self) -> bool:
        """Whether the stick is another disk than the room's: else a backup survives a mistake, and no dead disk."""
        return self._root.stat().st_dev != self._room_directory.stat().st_dev

    def prepare(self) -> None:
        """Make sure that the stick is there and can be written. Raises OSError.

        A stick that was mounted and is pulled leaves an empty folder behind, on the computer's own disk.
        """
        another = self.is_another_disk
        if self._was_another_disk and not another:
            raise OSError(errno.ENODEV, "the stick was pulled", str(self._root))
        self._was_another_disk = another
        self.folder.mkdir(parents=True, exist_ok=True)
        note = self._root / FOLDER / NOTE
        if not note.exists():
            note.write_text(NOTE_TEXT, encoding="utf-8")
        probe = self.folder / f".probe.{os.getpid()}"
        probe.write_bytes(b"?")
        probe.unlink()

    def next_number(self) -> int:
        """The number of the next backup. Raises OSError."""
        found = generations(self.folder)
        return found[0].number + 1 if found else 1

    def has(self, number: int) -> bool:
        """Whether a backup is still there."""
        return self._path(number).exists()

    def publish(self, number: int, octets: int, write: Callable[[BinaryIO], None]) -> int:
        """Put a backup of about so many bytes in place, whole or not at all: how many bytes it has. Raises OSError."""
        self._make_room(octets)
        path = self._path(number)
        beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with beside.open("wb") as out:
                write(out)
                out.flush()
                os.fsync(out.fileno())
            size = beside.stat().st_size
            os.replace(beside, path)
            sync_folder(self.folder)
        except OSError:
            _drop(beside)
            raise
        found = generations(self.folder)
        for place in superfluous([one.path.stat().st_mtime for one in found]):
            found[place].path.unlink(missing_ok=True)
        return size

    def keep_packages(self, directory: Path, packages: tuple[SavedFile, ...]) -> None:
        """Copy the sealed packages that are not there yet; once each, they never change. Raises OSError."""
        for saved in packages:
            target = self.folder / saved.path
            if saved in self._packages and target.exists():
                continue
            if not target.exists() or target.stat().st_size != saved.bytes:
                self._make_room(saved.bytes)
                target.parent.mkdir(exist_ok=True)
                _copy(directory / saved.path, target)
            self._packages.add(saved)

    def _path(self, number: int) -> Path:
        return self.folder / f"backup-{number:08}{SUFFIX}"

    def _make_room(self, octets: int) -> None:
        """Let the oldest go until there is space. Raises OSError when that is not enough."""
        for left_over in self.folder.glob(".*.tmp"):
            if time.time() - left_over.stat().st_mtime > ABANDONED_S:
                _drop(left_over)
        old = generations(self.folder)[LEAST_KEPT:]
        while shutil.disk_usage(self.folder).free < octets + SPARE_BYTES:
            if not old:
                raise OSError(errno.ENOSPC, "no space for another backup", str(self.folder))
            old.pop().path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with source.open("rb") as file, beside.open("wb") as out:
            while chunk := file.read(_CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, target)
        sync_folder(target.parent)
    except OSError:
        _drop(beside)
        raise


def _drop(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the stick that failed fails again; the next backup tidies up
