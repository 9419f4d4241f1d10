"""Open a database file: pragmas, integrity, versioned migrations with a copy of the file before an upgrade.

A file's migrations are lists of SQL scripts, one list per owner; a script's place in its list is its version, and a
script that was ever released is never edited. Each runs in one transaction together with the note that it ran.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from question_bank.phrase import phrase
from question_bank.sql_scripts import applied, migrations, unknown
from server.errors import DatabaseError
from server.store.backup import copy_database

Owned: TypeAlias = tuple[str, Sequence[str]]  # (owner, its scripts in order)

BUSY_TIMEOUT_MS = 5_000  # another process holds the write lock (a CLI beside the server): longer means it hangs
QUICK_CHECK_BYTES = 64 << 20  # a larger file is checked by `verify` instead: 64 MiB take about 0.3 s

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # in WAL mode: the log is fsynced at every COMMIT, so that saved means committed
    "PRAGMA foreign_keys = ON",
)


def open_database(path: Path, owned: Sequence[Owned], check_same_thread: bool = False) -> Database:
    """The database at `path`, made when it is not there, with every migration applied.

    The caller closes it, and lets one thread at a time touch it. Raises DatabaseError when the file is damaged, is
    no database, comes from a newer version, or cannot be upgraded; it is then closed and unchanged.
    """
    with ExitStack() as undo:
        db = _connect(path, check_same_thread)
        undo.callback(db.close)
        try:
            for pragma in _PRAGMAS:
                db.execute(pragma)
            _check(db, path)
            _upgrade(db, path, [_migrations(owner, scripts) for owner, scripts in owned])
        except sqlite3.Error as error:
            hint = phrase("Restore the last good copy of this file, or look at the disk.")
            told = phrase("%(file)s cannot be opened [%(error)s]", file=path.name, error=str(error))
            raise DatabaseError(told, hint=hint) from error
        undo.pop_all()
    return db


def open_to_read(path: Path, at_rest: bool = False) -> Database:
    """The database at `path`, which is never changed, not even upgraded. Raises DatabaseError.

    `at_rest`: nobody has it open and it has no log; it is then read without a lock or a file beside it, so that a
    write-protected stick will do.
    """
    if not path.is_file():
        raise DatabaseError(phrase("there is no file %(file)s", file=str(path)), hint=phrase("Look at the name again."))
    mode = "immutable=1" if at_rest else "mode=ro"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        connection.close()
        told = phrase("%(file)s cannot be read [%(error)s]", file=path.name, error=str(error))
        raise DatabaseError(told, hint=phrase("Is it the right file?")) from error
    return Database(connection, execute_plugins=False)


def _connect(path: Path, check_same_thread: bool) -> Database:
    try:
        connection = sqlite3.connect(path, check_same_thread=check_same_thread)
    except sqlite3.Error as error:
        hint = phrase("Check that the folder exists and that this user may write there.")
        told = phrase("%(file)s cannot be opened [%(error)s]", file=str(path), error=str(error))
        raise DatabaseError(told, hint=hint) from error
    # sqlite-utils turns recursive_triggers on: without it INSERT OR REPLACE deletes rows past the DELETE trigger.
    return Database(connection, execute_plugins=False)


def _check(db: Database, path: Path) -> None:
    if path.stat().st_size > QUICK_CHECK_BYTES:
        return
    found = [row[0] for row in db.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        hint = phrase("Stop the room, keep this file, and restore the last good copy.")
        told = phrase("%(file)s is damaged [%(error)s]", file=path.name, error="; ".join(found)[:300])
        raise DatabaseError(told, hint=hint)


def _upgrade(db: Database, path: Path, sets: Sequence[Migrations]) -> None:
    for found in sets:
        if newer := unknown(db, found):
            hint = phrase("Use the version of the program that wrote this file, or a newer one.")
            step = f"{found.name} {newer[-1]}"
            told = phrase("%(file)s comes from a newer version [%(step)s]", file=path.name, step=step)
            raise DatabaseError(told, hint=hint)
    pending = [found for found in sets if found.pending(db)]
    done = sum(len(applied(db, found)) for found in sets)
    if pending and done:
        copy_database(db.conn, path.with_name(f"{path.stem}.before-upgrade-{done}{path.suffix}"))
    for found in pending:
        found.apply(db)


def _migrations(owner: str, scripts: Sequence[str]) -> Migrations:
    return migrations(owner, ((f"{place:04d}", script) for place, script in enumerate(scripts, start=1)))
