"""One server at a time on a room's folder, and where the running one can be found.

`server.lock` is held by the process itself, so a killed server leaves nothing to clean up; `running.json` says on which
ports it listens (they may have been chosen by the system) and is only believed while the lock is held.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from question_bank import canonical
from question_bank.phrase import phrase
from server.errors import ConfigError

LOCK_FILE = "server.lock"
RUNNING_FILE = "running.json"
RUNNING_FORMAT = "exam-running/1"
MAX_FILE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Running:
    """Where a running server listens."""

    pid: int
    port: int
    local_port: int
    async_mode: str
    role: str = "primary"


class RoomLock:
    """Held while a server runs on a folder. Raises ConfigError when another one does."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._descriptor = _locked(directory / LOCK_FILE)

    def publish(self, running: Running) -> None:
        """Say where the server listens, for the command line and the tests."""
        value = {
            "format": RUNNING_FORMAT,
            "pid": running.pid,
            "port": running.port,
            "local_port": running.local_port,
            "async_mode": running.async_mode,
            "role": running.role,
        }
        path = self._directory / RUNNING_FILE
        fresh = path.with_suffix(".new")
        fresh.write_bytes(canonical.encode(value))
        fresh.replace(path)

    def release(self) -> None:
        """The server has stopped."""
        (self._directory / RUNNING_FILE).unlink(missing_ok=True)
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()


def running(directory: Path) -> Running | None:
    """The server that runs on this folder now, or None."""
    try:
        descriptor = _locked(directory / LOCK_FILE)
    except ConfigError:
        return _published(directory / RUNNING_FILE)
    os.close(descriptor)
    return None


def _published(path: Path) -> Running | None:
    try:
        value = canonical.decode(path.read_bytes(), MAX_FILE_BYTES)
    except (OSError, canonical.CanonicalError):
        return None
    match value:
        case {
            "pid": int(pid), "port": int(port), "local_port": int(local_port), "async_mode": str(mode),
            "role": str(role),
        }:  # fmt: skip
            return Running(pid, port, local_port, mode, role)
    return None


def _locked(path: Path) -> int:
    """An open descriptor that holds the file's lock until it is closed or the process dies. Raises ConfigError."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(
            phrase("%(file)s cannot be opened", file=str(path)),
            hint=phrase("Is this a room's folder? Check who may write."),
        ) from error
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        hint = phrase("Stop the other server first; two may not share a room.")
        raise ConfigError(phrase("a server already runs on this room's folder"), hint=hint) from error
    return descriptor
