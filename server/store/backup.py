"""Copies and files that are whole or not there: write beside the target, fsync, rename, fsync the folder."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from question_bank.disk import sync_folder
from question_bank.phrase import phrase
from server.errors import DatabaseError

_PAGES_A_STEP = 1024  # 4 MiB: a copy of a live file lets its writer in between steps


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database, as one consistent state, while others go on writing it; replaces `target`.

    Raises DatabaseError when the disk is full or the copy is not sound; `target` is then as it was.
    """
    try:
        with replacing(target) as beside:
            _copy(source, beside)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(
            phrase("%(file)s could not be written [%(error)s]", file=target.name, error=str(error)),
            hint=phrase("Make space on the disk."),
        ) from error


def restore_database(source: Path, target: Path) -> None:
    """Put a copy back in place of `target`, which no process may have open; its log files go with it.

    Raises DatabaseError when the copy is damaged; `target` is then as it was.
    """
    if not source.is_file():
        raise DatabaseError(
            phrase("there is no copy %(file)s", file=str(source)), hint=phrase("Look at the name again.")
        )
    try:
        found = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
        with closing(found) as copy, replacing(target) as beside:
            _copy(copy, beside)
            # Before the rename: an old log beside a new file would be replayed into it.
            for extra in ("-wal", "-shm"):
                target.with_name(target.name + extra).unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(
            phrase("%(file)s cannot be restored [%(error)s]", file=source.name, error=str(error)),
            hint=phrase("Try an older copy."),
        ) from error


def _copy(source: sqlite3.Connection, beside: Path) -> None:
    with closing(sqlite3.connect(beside)) as copy:
        source.backup(copy, pages=_PAGES_A_STEP)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it to forget
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseError(
            phrase("the copy is damaged [%(error)s]", error=str(found)),
            hint=phrase("Look at the disk, or try an older copy."),
        )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; when the body ends well, it durably becomes `path`, else it is removed."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    beside.unlink(missing_ok=True)
    with ExitStack() as undo:
        undo.callback(beside.unlink, missing_ok=True)
        yield beside
        _fsync(beside)
        os.replace(beside, path)
    sync_folder(path.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
