"""The sealed packages a room holds, and the identities of those it has opened, in room.sqlite.

An identity is stored sealed under the room's own key, so that a restart in mid-exam needs no custodian; it is in no
other file of the room (docs/threats.md states the cost).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlite_utils import Database

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE package (
      package_id      TEXT PRIMARY KEY,
      set_name        TEXT NOT NULL CHECK (set_name IN ('primary', 'reserve')),
      bytes           INTEGER NOT NULL,
      sha256          BLOB NOT NULL CHECK (length(sha256) = 32),            -- of the whole file
      manifest_sha256 BLOB NOT NULL CHECK (length(manifest_sha256) = 32),
      imported_at_ms  INTEGER NOT NULL,
      imported_by     TEXT NOT NULL                                        -- an officer's id, or 'cli'
    ) STRICT;
    CREATE TABLE package_identity (
      package_id   TEXT NOT NULL,
      part         TEXT NOT NULL CHECK (part IN ('paper', 'marking')),
      sealed       BLOB NOT NULL,                                          -- under the room's key
      opened_at_ms INTEGER NOT NULL,
      PRIMARY KEY (package_id, part)
    ) STRICT, WITHOUT ROWID;
    """,
)


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package as it was imported: size and digest of the file, digest of its manifest."""

    package_id: str
    set_name: str
    size_bytes: int
    sha256: bytes
    manifest_sha256: bytes
    imported_at_ms: int
    imported_by: str


class PackageStore:
    """Reads and writes the list of packages; every write is one transaction, on disk when the method returns."""

    def __init__(self, database: Database, lock: threading.Lock | None = None) -> None:
        self._connection: sqlite3.Connection = database.conn
        self._lock = lock or threading.Lock()

    def put(self, row: PackageRow) -> None:
        """Remember an imported package; importing the same one again replaces the row."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO package VALUES (?,?,?,?,?,?,?)",
                (
                    row.package_id,
                    row.set_name,
                    row.size_bytes,
                    row.sha256,
                    row.manifest_sha256,
                    row.imported_at_ms,
                    row.imported_by,
                ),
            )

    def by_id(self, package_id: str) -> PackageRow | None:
        """One package."""
        return next(iter(self._rows("WHERE package_id = ?", (package_id,))), None)

    def everyone(self) -> list[PackageRow]:
        """All packages."""
        return self._rows("ORDER BY package_id", ())

    def _rows(self, where: str, parameters: tuple[str, ...]) -> list[PackageRow]:
        query = "SELECT package_id, set_name, bytes, sha256, manifest_sha256, imported_at_ms, imported_by FROM package "
        with self._lock:
            return [PackageRow(*row) for row in self._connection.execute(query + where, parameters)]

    def keep_identity(self, package_id: str, part: str, sealed: bytes, now_ms: int) -> None:
        """Keep an opened identity, sealed under the room's key; `part` is `paper` or `marking`."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO package_identity VALUES (?,?,?,?)", (package_id, part, sealed, now_ms)
            )

    def forget_identity(self, package_id: str, part: str) -> None:
        """Drop an identity whose opening the journal did not take."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM package_identity WHERE package_id = ? AND part = ?", (package_id, part))

    def sealed_identity(self, package_id: str, part: str) -> bytes | None:
        """The identity as it was kept; None while the part is not opened."""
        with self._lock:
            row = self._connection.execute(
                "SELECT sealed FROM package_identity WHERE package_id = ? AND part = ?", (package_id, part)
            ).fetchone()
        return None if row is None else row[0]

    def holds_an_opened_one(self) -> bool:
        """Whether any part of any package was ever opened here."""
        with self._lock:
            return self._connection.execute("SELECT 1 FROM package_identity LIMIT 1").fetchone() is not None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection as connection:
            yield connection
