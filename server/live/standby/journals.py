"""The journals of a room's folder, by the name under which two servers speak of them."""

from __future__ import annotations

from pathlib import Path

from server.domain.chain import NO_RECORDS, Head
from server.live.standby.rows import JOURNAL_NAME
from server.store.journal import Journal


def name_of(directory: Path, path: Path) -> str:
    """A journal's name."""
    return path.relative_to(directory).as_posix()


def names(directory: Path) -> list[str]:
    """Every journal there is now."""
    found = (path for folder in ("sittings", "contests") for path in (directory / folder).glob("*.journal.sqlite"))
    return sorted(name for path in found if JOURNAL_NAME.fullmatch(name := name_of(directory, path)))


def hash_at(directory: Path, name: str, seq: int) -> bytes | None:
    """The hash of one record; None when there is no such journal or record. Raises JournalError, DatabaseError."""
    if seq == 0:
        return NO_RECORDS.hash
    path = directory / name
    if not path.exists():
        return None
    with Journal.open_to_read(path) as journal:
        found = journal.read(seq - 1, 1)
    return found[0].hash if found and found[0].seq == seq else None


def head_of(directory: Path, name: str) -> Head:
    """Where a journal stands on disk; NO_RECORDS when there is none. Raises JournalError, DatabaseError."""
    path = directory / name
    if not path.exists():
        return NO_RECORDS
    with Journal.open_to_read(path) as journal:
        return journal.head()
