"""Make backups of a room beside its server: once, or again and again in a process of its own.

Its own process, because a stick may hang in the kernel for minutes, and because packing takes the interpreter: neither
ever touches the server that answers kiosks. What became of each round is one line of JSON.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from question_bank.canonical import JSON
from server.backup.archive import STAGING, BackupError, BackupManifest, encrypt, pack, packages_of, room_files, size_of
from server.backup.code import recipient
from server.backup.stick import Stick, StickFault, fault_of
from server.errors import DatabaseError
from server.heartbeat import Heartbeat
from server.identity import load_identity

EVERY_S = 60.0
SPARE_BYTES = 256 << 20  # of the room's own disk, which packing must never take: answers come first
NICENESS = 10
LEAST_S = 3.0  # between two rounds, however often one is asked for, …
LEAST_SHARE = 10  # … and ten times what the last took
ABANDONED_S = 600.0  # no packing takes this long; another process may be packing now


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to. `fault` "" when the newest state of the room is on the stick."""

    fault: str
    evidence: str
    number: int
    bytes: int
    took_ms: int
    another_disk: bool
    journals: tuple[tuple[str, int], ...] = ()

    def line(self) -> str:
        """As the server hears of it."""
        told: dict[str, JSON] = {
            "event": "backup", "fault": self.fault, "evidence": self.evidence, "number": self.number,
            "bytes": self.bytes, "took_ms": self.took_ms, "another_disk": self.another_disk,
            "journals": dict(self.journals),
        }  # fmt: skip
        return json.dumps(told)


class Keeper:
    """Backups of one room on one stick. Raises ConfigError when the room has no recovery code, IdentityError."""

    def __init__(self, directory: Path, folder: Path) -> None:
        self._directory = directory
        identity = load_identity(directory)
        self._room = (identity.room_id, identity.room_name)
        self._recipient = recipient(directory)
        self._staging = directory / f"{STAGING}{os.getpid()}"
        self._stick = Stick(folder, identity.room_id, directory)
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._last = Round("", "", 0, 0, 0, False)

    def tidy(self) -> None:
        """Remove what processes that were killed have left in the room's folder."""
        for left_over in self._directory.glob(f"{STAGING}*"):
            if time.time() - left_over.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(left_over, ignore_errors=True)

    def once(self) -> Round:
        """One round: a new backup when anything changed, and whether the last one is still there. Never raises."""
        began = time.monotonic()
        try:
            self._stick.prepare()
            seen = self._look()
            if seen != self._seen or not self._stick.has(self._last.number):
                self._last = self._made(began)
                self._seen = seen
            return self._last
        except OSError as error:
            return self._failed(_of_the_room(error, self._directory) or fault_of(error), error.strerror or str(error))
        except (DatabaseError, BackupError) as error:
            return self._failed(StickFault.FAILED, str(error))
        finally:
            shutil.rmtree(self._staging, ignore_errors=True)

    def _made(self, began: float) -> Round:
        size = size_of(self._directory)
        if shutil.disk_usage(self._directory).free < 2 * size + SPARE_BYTES:
            raise OSError(errno.ENOSPC, "no space to pack a backup", str(self._directory))
        number = self._stick.next_number()
        packages = packages_of(self._directory)
        packed, manifest = pack(self._directory, self._staging, self._room, number, _room_ms(self._directory), packages)
        octets = self._stick.publish(
            number, packed.stat().st_size, lambda out: encrypt(packed, self._recipient, out)
        )  # fmt: skip
        self._stick.keep_packages(self._directory, packages)
        took_ms = round((time.monotonic() - began) * 1000)
        return Round("", "", number, octets, took_ms, self._stick.is_another_disk, _journals(manifest))

    def _failed(self, fault: StickFault, evidence: str) -> Round:
        last = self._last
        return Round(
            fault.value, evidence[:200], last.number, last.bytes, last.took_ms, last.another_disk, last.journals
        )

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        """Name, size and age of everything: whether anything was written. Logs of databases count, the heartbeat not."""
        found = []
        for path in room_files(self._directory):
            if path.name == "heartbeat":
                continue
            for one in (path, path.with_name(f"{path.name}-wal")):
                # An empty log says nothing: our own reading makes and removes one.
                if one.exists() and ((state := one.stat()).st_size or one is path):
                    found.append((one.name, state.st_size, state.st_mtime_ns))
        return tuple(found)


def follow(directory: Path, folder: Path, every_s: float, told: Callable[[Round], None], asked: TextIO) -> None:
    """Rounds until `asked` ends, and a last one then; a line of it asks for one soon. Raises ConfigError, IdentityError."""
    if sys.platform != "win32":
        os.nice(NICENESS)
    keeper, asks = Keeper(directory, folder), _Asks(asked)
    keeper.tidy()
    while True:
        made = keeper.once()
        told(made)
        if asks.ended:
            return
        asks.wait(every_s, max(LEAST_S, LEAST_SHARE * made.took_ms / 1000))


class _Asks:
    """Lines that come in, each of which asks for a round; their end asks for the last."""

    def __init__(self, source: TextIO) -> None:
        self.ended = False
        self._source = source
        self._asked = threading.Event()
        self._over = threading.Event()
        threading.Thread(target=self._read, name="asks", daemon=True).start()

    def wait(self, most_s: float, least_s: float) -> None:
        """Until a round is asked for, at least `least_s` after the last and at most `most_s`; at once at the end."""
        if not self._over.wait(min(least_s, most_s)):
            self._asked.wait(max(0.0, most_s - least_s))
        self._asked.clear()
        self.ended = self._over.is_set()

    def _read(self) -> None:
        for _ in self._source:
            self._asked.set()
        self._over.set()
        self._asked.set()


def _journals(manifest: BackupManifest) -> tuple[tuple[str, int], ...]:
    return tuple((one.path, one.seq) for one in manifest.journals)


def _room_ms(directory: Path) -> int:
    """Room time as the server last wrote it, or as it goes on."""
    heartbeat = Heartbeat(directory)
    try:
        return heartbeat.room_ms()
    finally:
        heartbeat.close()


def _of_the_room(error: OSError, directory: Path) -> StickFault | None:
    """Whether it was the room's own disk that had no space."""
    named = str(error.filename or "")
    return StickFault.ROOM_DISK if error.errno == errno.ENOSPC and named.startswith(str(directory)) else None
