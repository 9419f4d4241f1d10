"""The officers of a room, their browser sessions, the consoles they sit at, and what they did, in room.sqlite.

Passwords are Argon2id hashes, made and checked elsewhere; tokens of sessions, consoles and tickets are stored as SHA-256
only, so that a copy of this file opens nothing. Instants are ms of room time.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlite_utils import Database

from question_bank.phrase import phrase
from server.domain.rights import Role
from server.errors import RoomError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE officer (
      officer_id     TEXT PRIMARY KEY,
      user_name      TEXT NOT NULL UNIQUE,  -- lower case
      full_name      TEXT NOT NULL,
      role           TEXT NOT NULL,
      body           TEXT NOT NULL,         -- the contest's body this person belongs to, as its plan names it
      password_hash  TEXT NOT NULL,         -- Argon2id in its own text form
      must_change    INTEGER NOT NULL CHECK (must_change IN (0, 1)),
      added_at_ms    INTEGER NOT NULL,
      added_by       TEXT NOT NULL,         -- an officer's id, or 'cli'
      disabled_at_ms INTEGER
    ) STRICT;
    CREATE TABLE officer_session (
      token_sha256 BLOB PRIMARY KEY CHECK (length(token_sha256) = 32),
      officer_id   TEXT NOT NULL REFERENCES officer,
      began_at_ms  INTEGER NOT NULL,
      ends_at_ms   INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX officer_session_officer ON officer_session (officer_id);
    CREATE TABLE console_ticket (           -- one use: it becomes a console_device
      token_sha256 BLOB PRIMARY KEY CHECK (length(token_sha256) = 32),
      machine_id   TEXT NOT NULL,
      ends_at_ms   INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE console_device (           -- a browser of a paired console; dies with the pairing
      token_sha256 BLOB PRIMARY KEY CHECK (length(token_sha256) = 32),
      machine_id   TEXT NOT NULL,
      made_at_ms   INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE officer_act (              -- what is not in a sitting's journal: sign-ins, exports, changed officers
      act_id     INTEGER PRIMARY KEY,
      at_ms      INTEGER NOT NULL,
      officer_id TEXT,
      act        TEXT NOT NULL,
      detail     TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER officer_act_stays BEFORE DELETE ON officer_act
      BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;
    CREATE TRIGGER officer_act_is_final BEFORE UPDATE ON officer_act
      BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
    """,
    """
    ALTER TABLE officer ADD COLUMN handed_by TEXT NOT NULL DEFAULT '';  -- who has known a first password, the last first
    ALTER TABLE officer ADD COLUMN confirmed_at_ms INTEGER;             -- may sign acts of two since
    ALTER TABLE officer ADD COLUMN confirmed_by TEXT;                   -- an officer's id, or 'cli'
    UPDATE officer SET handed_by = added_by;
    UPDATE officer SET confirmed_at_ms = added_at_ms, confirmed_by = 'cli' WHERE added_by = 'cli' AND must_change = 0;
    """,
)

MAX_OFFICERS = 1_000  # of one room; the largest plan names about sixty people
MAX_SESSIONS = 8  # of one officer at a time; the oldest ends when a ninth begins
CONFIRMED = "officers_confirmed"  # the act that says a list of accounts was confirmed


class OfficerError(RoomError):
    """The register was asked for something its caller should have checked (a taken user name, an unknown officer)."""


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer. `added_by` is an officer's id or "cli"; `body` is the contest's own name for where they belong.

    `handed_by`: who last had a first password printed for this account and could have used it, then in whose hands that
    officer's own account was while unconfirmed; ids or "cli", with spaces. `confirmed_by`: who said that the account's
    holder is who it names (server/web/signatories.py); an officer's id or "cli".
    """

    officer_id: str
    user_name: str
    full_name: str
    role: Role
    body: str
    password_hash: str = field(repr=False)
    must_change: bool
    added_at_ms: int
    added_by: str
    disabled_at_ms: int | None = None
    handed_by: str = ""
    confirmed_at_ms: int | None = None
    confirmed_by: str | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the officer may sign an act of two."""
        return self.confirmed_at_ms is not None

    @property
    def active(self) -> bool:
        """Whether the officer may sign in."""
        return self.disabled_at_ms is None


@dataclass(frozen=True, slots=True)
class Act:
    """Something an officer did outside a sitting's journal; `detail` holds ids and counts, never names or secrets."""

    at_ms: int
    officer_id: str | None
    act: str
    detail: str


_OFFICER = (
    "officer_id, user_name, full_name, role, body, password_hash, must_change, added_at_ms, added_by, disabled_at_ms,"
    " handed_by, confirmed_at_ms, confirmed_by"
)


class OfficerStore:
    """Reads and writes officers and their sessions; every write is one transaction, on disk when the method returns."""

    def __init__(self, database: Database, lock: threading.Lock | None = None) -> None:
        self._connection: sqlite3.Connection = database.conn
        self._lock = lock or threading.Lock()

    # --- officers ---

    def add(self, officers: Sequence[Officer]) -> None:
        """Register officers, all or none. Raises OfficerError when a user name is taken or the room is full.

        Whoever is set up on the server itself ("cli") with a password of their own is confirmed by that.
        """
        rows = [
            (
                one.officer_id, one.user_name, one.full_name, one.role.value, one.body, one.password_hash,
                one.must_change, one.added_at_ms, one.added_by, one.disabled_at_ms, one.handed_by or one.added_by,
                *((one.added_at_ms, "cli") if one.added_by == "cli" and not one.must_change else (None, None)),
            )
            for one in officers
        ]  # fmt: skip
        try:
            with self._transaction() as connection:
                (count,) = connection.execute("SELECT count(*) FROM officer").fetchone()
                if count + len(rows) > MAX_OFFICERS:
                    raise OfficerError(
                        phrase("the room has too many officers"),
                        hint=phrase("At most %(most)s are kept.", most=MAX_OFFICERS),
                    )
                connection.executemany(f"INSERT INTO officer ({_OFFICER}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise OfficerError(phrase("a user name is taken"), hint=phrase("Choose another user name.")) from error

    def by_id(self, officer_id: str) -> Officer | None:
        """The officer with this id, disabled or not."""
        return next(self._officers("WHERE officer_id = ?", (officer_id,)), None)

    def by_user_name(self, user_name: str) -> Officer | None:
        """The officer with this user name, disabled or not; capitals make no difference."""
        return next(self._officers("WHERE user_name = ?", (user_name.casefold(),)), None)

    def everyone(self) -> tuple[Officer, ...]:
        """All officers in the order they were added, disabled ones too."""
        return tuple(self._officers("ORDER BY added_at_ms, user_name", ()))

    def choose_password(self, officer_id: str, password_hash: str) -> None:
        """The officer's own new password; every session of theirs ends."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE officer SET password_hash = ?, must_change = 0 WHERE officer_id = ?",
                (password_hash, officer_id),
            )
            connection.execute("DELETE FROM officer_session WHERE officer_id = ?", (officer_id,))

    def hand_out_password(self, officer_id: str, password_hash: str, by: str) -> None:
        """A new first password, which `by` will know; every session ends, and the account waits to be confirmed again."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE officer SET password_hash = ?, must_change = 1, handed_by = ?, confirmed_at_ms = NULL,"
                " confirmed_by = NULL WHERE officer_id = ?",
                (password_hash, by, officer_id),
            )
            connection.execute("DELETE FROM officer_session WHERE officer_id = ?", (officer_id,))

    def confirm(self, officer_ids: Sequence[str], by: str, now_ms: int) -> None:
        """These accounts may sign acts of two, as `by` says; an act of its own in the same transaction."""
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE officer SET confirmed_at_ms = ?, confirmed_by = ? WHERE officer_id = ?",
                [(now_ms, by, officer_id) for officer_id in officer_ids],
            )
            connection.execute(
                "INSERT INTO officer_act (at_ms, officer_id, act, detail) VALUES (?,?,?,?)",
                (now_ms, by, CONFIRMED, " ".join(officer_ids)),
            )

    def ever_confirmed(self) -> bool:
        """Whether a list of accounts was ever confirmed by an officer of this room."""
        with self._lock:
            row = self._connection.execute("SELECT 1 FROM officer_act WHERE act = ? LIMIT 1", (CONFIRMED,)).fetchone()
        return row is not None

    def disable(self, officer_id: str, now_ms: int) -> None:
        """The officer may no longer sign in, and every session of theirs ends. Twice changes nothing."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE officer SET disabled_at_ms = ? WHERE officer_id = ? AND disabled_at_ms IS NULL",
                (now_ms, officer_id),
            )
            connection.execute("DELETE FROM officer_session WHERE officer_id = ?", (officer_id,))

    def enable(self, officer_id: str) -> None:
        """The officer may sign in again."""
        with self._transaction() as connection:
            connection.execute("UPDATE officer SET disabled_at_ms = NULL WHERE officer_id = ?", (officer_id,))

    # --- sessions ---

    def begin_session(self, token: str, officer_id: str, now_ms: int, ends_at_ms: int) -> None:
        """Let `token` stand for this officer until `ends_at_ms`; over-old and surplus sessions go."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM officer_session WHERE ends_at_ms <= ?", (now_ms,))
            connection.execute(
                "DELETE FROM officer_session WHERE token_sha256 IN (SELECT token_sha256 FROM officer_session"
                " WHERE officer_id = ? ORDER BY began_at_ms DESC LIMIT -1 OFFSET ?)",
                (officer_id, MAX_SESSIONS - 1),
            )
            connection.execute(
                "INSERT INTO officer_session VALUES (?,?,?,?)", (_sha256(token), officer_id, now_ms, ends_at_ms)
            )

    def officer_of_session(self, token: str, now_ms: int) -> Officer | None:
        """Whom a token stands for now; None when the session has ended or the officer may not sign in."""
        where = (
            "WHERE disabled_at_ms IS NULL AND officer_id ="
            " (SELECT officer_id FROM officer_session WHERE token_sha256 = ? AND ends_at_ms > ?)"
        )
        return next(self._officers(where, (_sha256(token), now_ms)), None)

    def end_session(self, token: str) -> None:
        """The token stands for nobody any more."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM officer_session WHERE token_sha256 = ?", (_sha256(token),))

    # --- consoles ---

    def put_ticket(self, ticket: str, machine_id: str, now_ms: int, ends_at_ms: int) -> None:
        """Remember a one-use ticket with which this console's browser may enter."""
        with self._transaction() as connection:
            connection.execute(
                "DELETE FROM console_ticket WHERE ends_at_ms <= ? OR machine_id = ?", (now_ms, machine_id)
            )
            connection.execute("INSERT INTO console_ticket VALUES (?,?,?)", (_sha256(ticket), machine_id, ends_at_ms))

    def use_ticket(self, ticket: str, device: str, now_ms: int) -> str | None:
        """Turn a ticket into a browser known by `device`; the console's machine id, or None for no such ticket.

        A console is one browser: the one that entered before is out.
        """
        with self._transaction() as connection:
            row = connection.execute(
                "DELETE FROM console_ticket WHERE token_sha256 = ? AND ends_at_ms > ? RETURNING machine_id",
                (_sha256(ticket), now_ms),
            ).fetchone()
            if row is None:
                return None
            connection.execute("DELETE FROM console_device WHERE machine_id = ?", (row[0],))
            connection.execute("INSERT INTO console_device VALUES (?,?,?)", (_sha256(device), row[0], now_ms))
            return str(row[0])

    def machine_of_device(self, device: str) -> str | None:
        """The console a browser belongs to; whether that console is still paired is the machines' business."""
        with self._lock:
            row = self._connection.execute(
                "SELECT machine_id FROM console_device WHERE token_sha256 = ?", (_sha256(device),)
            ).fetchone()
        return None if row is None else str(row[0])

    # --- acts ---

    def note(self, act: Act) -> None:
        """Add an act to the record; it stays."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO officer_act (at_ms, officer_id, act, detail) VALUES (?,?,?,?)",
                (act.at_ms, act.officer_id, act.act, act.detail),
            )

    def acts(self, limit: int = 500) -> tuple[Act, ...]:
        """The last acts, newest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT at_ms, officer_id, act, detail FROM officer_act ORDER BY act_id DESC LIMIT ?", (limit,)
            ).fetchall()
        return tuple(Act(*row) for row in rows)

    # --- inside ---

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection as connection:
            yield connection

    def _officers(self, where: str, parameters: Sequence[str | int | bytes]) -> Iterator[Officer]:
        with self._lock:
            rows = self._connection.execute(f"SELECT {_OFFICER} FROM officer {where}", parameters).fetchall()  # noqa: S608
        for row in rows:
            yield Officer(row[0], row[1], row[2], Role(row[3]), row[4], row[5], bool(row[6]), *row[7:])


def _sha256(token: str) -> bytes:
    # Tokens are 256 random bits: a plain digest suffices, and unlike a password's hash it costs nothing per request.
    return hashlib.sha256(token.encode()).digest()
