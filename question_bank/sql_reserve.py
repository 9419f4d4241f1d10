"""Space held inside an SQLite file beforehand: pages that the file has already and the next records are written into.

Once the disk is full, a file in WAL mode needs new blocks twice: for its log, and at a checkpoint for itself. Both are
given here in advance: zeros are committed (the log grows), copied into the file (the file grows), and the table that held
them is dropped: its pages go to the file's free list, and the log is written over from its beginning (SQLite:
wal.html §4.1, fileformat2.html §1.5). File systems that never write in place (btrfs, ZFS) gain nothing by it.
"""

from __future__ import annotations

import contextlib
import sqlite3

TABLE = "reserved_space"  # is there only between two statements; after a crash, until the next call
_INSERT = "INSERT INTO reserved_space VALUES (zeroblob(?))"


def reserved_octets(connection: sqlite3.Connection) -> int:
    """What the file holds free. Raises sqlite3.Error."""
    pages: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return pages * size


def reserve(connection: sqlite3.Connection, octets: int, piece: int = 8 << 20) -> bool:
    """Have so many free bytes in the file, durably, counting those it has; False when the disk (or a writer) did not let us.

    Taken `piece` by `piece`, each a short lock; the log keeps the room of one. Not inside a transaction. What the file held
    is as it was when it fails, whatever the moment.
    """
    try:
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
        connection.execute(f"CREATE TABLE {TABLE} (zeros BLOB)")
        try:
            for start in range(0, octets, piece):
                with connection:
                    connection.execute(_INSERT, (min(piece, octets - start),))
                connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        finally:
            connection.execute(f"DROP TABLE {TABLE}")
    except sqlite3.Error:
        with contextlib.suppress(sqlite3.Error):
            connection.rollback()
        return False
    return True
