"""The vault's file on its disk: read whole, replaced at one stroke, and held by one writer (docs/vault.md §2)."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from question_bank.disk import replace_private
from question_bank.vault.container import MAX_BYTES
from question_bank.vault.errors import VaultError, VaultFault

_Stamp = tuple[int, int, int]  # inode, time of the last change in ns, bytes


class Place:
    """Where a vault lies. To write, `hold` it first; `release` gives it back and takes the lock's file away."""

    __slots__ = ("_lock", "_stamp", "path")

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()  # a link stays a link: what it leads to is replaced
        self._lock: int | None = None
        self._stamp: _Stamp | None = None

    @property
    def lock_path(self) -> Path:
        """The file whose lock says who writes."""
        return self.path.with_name(f".{self.path.name}.lock")

    @property
    def held(self) -> bool:
        """Whether this object may write."""
        return self._lock is not None

    def hold(self) -> None:
        """Be the only writer, and tidy up after one that died. Raises VaultError locked, not_written."""
        while self._lock is None:
            try:
                descriptor = os.open(self.lock_path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise VaultError(VaultFault.NOT_WRITTEN, self.path, error.strerror or "") from error
            if not _locked(descriptor):
                os.close(descriptor)
                raise VaultError(VaultFault.LOCKED, self.path)
            if _is_still(self.lock_path, descriptor):
                self._lock = descriptor
            else:  # its holder took the file away between our opening and our locking it
                os.close(descriptor)
        self._tidy()

    def release(self) -> None:
        """Let others write."""
        if self._lock is None:
            return
        descriptor, self._lock = self._lock, None
        if sys.platform != "win32":  # while it is locked: who opened it meanwhile sees that it is gone
            self.lock_path.unlink(missing_ok=True)
        os.close(descriptor)

    def read(self) -> bytes:
        """The whole file, remembered so that `write` sees whether it is still the same. Raises VaultError."""
        try:
            with self.path.open("rb") as file:
                self._stamp = _stamp(os.fstat(file.fileno()))
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError as error:
            raise VaultError(VaultFault.NOT_THERE, self.path) from error
        except OSError as error:
            raise VaultError(VaultFault.UNREADABLE, self.path, error.strerror or "") from error
        if len(data) > MAX_BYTES:
            raise VaultError(VaultFault.TOO_LARGE, self.path)
        return data

    def write(self, data: bytes) -> None:
        """Have the data on the disk in the file's place, or the file as it was. Raises VaultError."""
        if len(data) > MAX_BYTES:
            raise VaultError(VaultFault.TOO_LARGE, self.path)
        try:
            if self._now() != self._stamp:
                fault = VaultFault.CHANGED_ELSEWHERE if self._stamp else VaultFault.THERE_ALREADY
                raise VaultError(fault, self.path)
            replace_private(self.path, data)
            self._stamp = self._now()
        except OSError as error:
            if self._has(data):  # renamed already, perhaps not for good: it is ours, and may be written again
                self._stamp = self._now()
            raise VaultError(VaultFault.NOT_WRITTEN, self.path, error.strerror or "") from error

    def keep_copy(self, label: str, data: bytes) -> Path:
        """A copy beside the file, under its name and a label. Raises VaultError."""
        copy = self.path.with_name(f"{self.path.name}.{label}")
        try:
            replace_private(copy, data)
        except OSError as error:
            raise VaultError(VaultFault.NOT_WRITTEN, copy, error.strerror or "") from error
        return copy

    def _has(self, data: bytes) -> bool:
        try:
            return self.path.read_bytes() == data
        except OSError:  # a disk that does not answer says nothing
            return False

    def _now(self) -> _Stamp | None:
        try:
            return _stamp(self.path.stat())
        except FileNotFoundError:
            return None

    def _tidy(self) -> None:
        """Take away what a writer left that died while it wrote: nobody else can be writing now."""
        mine = re.compile(rf"\.{re.escape(self.path.name)}(?:\.before-upgrade-\d+)?\.[0-9a-f]+")
        try:
            for path in self.path.parent.iterdir():
                if mine.fullmatch(path.name):
                    path.unlink(missing_ok=True)
        except OSError as error:
            self.release()
            raise VaultError(VaultFault.NOT_WRITTEN, self.path, error.strerror or "") from error


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_ino, status.st_mtime_ns, status.st_size


def _locked(descriptor: int) -> bool:
    """Take the lock of an open file, until it is closed or the process dies; False when another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)
