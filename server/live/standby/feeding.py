"""What a primary sends a standby beside fresh records: pages of journals, the room's data, pieces of packages."""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from functools import partial
from pathlib import Path

from server.domain.chain import Head
from server.live.rescue import folder_of
from server.live.standby.frames import Frame, packed
from server.live.standby.rows import JOURNAL_NAME
from server.live.standby.session import Session
from server.store.async_port import Offload
from server.store.journal import Journal
from server.store.record import Record
from server.store.room import RoomStore

PAGE_RECORDS = 1_000  # about 1 MB: beside it fresh records wait for some 10 ms on a 1 Gbit/s line
PIECE_BYTES = 256 * 1024
MAX_JOURNALS = 1_000
# Sealed packages, and what was carried by hand with what became of it (docs/rescue.md): nothing else of the folder.
FILE_NAME = re.compile(r"packages/[A-Za-z0-9._-]{1,80}\.exam|rescue/[0-9a-f]{64}\.(exam-rescue|json)")


def journal_name(frame: Frame) -> str:
    """The journal a frame speaks of; ValueError for anything else of the disk."""
    name = frame.text("journal")
    if not JOURNAL_NAME.fullmatch(name):
        raise ValueError("journal")
    return name


def heads(frame: Frame) -> dict[str, Head]:
    """What the standby holds of each journal. Raises ValueError."""
    said = frame.head.get("heads")
    if not isinstance(said, dict) or len(said) > MAX_JOURNALS:
        raise ValueError("heads")
    found: dict[str, Head] = {}
    for name, value in said.items():
        match value:
            case [int(seq), str(link)] if JOURNAL_NAME.fullmatch(name) and seq >= 0:
                found[name] = Head(seq, bytes.fromhex(link))
            case _:
                raise ValueError("heads")
    return found


def page(directory: Path, name: str, after: int) -> list[Record]:
    """The next records of a journal on disk. Raises JournalError, DatabaseError."""
    with Journal.open_to_read(directory / name) as journal:
        return journal.read(after, PAGE_RECORDS)


def room_frame(store: RoomStore, directory: Path, version: int) -> bytes:
    """A whole copy of the room's data as a frame. Raises DatabaseError, OSError."""
    copy = directory / f".room.{secrets.token_hex(8)}.copy"
    try:
        store.copy_to(copy)
        return packed({"t": "room", "version": version}, zlib.compress(copy.read_bytes(), 1))
    finally:
        copy.unlink(missing_ok=True)


class Shelf:
    """The files of a room that a standby is to hold: sealed packages, and what was carried by hand."""

    def __init__(self, store: RoomStore, directory: Path) -> None:
        self._store = store
        self._folder = folder_of(directory)
        self._digests: dict[str, tuple[int, int, str]] = {}  # by name: size, age and digest of what lies there

    def version(self) -> tuple[int, int]:
        """Another one whenever there is something new. Raises OSError."""
        return self._store.changes, self._folder.stat().st_mtime_ns if self._folder.exists() else 0

    def frame(self, offload: Offload) -> dict[str, object]:
        """The frame that names every file. Raises OSError."""
        found = [
            {"path": f"packages/{row.package_id}.exam", "size": row.size_bytes, "sha256": row.sha256.hex()}
            for row in self._store.packages.everyone()
        ]
        return {"t": "files", "files": found + offload(self._carried)}

    def _carried(self) -> list[dict[str, object]]:
        return [found for path in sorted(self._folder.glob("*")) if (found := self._named(path)) is not None]

    def _named(self, path: Path) -> dict[str, object] | None:
        name = f"rescue/{path.name}"
        if not FILE_NAME.fullmatch(name):
            return None
        stat = path.stat()
        known = self._digests.get(name)
        if known is None or known[:2] != (stat.st_size, stat.st_mtime_ns):
            with path.open("rb") as file:
                known = stat.st_size, stat.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()
            self._digests[name] = known
        return {"path": name, "size": known[0], "sha256": known[2]}


def send_piece(session: Session, directory: Path, frame: Frame, offload: Offload) -> None:
    """Answer `want`. Raises OSError, ValueError."""
    path, offset = frame.text("path"), frame.number("offset")
    if not FILE_NAME.fullmatch(path):
        raise ValueError("path")
    try:
        piece = offload(partial(_read, directory / path, offset))
    except FileNotFoundError:  # given up for space since it was named: the link goes on without it
        session.send({"t": "chunk", "path": path, "offset": offset, "gone": True})
        return
    session.send({"t": "chunk", "path": path, "offset": offset}, piece)


def _read(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(PIECE_BYTES)
