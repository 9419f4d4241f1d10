"""Space held on a disk beforehand, to be given back when somebody else has filled the disk: a file of nothing.

It answers what preallocated pages inside a database cannot: everything else that must still be written when the disk is
full (a heartbeat, a sign-in, a file's name), and file systems that never write in place.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from pathlib import Path

FILE_NAME = "reserve.space"
_PIECE = bytes(1 << 20)


class Ballast:
    """So many bytes of a folder's disk, held or given back. Safe to call from several threads."""

    def __init__(self, folder: Path, octets: int) -> None:
        self.path = folder / FILE_NAME
        self.octets = octets
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """What is held now; a file that was cut short by a full disk counts for what it has."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def take(self, beside: int = 0) -> bool:
        """Hold the space, if so many bytes stay free `beside` it; whether it is held. Never raises for a full disk."""
        with self._lock:
            if self.held_bytes >= self.octets:
                return True
            try:
                if shutil.disk_usage(self.path.parent).free < self.octets - self.held_bytes + beside:
                    return False
                _allocate(self.path, self.octets)
            except OSError:
                self._drop()
                return False
            return True

    def give_back(self) -> int:
        """Let go of the space; how many bytes that were."""
        with self._lock:
            held = self.held_bytes
            self._drop()
            return held - self.held_bytes

    def _drop(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def _allocate(path: Path, octets: int) -> None:
    """A file whose every block is on the disk. Raises OSError; then the file may be there in part."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, octets)
        else:
            os.lseek(descriptor, 0, os.SEEK_SET)
            for start in range(0, octets, len(_PIECE)):
                os.write(descriptor, _PIECE[: octets - start])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
