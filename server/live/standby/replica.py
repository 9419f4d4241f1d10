"""What a standby holds: the journals with the states they tell, the room's data, the sealed packages. On its own disk."""

from __future__ import annotations

import errno
import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from question_bank.computer import hardware
from question_bank.disk import lasting_folder, sync_folder
from question_bank.phrase import phrase
from server.domain.chain import Head
from server.domain.state import EMPTY, SittingState
from server.domain.values import SittingStage
from server.errors import JournalError
from server.live.disk_keeper import RunningJournal
from server.live.marks import RULES as MARKING
from server.live.sitting_service import RULES as SITTING
from server.live.standby import journals
from server.live.standby.feeding import FILE_NAME
from server.protocol.machine import HeldPackage
from server.store.backup import replacing
from server.store.batch import Committed, Rules
from server.store.journal import Appended, Journal
from server.store.locks import native_lock
from server.store.record import Record
from server.store.replay import entries, evolved, replay
from server.store.room import FILE_NAME as ROOM_FILE
from server.store.room import RoomStore

MAX_ROOM_BYTES = 256 << 20
ROOM_BESIDE_BYTES = 1 << 20  # for the log of the new copy, and the journals' beside it


@dataclass(slots=True)
class _Open:
    journal: Journal
    rules: Rules[Any]
    committed: Committed[Any]


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file the primary has, sealed or encrypted: its place in the folder, bytes, SHA-256 in hex."""

    path: str
    size: int
    sha256: str


class Replica:
    """One per standby. One thing at a time writes it: the follower."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._open: dict[str, _Open] = {}
        self._store: RoomStore | None = None
        self._store_lock = native_lock()  # the follower offloads, pages and the channel do not
        self._checked: dict[str, tuple[int, str]] = {}  # by path: size and digest of what lies there
        self.at_rest = (
            native_lock()
        )  # held over what another connection does to a journal's file, and what replaces one

    # --- journals ---

    def open_all(self) -> None:
        """Open every journal there is, and replay it. Raises JournalError, DatabaseError; blocking."""
        for name in journals.names(self.directory):
            self._opened(name)

    def heads(self) -> dict[str, Head]:
        """Where each journal stands."""
        return {name: one.committed.head for name, one in self._open.items()}

    def append(self, name: str, records: list[Record]) -> Head:
        """Records that follow, checked against the chain, on disk when this returns; those it has are passed over.

        Raises JournalError when they do not fit, NotStored when the disk takes nothing now.
        """
        found = self._opened(name)
        new = [record for record in records if record.seq > found.committed.head.seq]
        if not new:
            return found.committed.head
        added = tuple(entries(new, found.rules.kinds, found.committed.head))
        if not isinstance(found.journal.append(found.committed.head, new), Appended):
            raise JournalError(
                phrase("somebody else writes the journals of this standby"),
                hint=phrase("Only one server may run on this folder."),
            )
        found.committed = evolved(added, found.rules, found.committed)
        return found.committed.head

    def warm(self) -> Mapping[str, Committed[Any]]:
        """By journal, what its records have made: a promotion need not read them again."""
        return {name: one.committed for name, one in self._open.items()}

    def sitting(self) -> SittingState:
        """The state of the active sitting; the empty one when there is none."""
        with self._store_lock:
            active = None if self._store is None else self._store.sittings.active()
        found = None if active is None else self._open.get(f"sittings/{active.sitting_id}.journal.sqlite")
        return EMPTY if found is None else found.committed.state

    def running_journal(self) -> RunningJournal | None:
        """The active sitting's journal, while it is not closed: the one that is to have free pages."""
        with self._store_lock:
            active = None if self._store is None else self._store.sittings.active()
        name = "" if active is None else f"sittings/{active.sitting_id}.journal.sqlite"
        found = self._open.get(name)
        if found is None or found.committed.state.stage is SittingStage.CLOSED:
            return None
        return RunningJournal(self.directory / name, found.committed.state.open_part is not None)

    def close(self) -> None:
        """Let go of every file."""
        for one in self._open.values():
            one.journal.close()
        self._open.clear()
        with self._store_lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def let_go(self, name: str) -> None:
        """Close one journal, to set it aside."""
        found = self._open.pop(name, None)
        if found is not None:
            found.journal.close()

    def _opened(self, name: str) -> _Open:
        found = self._open.get(name)
        if found is None:
            path = self.directory / name
            lasting_folder(path.parent)
            rules: Rules[Any] = SITTING if name.startswith("sittings/") else MARKING
            journal = Journal.open(path)
            found = self._open[name] = _Open(journal, rules, replay(journal, rules))
        return found

    # --- the room's data ---

    def open_store(self) -> None:
        """Open the room's data, if any came yet. Raises DatabaseError."""
        with self._store_lock:
            if self._store is None and (self.directory / ROOM_FILE).exists():
                self._store = RoomStore.open(self.directory)

    def replace_room(self, compressed: bytes) -> None:
        """Put a newer copy of the room's data in place. Raises OSError, DatabaseError, ValueError; blocking."""
        unpacking = zlib.decompressobj()
        try:
            data = unpacking.decompress(compressed, MAX_ROOM_BYTES)
        except zlib.error as error:
            raise ValueError("room") from error
        if unpacking.unconsumed_tail or not data.startswith(b"SQLite format 3\0"):
            raise ValueError("room")
        path = self.directory / ROOM_FILE
        if hardware.disk(self.directory).free < len(data) + ROOM_BESIDE_BYTES:
            raise OSError(
                errno.ENOSPC, "no space for the room's data", str(path)
            )  # the older copy stays open, and serves
        try:
            with replacing(path) as beside:
                beside.write_bytes(data)
                with self._store_lock:
                    if self._store is not None:
                        self._store.close()
                        self._store = None
                    for extra in ("-wal", "-shm"):
                        path.with_name(path.name + extra).unlink(missing_ok=True)
        finally:
            self.open_store()  # whichever of the two copies is there now

    @contextmanager
    def reading(self) -> Iterator[RoomStore | None]:
        """The room's data as it came last, which no newer copy replaces meanwhile; for a look, never over a wait."""
        with self._store_lock:
            yield self._store

    # --- sealed packages, and what was carried by hand ---

    def missing(self, files: list[WantedFile]) -> list[WantedFile]:
        """Which of these are not here, or are others. Raises OSError; blocking."""
        return [one for one in files if FILE_NAME.fullmatch(one.path) and not self._has(one)]

    def held_packages(self) -> list[HeldPackage]:
        """The sealed packages that lie here and were checked, by what the primary has."""
        found = [(Path(path), sha256) for path, (_, sha256) in tuple(self._checked.items()) if path.endswith(".exam")]
        return [HeldPackage(path.stem, sha256, True) for path, sha256 in found if (self.directory / path).exists()]

    def partial_size(self, file: WantedFile) -> int:
        """How much of a file has come already."""
        part = self._part(file)
        return part.stat().st_size if part.exists() else 0

    def add_piece(self, file: WantedFile, offset: int, piece: bytes) -> bool:
        """Put a piece in its place; whether the file is whole now. A wrong one begins again. Raises OSError; blocking."""
        part = self._part(file)
        lasting_folder(part.parent, 0o700)
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b") as out:
            out.seek(offset)
            out.write(piece)
            out.truncate()
            out.flush()
            if out.tell() < file.size and piece:
                return False
            os.fsync(out.fileno())
        if _sha256(part) != file.sha256:
            part.unlink()
            return False
        part.replace(self.directory / file.path)
        sync_folder(part.parent)
        self._checked[file.path] = (file.size, file.sha256)
        return True

    def _has(self, file: WantedFile) -> bool:
        path = self.directory / file.path
        if not path.exists() or path.stat().st_size != file.size:
            return False
        if self._checked.get(file.path) != (file.size, file.sha256):
            self._checked[file.path] = (file.size, _sha256(path))
        return self._checked[file.path] == (file.size, file.sha256)

    def _part(self, file: WantedFile) -> Path:
        return self.directory / f"{file.path}.{file.sha256[:16]}.part"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
