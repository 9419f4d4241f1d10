"""What this machine holds, made into files that only the room can read (docs/rescue.md). Reads the outboxes, writes nothing.

Works beside a running agent and on the folder of a dead one, also on a copy: the outboxes are opened for reading only,
and where even that is not possible (a write-protected stick) copies of them are.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import KioskError
from client_kiosk.heads import read_all
from client_kiosk.outbox import FIRST_SEQ, Stream
from client_kiosk.rescue_rooms import rooms_of
from question_bank.phrase import phrase
from server.protocol.kept_head import KeptHead as Head
from server.protocol.rescue import (
    FORMAT,
    MAX_BODY_BYTES,
    MAX_FILE_BYTES,
    MAX_SIGNATURES,
    MAX_STREAMS,
    RescueHead,
    RescueHeader,
    RescueStream,
    Signature,
    body_of,
    content_sha256,
    pack,
    rescue_name,
    signed_over,
)

_HEADER_BYTES = 512  # of one stream in a body's first line, at most


@dataclass(frozen=True, slots=True)
class Box:
    """One outbox as it was read: the records from `first_seq` on, and the numbers of those without a verdict."""

    stream: Stream
    first_seq: int
    records: tuple[bytes, ...] = field(repr=False)
    unsettled: tuple[int, ...] = field(repr=False)

    def stretch(self, start: int, end: int) -> Box:
        """Its records from place `start` to `end`, counted from 0."""
        first, last = self.first_seq + start, self.first_seq + end
        waiting = tuple(seq for seq in self.unsettled if first <= seq < last)
        return Box(self.stream, first, self.records[start:end], waiting)


@dataclass(frozen=True, slots=True)
class RescueFile:
    """One encrypted file and what it holds; `unsettled` records the room has, as far as this machine knows, not seen."""

    name: str
    sitting_id: str
    room_name: str
    outboxes: int
    records: int
    unsettled: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rescue:
    """All files of one machine, and the outbox files that could not be read to their end."""

    files: tuple[RescueFile, ...]
    damaged: tuple[str, ...]


def rescue(folder: Path, build: str, recipient: str | None = None, unsettled_only: bool = False) -> Rescue:
    """Everything the outboxes in a kiosk's folder hold, in as many files as it needs; none when they hold nothing.

    `recipient`: the room's, as its console shows it, for a machine that never heard it. `unsettled_only`: of each outbox
    only what follows the first record without a verdict. Raises KioskError.
    """
    if not (folder / "outbox").is_dir():
        raise KioskError(
            phrase("%(folder)s is not a kiosk's folder", folder=str(folder)),
            hint=phrase("It is the folder that holds “outbox” and “kiosk.key”; copy it whole."),
        )
    boxes, damaged = _boxes(folder / "outbox")
    if unsettled_only:
        boxes = [box for box in boxes if box.unsettled]
    keys = _keys(folder)
    files: list[RescueFile] = []
    for sitting_id in dict.fromkeys(box.stream.sitting_id for box in boxes):
        own = [box for box in boxes if box.stream.sitting_id == sitting_id]
        if unsettled_only:
            own = [box.stretch(box.unsettled[0] - box.first_seq, len(box.records)) for box in own]
        files += _Maker(
            _reader(folder, sitting_id, recipient), sitting_id, build, keys, _head(folder, sitting_id)
        ).made(own)
    return Rescue(tuple(files), tuple(damaged))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who is to read the answers of a sitting, and what this machine is called there, as far as it knows."""

    room_id: str | None
    room_name: str
    kiosk_id: str | None
    seat_label: str
    recipient: str


# --- reading --------------------------------------------------------------------------------------------------------


def _boxes(outboxes: Path) -> tuple[list[Box], list[str]]:
    found: list[Box] = []
    damaged: list[str] = []
    for path in sorted(outboxes.glob("*.sqlite")):
        box, whole = _read(path)
        if box is not None:
            found.append(box)
        if not whole:
            damaged.append(path.name)
    return found, damaged


def _read(path: Path) -> tuple[Box | None, bool]:
    """What an outbox file holds, and whether it could be read to its end."""
    log = path.with_name(path.name + "-wal")
    if path.stat().st_size == 0:  # never begun, or its head was lost: then opening it would throw the log away
        return None, not (log.exists() and log.stat().st_size)
    try:
        return _rows_of(path)
    except sqlite3.Error:
        pass  # a folder that takes no -shm file: read from a copy, with its log
    with tempfile.TemporaryDirectory(prefix="exam-rescue-") as folder:
        copy = Path(folder) / path.name
        try:
            shutil.copyfile(path, copy)
            if log.exists():
                shutil.copyfile(log, copy.with_name(log.name))
            return _rows_of(copy)
        except (OSError, sqlite3.Error):
            return None, False


def _rows_of(path: Path) -> tuple[Box | None, bool]:
    """Raises sqlite3.Error when not even the stream can be read; what stands before a damaged page is still taken."""
    records: list[bytes] = []
    unsettled: list[int] = []
    first, whole = FIRST_SEQ, True
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            return None, True  # a crash before the stream was made: it never held a record
        row = connection.execute("SELECT source, sitting_id, attempt_id, generation FROM stream").fetchone()
        if row is None:
            return None, False
        try:
            for seq, message, verdict in connection.execute("SELECT seq, message, verdict FROM record ORDER BY seq"):
                if seq != first + len(records):
                    whole = False
                    break
                records.append(message.encode("utf-8"))
                unsettled += [seq] if verdict is None else []
        except sqlite3.Error:
            whole = False
    return Box(Stream(*row), first, tuple(records), tuple(unsettled)), whole


def _keys(folder: Path) -> list[Ed25519PrivateKey]:
    """Every key this machine ever had, the one it has now first. Raises KioskError when there is none."""
    paths = [folder / "kiosk.key", *sorted(folder.glob("kiosk.key.*"))]
    found = []
    for path in paths:
        try:
            found.append(Ed25519PrivateKey.from_private_bytes(path.read_bytes()))
        except (OSError, ValueError):
            continue
    if not found:
        raise KioskError(
            phrase("%(folder)s holds no key of a machine", folder=str(folder)),
            hint=phrase("Copy the kiosk's whole folder: without its key the room cannot tell whose answers these are."),
        )
    return found[:MAX_SIGNATURES]


def _head(folder: Path, sitting_id: str) -> Head | None:
    """What this machine remembers of the sitting's journal; the newest, should two rooms call sittings alike."""
    return next((head for head in read_all(folder / "heads").heads if head.sitting_id == sitting_id), None)


def _reader(folder: Path, sitting_id: str, recipient: str | None) -> _Reader:
    """The room a sitting belongs to. Raises KioskError when nobody knows, or nobody knows its recipient."""
    if recipient is not None:
        try:
            pyrage.x25519.Recipient.from_str(recipient)
        except pyrage.RecipientError as error:
            raise KioskError(
                phrase("this is no recipient of a room"), hint=phrase("It begins with “age1” and has 62 characters.")
            ) from error
    head, known = _head(folder, sitting_id), rooms_of(folder)
    membership = _membership(folder)
    room_id = head.room_id if head is not None else membership.room_id if membership is not None else None
    room = next((one for one in known if room_id in (None, one.room_id)), None)
    if recipient is None and room is None:
        raise KioskError(
            phrase("this machine never heard who may read the answers of sitting %(sitting)s", sitting=sitting_id),
            hint=phrase("Give --recipient; the room's page “Rescue” shows it."),
        )
    if room is None:
        own = membership if membership is not None and membership.room_id == room_id else None
        return _Reader(room_id, "", own.kiosk_id if own else None, own.seat_label if own else "", recipient or "")
    return _Reader(room.room_id, room.room_name, room.kiosk_id, room.seat_label, recipient or room.recipient)


def _membership(folder: Path) -> Membership | None:
    """The room this machine is paired with; a damaged file says nothing, and keeps nobody from the answers."""
    try:
        return KioskFolder(folder).membership()
    except KioskError:
        return None


# --- writing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the files of one sitting."""

    room: _Reader
    sitting_id: str
    build: str
    keys: Sequence[Ed25519PrivateKey]
    head: Head | None

    def made(self, boxes: Sequence[Box]) -> list[RescueFile]:
        """One file, or several where one would be too large to carry."""
        most = MAX_BODY_BYTES
        while True:
            files = [self._file(part) for part in _parted(boxes, most - _HEADER_BYTES * MAX_STREAMS)]
            if all(len(one.data) <= MAX_FILE_BYTES for one in files):
                return files
            most //= 2  # what does not compress

    def _file(self, boxes: Sequence[Box]) -> RescueFile:
        header, records = self._header(boxes), [box.records for box in boxes]
        body = body_of(header, records)
        signed = signed_over(body)
        signatures = [Signature(key.public_key().public_bytes_raw(), key.sign(signed)) for key in self.keys]
        recipient = pyrage.x25519.Recipient.from_str(self.room.recipient)
        return RescueFile(
            name=rescue_name(self.room.seat_label, content_sha256(header, records)),
            sitting_id=self.sitting_id,
            room_name=self.room.room_name,
            outboxes=len(boxes),
            records=sum(len(box.records) for box in boxes),
            unsettled=sum(len(box.unsettled) for box in boxes),
            data=bytes(pyrage.encrypt(pack(body, signatures), [recipient])),
        )

    def _header(self, boxes: Sequence[Box]) -> RescueHeader:
        head = self.head
        kept = None if head is None else RescueHead(head.source, head.epoch, head.seq, head.hash, head.at_ms)
        return RescueHeader(
            format=FORMAT,
            room_id=self.room.room_id,
            sitting_id=self.sitting_id,
            kiosk_id=self.room.kiosk_id,
            seat_label=self.room.seat_label,
            build=self.build,
            head=kept,
            streams=tuple(_stream(box) for box in boxes),
        )


def _stream(box: Box) -> RescueStream:
    last = hashlib.sha256(box.records[-1]).hexdigest() if box.records else None
    stream = box.stream
    return RescueStream(stream.source, stream.attempt_id, stream.generation, box.first_seq, len(box.records), last)


def _parted(boxes: Sequence[Box], most_bytes: int) -> Iterator[list[Box]]:
    """The boxes in parts of at most so many bytes of records, each at least one record; a box may lie in several."""
    part: list[Box] = []
    taken = 0
    for box in boxes:
        start = 0
        for at, record in enumerate(box.records):
            if taken and taken + len(record) + 1 > most_bytes:
                if at > start:
                    part.append(box.stretch(start, at))
                yield part
                part, taken, start = [], 0, at
            taken += len(record) + 1
        part.append(box.stretch(start, len(box.records)))
        if len(part) == MAX_STREAMS:
            yield part
            part, taken = [], 0
    if part:
        yield part
