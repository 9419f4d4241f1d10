"""room.sqlite: officers, roster, machines, packages and sittings, each with its own tables, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from sqlite_utils import Database

from server.store import candidates, machines, officers, packages, sittings
from server.store.backup import copy_database
from server.store.candidates import CandidateStore
from server.store.database import Owned, open_database
from server.store.locks import native_lock
from server.store.machines import MachineStore
from server.store.officers import OfficerStore
from server.store.packages import PackageStore
from server.store.sittings import SittingStore

FILE_NAME = "room.sqlite"

ALL: tuple[Owned, ...] = (
    ("officers", officers.MIGRATIONS),
    ("candidates", candidates.MIGRATIONS),
    ("machines", machines.MIGRATIONS),
    ("packages", packages.MIGRATIONS),
    ("sittings", sittings.MIGRATIONS),
)


class RoomStore:
    """The room's tables. They share one connection and one lock, so that no two of them write at once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = native_lock()  # offloaded work reads and writes here too
        self.officers = OfficerStore(db, self._lock)
        self.candidates = CandidateStore(db, self._lock)
        self.machines = MachineStore(db, self._lock)
        self.packages = PackageStore(db, self._lock)
        self.sittings = SittingStore(db, self._lock)

    @classmethod
    def open(cls, directory: Path) -> Self:
        """The store of the room in this folder, made when it is not there. Raises DatabaseError."""
        return cls(open_database(directory / FILE_NAME, ALL))

    @property
    def changes(self) -> int:
        """How many rows this process has changed here: another number means other content."""
        return int(self._db.conn.total_changes)

    def copy_to(self, target: Path) -> None:
        """Write a whole copy of the file. Raises DatabaseError."""
        with self._lock:
            copy_database(self._db.conn, target)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
