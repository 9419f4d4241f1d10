"""The database of a vault: in memory, from bytes and to bytes, brought up to date by scripts (docs/vault.md §3)."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from question_bank.sql_scripts import applied, migrations, unknown
from question_bank.vault.errors import VaultError, VaultFault

_MAGIC = b"SQLite format 3\0"
_OWNER = "vault"
_PRAGMAS = (
    "PRAGMA temp_store = MEMORY",  # sorting and subqueries too stay off the disk
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",  # a file from a stranger runs nothing
    "PRAGMA cell_size_check = ON",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A database in memory; `upgraded_from` is how many scripts had run before, when more have run now."""

    db: Database
    upgraded_from: int | None


def is_database(data: bytes) -> bool:
    """Whether a file begins like an SQLite database."""
    return data.startswith(_MAGIC)


def new_database() -> Database:
    """An empty vault."""
    return _opened(None, Path(), True).db


def open_database(data: bytes, file: Path, *, sound: bool) -> Opened:
    """The vault in these bytes; unless they are known to be `sound`, every digest is checked.

    Raises VaultError damaged, newer, not_a_bank.
    """
    return _opened(data, file, sound)


def to_bytes(db: Database) -> bytes:
    """The whole database, which must not be in a transaction."""
    return bytes(db.conn.serialize())


def _opened(data: bytes | None, file: Path, sound: bool) -> Opened:
    # isolation_level None: every transaction is one that sqlite-utils' `atomic` began.
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")  # a damaged word must not stop a reader
    with ExitStack() as undo:
        undo.callback(connection.close)
        try:
            if data is not None:
                connection.deserialize(_rollback_mode(data))
            # sqlite-utils turns recursive_triggers on: INSERT OR REPLACE cannot slip past the DELETE triggers.
            db = Database(connection, execute_plugins=False)
            for pragma in _PRAGMAS:
                db.execute(pragma)
            before = 0 if data is None else _look(db, file)
            ours = _migrations()
            pending = bool(ours.pending(db))
            ours.apply(db)
            if data is not None and _tables(db) != _ours():
                raise VaultError(VaultFault.DAMAGED, file, "schema")
            if not sound:
                _check_digests(db, file)
        except (
            sqlite3.Error,
            UnicodeDecodeError,
            OverflowError,
        ) as error:  # SQLite's own words about damage may be damaged
            raise VaultError(VaultFault.DAMAGED, file, str(error)) from error
        undo.pop_all()
    return Opened(db, before if pending and data is not None else None)


def _look(db: Database, file: Path) -> int:
    """How many of our scripts a database has run. Raises VaultError when it is damaged, newer or another's."""
    found = [str(row[0]) for row in db.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        raise VaultError(VaultFault.DAMAGED, file, "; ".join(found)[:300])
    names = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_schema")}
    if not {"_sqlite_migrations", "change", "revision"} <= names:
        raise VaultError(VaultFault.NOT_A_BANK, file)
    ours = _migrations()
    if newer := unknown(db, ours):
        raise VaultError(VaultFault.NEWER, file, newer[-1])
    return len(applied(db, ours))


def _check_digests(db: Database, file: Path) -> None:
    """Hold every content and file against its digest."""
    for query in ("SELECT CAST(content AS BLOB), sha256 FROM revision", "SELECT data, sha256 FROM blob"):
        for data, sha256 in db.execute(query):
            if hashlib.sha256(data).digest() != sha256:
                raise VaultError(VaultFault.DAMAGED, file, "SHA-256")


def _rollback_mode(data: bytes) -> bytes:
    """A database in memory has no log: bytes 18 and 19 of its header say so (SQLite's file format, §1.3.3)."""
    return data[:18] + b"\1\1" + data[20:] if data[18:20] == b"\2\2" else data


def _tables(db: Database) -> set[tuple[str, str, str]]:
    rows = db.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE '%sqlite_%'")
    return {(str(kind), str(name), str(sql)) for kind, name, sql in rows}


@cache
def _ours() -> set[tuple[str, str, str]]:
    """Every table, index and trigger that a vault has, and no other: a planted trigger is damage."""
    with ExitStack() as undo:
        db = new_database()
        undo.callback(db.close)
        return _tables(db)


def _migrations() -> Migrations:
    folder = files(__package__) / "schema"
    scripts = sorted((one for one in folder.iterdir() if one.name.endswith(".sql")), key=lambda one: one.name)
    return migrations(_OWNER, ((one.name.removesuffix(".sql"), one.read_text(encoding="utf-8")) for one in scripts))
