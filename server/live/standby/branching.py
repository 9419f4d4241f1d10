"""A server that followed another history than the primary's sets what only it has aside: whole, signed, and handed over.

docs/standby.md, "Two histories".
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from question_bank import canonical
from question_bank.disk import lasting_folder, sync_folder
from question_bank.phrase import phrase
from server.domain.chain import NO_RECORDS, Head
from server.errors import LinkError
from server.identity import RoomIdentity
from server.live.standby.dialing import SILENT_S
from server.live.standby.frames import Frames
from server.live.standby.greeting import Here
from server.live.standby.parcels import pieces
from server.live.standby.replica import Replica
from server.store.async_port import Offload, run_here
from server.store.backup import copy_database, replacing
from server.store.journal import PAGE_RECORDS, Journal, pages
from server.store.record import Record

FOLDER = "branches"
FORMAT = "exam-branch/1"
TAKING_IN_S = 30.0  # of AT_ONCE records: each request is judged and committed
AT_ONCE = 10_000
MAX_BRANCH_BYTES = 128 << 20  # some 150,000 records: more than a whole sitting of the largest hall


def _quiet() -> None:
    """Nobody waits."""


def set_branch_aside(
    frames: Frames, replica: Replica, here: Here, name: str, head: Head, offload: Offload
) -> None:  # fmt: skip
    """Where this journal departs from the primary's: hand the branch over, keep it, and begin from what both have."""
    if _theirs(frames, name, head.seq) == head.hash.hex():
        return
    journal = replica.directory / name
    common = _last_common(frames, name, head.seq, lambda seq: offload(lambda: _hash(journal, seq)))
    content = branch_file(journal, name, common, here, offload, lambda: frames.send({"t": "beat"}))
    if len(content) > MAX_BRANCH_BYTES:
        raise LinkError(
            phrase(
                "what only this server has is too much to be handed over [%(records)s records]",
                records=head.seq - common,
            ),
            hint=phrase(
                "It stays in this server's folder, whole. Keep the folder, and make the standby anew in another one."
            ),
        )
    frames.patience(TAKING_IN_S * (1 + (head.seq - common) // AT_ONCE))
    _hand_over(frames, name, content, offload)
    answer = frames.receive()
    while answer is not None and answer.what != "branch_held":
        answer = frames.receive()
    frames.patience(SILENT_S)
    if answer is None:
        raise LinkError(phrase("the primary did not take the other history"), hint=phrase("It is asked again."))
    replica.let_go(name)
    try:
        offload(lambda: _begin_again(replica, name, common, content))
    finally:
        offload(replica.open_all)  # the old one, where the disk did not take the new: it is what this server has


def branch_file(
    journal: Path, name: str, common: int, here: Here, offload: Offload = run_here, alive: Callable[[], None] = _quiet
) -> bytes:
    """The signed file of everything after record `common`. Raises JournalError, DatabaseError.

    `alive` is called between two pages: whoever waits for a large one must hear that it is being made.
    """
    head = offload(partial(_head_of, journal, common))
    first: dict[str, canonical.JSON] = {
        "format": FORMAT, "room_id": here.identity.room_id, "journal": name, "server_id": here.server_id,
        "from_seq": head[0].seq, "from_hash": head[0].hash.hex(), "to_seq": head[1].seq, "to_hash": head[1].hash.hex(),
    }  # fmt: skip
    parts, seq = [canonical.encode(first) + b"\n"], head[0].seq
    while seq < head[1].seq:
        alive()
        lines, seq = offload(partial(_page, journal, seq))
        parts.append(lines)
    return offload(lambda: signed(here.identity, b"".join(parts)))


def as_line(record: Record) -> dict[str, canonical.JSON]:
    """A record as one line of a branch."""
    return {
        key: value.hex() if isinstance(value, bytes) else value for key, value in record._asdict().items()
    }  # fmt: skip


def signed(identity: RoomIdentity, content: bytes) -> bytes:
    """The lines and the room's signature over their digest."""
    signature = identity.signing_key.sign(hashlib.sha256(content).digest()).hex()
    return content + canonical.encode({"signature": signature}) + b"\n"


def keep(directory: Path, name: str, epoch: int, from_seq: int, content: bytes) -> Path:
    """Store a branch file durably under its name; the same one again changes nothing. Raises OSError."""
    folder = directory / FOLDER
    lasting_folder(folder, 0o700)
    stem = name.replace("/", ".").removesuffix(".journal.sqlite")
    path = folder / f"{stem}.{epoch}.{from_seq}.{hashlib.sha256(content).hexdigest()[:8]}.branch"
    if not path.exists():
        with replacing(path) as beside:
            beside.write_bytes(content)
    return path


def _hand_over(frames: Frames, name: str, content: bytes, offload: Offload) -> None:
    packed, offset = pieces(content), 0
    while (found := offload(lambda: next(packed, None))) is not None:
        piece, last = found
        frames.send({"t": "branch", "journal": name, "offset": offset, "last": last}, piece)
        offset += len(piece)


def _head_of(journal: Path, common: int) -> tuple[Head, Head]:
    """The last record both have, and the last of all."""
    with Journal.open_to_read(journal) as found:
        return found.read(common - 1, 1)[0].head if common else NO_RECORDS, found.head()


def _page(journal: Path, after: int) -> tuple[bytes, int]:
    """The next records as lines, and the number of the last one."""
    with Journal.open_to_read(journal) as found:
        page = found.read(after, PAGE_RECORDS)
    return b"".join(canonical.encode(as_line(record)) + b"\n" for record in page), page[-1].seq


def _begin_again(replica: Replica, name: str, common: int, content: bytes) -> None:
    """Set the old journal beside its branch, and make a new one of the records both have."""
    with replica.at_rest:
        _begin_at(replica.directory, name, common, content)


def _begin_at(directory: Path, name: str, common: int, content: bytes) -> None:
    path = directory / name
    with Journal.open_to_read(path) as old:
        epoch = old.read(old.head().seq - 1, 1)[0].epoch
    kept = keep(directory, name, epoch, common, content)
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as old_file:
        copy_database(old_file, kept.with_suffix(".journal.sqlite"))  # a copy: another disk may be mounted there
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with Journal.open_to_read(path) as old, Journal.open(fresh) as new:
        for page in pages(old):
            part = [record for record in page if record.seq <= common]
            if part:
                new.append(new.head(), part)
    for file in (path, fresh):
        for extra in ("-wal", "-shm"):
            file.with_name(file.name + extra).unlink(missing_ok=True)
    os.replace(fresh, path)
    sync_folder(path.parent)


def _last_common(frames: Frames, name: str, top: int, mine: Callable[[int], str]) -> int:
    """The highest number at which both journals have the same hash: below it they are the same, the chain says so."""
    low, high = 0, top
    while high - low > 1:
        middle = (low + high) // 2
        if _theirs(frames, name, middle) == mine(middle):
            low = middle
        else:
            high = middle
    return low


def _theirs(frames: Frames, name: str, seq: int) -> str | None:
    frames.send({"t": "hash_at", "journal": name, "seq": seq})
    while (answer := frames.receive()) is not None:
        if answer.what == "hash":
            found = answer.head.get("hash")
            return found if isinstance(found, str) else None
    raise LinkError(phrase("the primary has hung up"))


def _hash(journal: Path, seq: int) -> str:
    with Journal.open_to_read(journal) as found:
        return found.read(seq - 1, 1)[0].hash.hex()
