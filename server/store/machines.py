"""The machines a room has paired, and the kits that pair them, in room.sqlite.

A machine is its public key: the same key is never two machines, and a revoked one comes back only on an officer's word.
Instants are room time in ms. Kit secrets are stored sealed under the room's own key.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlite_utils import Database

from question_bank.phrase import phrase
from server.domain.pairing import KitState, MachineKind
from server.errors import RoomError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE machine (
      machine_id    TEXT PRIMARY KEY,
      public_key    BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
      kind          TEXT NOT NULL CHECK (kind IN ('kiosk', 'console')),
      seat_label    TEXT NOT NULL,
      build         TEXT NOT NULL,
      paired_at_ms  INTEGER NOT NULL,
      paired_by     TEXT NOT NULL,    -- an officer's id, or 'kit:' and the kit's id
      revoked_at_ms INTEGER,
      revoked_by    TEXT
    ) STRICT;
    CREATE UNIQUE INDEX machine_seat ON machine (seat_label) WHERE revoked_at_ms IS NULL;
    CREATE TABLE kit (
      kit_id        TEXT PRIMARY KEY,
      sealed_secret BLOB NOT NULL,
      uses          INTEGER NOT NULL CHECK (uses > 0),
      used          INTEGER NOT NULL DEFAULT 0 CHECK (used <= uses),
      made_at_ms    INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      made_by       TEXT NOT NULL,
      revoked_at_ms INTEGER,
      revoked_by    TEXT
    ) STRICT;
    """,
)


class MachineError(RoomError):
    """The register was asked for something its caller should have checked (a taken seat, an unknown machine)."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A paired machine. `paired_by` is an officer's id or "kit:<kit_id>"."""

    machine_id: str
    public_key: bytes
    kind: MachineKind
    seat_label: str
    build: str
    paired_at_ms: int
    paired_by: str
    revoked_at_ms: int | None = None
    revoked_by: str | None = None

    @property
    def revoked(self) -> bool:
        """Whether the machine may no longer join."""
        return self.revoked_at_ms is not None


@dataclass(frozen=True, slots=True)
class KitRow:
    """One kit as the room keeps it; `sealed_secret` opens only with the room's key."""

    state: KitState
    sealed_secret: bytes = field(repr=False)
    made_at_ms: int
    made_by: str


_MACHINE = "machine_id, public_key, kind, seat_label, build, paired_at_ms, paired_by, revoked_at_ms, revoked_by"
_KIT = "kit_id, sealed_secret, uses, used, made_at_ms, expires_at_ms, made_by, revoked_at_ms"


class MachineStore:
    """Reads and writes the register; every write is one transaction, on disk when the method returns.

    `lock`: shared by everything that uses the same database connection.
    """

    def __init__(self, database: Database, lock: threading.Lock | None = None) -> None:
        self._connection: sqlite3.Connection = database.conn
        self._lock = lock or threading.Lock()

    # --- machines ---

    def add(self, machine: Machine, kit_id: str | None = None) -> None:
        """Register a machine; with `kit_id`, count one use of that kit in the same transaction.

        Raises MachineError when the key or the seat is taken or the kit has no use left.
        """
        values = (
            machine.machine_id,
            machine.public_key,
            machine.kind.value,
            machine.seat_label,
            machine.build,
            machine.paired_at_ms,
            machine.paired_by,
            machine.revoked_at_ms,
            machine.revoked_by,
        )
        try:
            with self._transaction() as connection:
                connection.execute(f"INSERT INTO machine ({_MACHINE}) VALUES (?,?,?,?,?,?,?,?,?)", values)  # noqa: S608
                if kit_id is not None:
                    connection.execute("UPDATE kit SET used = used + 1 WHERE kit_id = ?", (kit_id,))
        except sqlite3.IntegrityError as error:
            raise MachineError(
                phrase("the machine cannot be registered [%(error)s]", error=str(error)), hint=phrase("Pair it again.")
            ) from error

    def by_id(self, machine_id: str) -> Machine | None:
        """The machine with this id, revoked or not."""
        return next(self._machines("WHERE machine_id = ?", (machine_id,)), None)

    def by_key(self, public_key: bytes) -> Machine | None:
        """The machine with this key, revoked or not."""
        return next(self._machines("WHERE public_key = ?", (public_key,)), None)

    def by_seat(self, seat_label: str) -> Machine | None:
        """The machine that has this seat now."""
        return next(self._machines("WHERE seat_label = ? AND revoked_at_ms IS NULL", (seat_label,)), None)

    def active(self) -> tuple[Machine, ...]:
        """Every machine that may join, by seat."""
        return tuple(self._machines("WHERE revoked_at_ms IS NULL ORDER BY seat_label", ()))

    def everyone(self) -> tuple[Machine, ...]:
        """Every machine ever paired, in the order of pairing."""
        return tuple(self._machines("ORDER BY paired_at_ms, machine_id", ()))

    def revoke(self, machine_id: str, officer_id: str, now_ms: int) -> None:
        """The machine may no longer join; its seat is free. Revoking twice changes nothing."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE machine SET revoked_at_ms = ?, revoked_by = ? WHERE machine_id = ? AND revoked_at_ms IS NULL",
                (now_ms, officer_id, machine_id),
            )

    def restore(self, machine_id: str, seat_label: str, officer_id: str, now_ms: int) -> None:
        """Let a revoked machine join again, on an officer's word. Raises MachineError when the seat is taken."""
        try:
            with self._transaction() as connection:
                connection.execute(
                    "UPDATE machine SET revoked_at_ms = NULL, revoked_by = NULL, seat_label = ?, paired_by = ?,"
                    " paired_at_ms = ? WHERE machine_id = ?",
                    (seat_label, officer_id, now_ms, machine_id),
                )
        except sqlite3.IntegrityError as error:
            raise MachineError(
                phrase("seat %(seat)s is taken", seat=seat_label), hint=phrase("Choose another seat name.")
            ) from error

    def rename(self, machine_id: str, seat_label: str) -> None:
        """Give a machine another seat. Raises MachineError when the seat is taken."""
        try:
            with self._transaction() as connection:
                connection.execute("UPDATE machine SET seat_label = ? WHERE machine_id = ?", (seat_label, machine_id))
        except sqlite3.IntegrityError as error:
            raise MachineError(
                phrase("seat %(seat)s is taken", seat=seat_label), hint=phrase("Choose another seat name.")
            ) from error

    # --- kits ---

    def add_kit(self, kit: KitRow) -> None:
        """Remember a new kit."""
        state = kit.state
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO kit (kit_id, sealed_secret, uses, used, made_at_ms, expires_at_ms, made_by)"
                " VALUES (?,?,?,?,?,?,?)",
                (
                    state.kit_id,
                    kit.sealed_secret,
                    state.uses,
                    state.used,
                    kit.made_at_ms,
                    state.expires_at_ms,
                    kit.made_by,
                ),
            )

    def kit(self, kit_id: str) -> KitRow | None:
        """One kit, revoked or not."""
        return next(self._kits("WHERE kit_id = ?", (kit_id,)), None)

    def kits(self) -> tuple[KitRow, ...]:
        """Every kit, newest first."""
        return tuple(self._kits("ORDER BY made_at_ms DESC, kit_id", ()))

    def revoke_kit(self, kit_id: str, officer_id: str, now_ms: int) -> None:
        """The kit pairs no more machines; those it has paired stay. Revoking twice changes nothing."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE kit SET revoked_at_ms = ?, revoked_by = ? WHERE kit_id = ? AND revoked_at_ms IS NULL",
                (now_ms, officer_id, kit_id),
            )

    # --- inside ---

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection as connection:
            yield connection

    def _machines(self, where: str, parameters: Sequence[str | bytes]) -> Iterator[Machine]:
        with self._lock:
            rows = self._connection.execute(f"SELECT {_MACHINE} FROM machine {where}", parameters).fetchall()  # noqa: S608
        for row in rows:
            yield Machine(row[0], row[1], MachineKind(row[2]), *row[3:])

    def _kits(self, where: str, parameters: Sequence[str]) -> Iterator[KitRow]:
        with self._lock:
            rows = self._connection.execute(f"SELECT {_KIT} FROM kit {where}", parameters).fetchall()  # noqa: S608
        for kit_id, secret, uses, used, made_at_ms, expires_at_ms, made_by, revoked_at_ms in rows:
            state = KitState(kit_id, uses, used, expires_at_ms, revoked_at_ms is not None)
            yield KitRow(state, secret, made_at_ms, made_by)
