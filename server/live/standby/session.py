"""One connection to a standby, on the primary's side: what was sent, what it holds, and the queue to it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.domain.chain import Head
from server.live.standby.frames import Frames, packed
from server.live.standby.greeting import Peer
from server.live.standby.parcels import Parcel
from server.live.standby.rows import to_wire
from server.store.async_port import AsyncPort, Waiter, Worker
from server.store.record import Record

WINDOW_BYTES = 4 << 20  # of old records under way at once: fresh ones wait behind them
PART_BYTES = 1 << 20  # of bodies in one frame; one body is under 1 MiB, in UTF-8 at most three times its letters
AT_ONCE_BYTES = 64 * 1024  # goes into the socket's own buffer without waiting for anybody
MAX_QUEUED_BYTES = 32 << 20  # a standby that reads nothing is given up before it fills the memory


@dataclass(slots=True)
class Progress:
    """How far one journal is: sent, and held there. `live`: new records are sent as they are committed."""

    sent: Head
    held_seq: int
    live: bool = False


@dataclass(frozen=True, slots=True)
class _Leaving:
    name: str
    seq: int
    at_ms: int


class Session:
    """Lives as long as the connection. Everything may be called from anywhere on the hub."""

    def __init__(self, frames: Frames, peer: Peer, address: str, port: AsyncPort, now_ms: Callable[[], int]) -> None:
        self.peer = peer
        self.address = address
        self.frames = frames
        self.ended = False
        self.heard_ms = now_ms()
        self.room_sent = -1  # the version of the room's data that was sent last
        self.files_sent: tuple[int, int] | None = None  # the same of its files
        self.progress: dict[str, Progress] = {}
        self.parcel: Parcel | None = None  # a branch that is coming
        self.changed: Waiter = port.waiter()  # something was held
        self._drained: Waiter = port.waiter()
        self._now_ms = now_ms
        self._unheld: deque[_Leaving] = deque()
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._writing = False
        self._lock = threading.Lock()
        self._wake: Waiter = port.waiter()
        self._writer: Worker = port.spawn(self._write)

    def send(self, head: Mapping[str, object], data: bytes = b"") -> None:
        """Put a frame into the queue; a queue that nobody empties ends the connection."""
        self.send_packed(packed(head, data))

    def send_packed(self, frame: bytes) -> None:
        """The same, packed already."""
        if len(frame) <= AT_ONCE_BYTES and not self._queue and not self._writing:
            self._write_one(frame)  # fresh records: every turn of the hub on their way is waited for
            return
        self._queue.append(frame)
        self._queued += len(frame)
        if self._queued > MAX_QUEUED_BYTES:
            self.end()
        self._wake.set()

    def send_records(self, name: str, records: Sequence[Record]) -> None:
        """Records that follow what was sent of this journal."""
        self._unheld.append(_Leaving(name, records[-1].seq, self._now_ms()))
        for part in _parts(records):
            self.send({"t": "batch", "journal": name}, to_wire(part))

    def room_to_send(self) -> bool:
        """Wait until old records may be sent; False when the connection ended instead."""
        while self._queued > WINDOW_BYTES and not self.ended:
            self._drained.wait(0.2)
            self._drained.clear()
        return not self.ended

    def pass_on(self, name: str, before: Head, records: Sequence[Record]) -> bool:
        """Send freshly committed records at once, where this journal is live and they follow what was sent."""
        with self._lock:
            found = self.progress.get(name)
            if found is None or not found.live:
                return False
            if found.sent != before:  # something was appended past us: it is read from the disk
                found.live = False
                return False
            found.sent = records[-1].head
            self.send_records(name, records)
        return True

    def go_live(self, name: str, head: Callable[[], Head]) -> bool:
        """From now on new records are passed on, if everything up to the journal's head was sent."""
        with self._lock:
            found = self.progress[name]
            found.live = found.sent.seq >= head().seq
        return found.live

    def not_live(self, name: str) -> None:
        """What was appended to a journal is not passed on until it was looked at anew."""
        with self._lock:
            found = self.progress.get(name)
            if found is not None:
                found.live = False

    def held(self, name: str, seq: int) -> int | None:
        """The standby has a journal up to there; how long the newest batch of it took, in ms."""
        found = self.progress.get(name)
        if found is not None:
            found.held_seq = max(found.held_seq, seq)
        took_ms = None
        while self._unheld and self._is_held(self._unheld[0]):
            took_ms = self._now_ms() - self._unheld.popleft().at_ms
        self.changed.set()
        return took_ms

    def behind_ms(self) -> int:
        """For how long the oldest batch that is not held yet has been under way."""
        while self._unheld and self._is_held(self._unheld[0]):
            self._unheld.popleft()
        return self._now_ms() - self._unheld[0].at_ms if self._unheld else 0

    def is_held(self, name: str, seq: int) -> bool:
        """Whether a record is on the standby's disk."""
        found = self.progress.get(name)
        return found is not None and found.held_seq >= seq

    @property
    def fed(self) -> bool:
        """Whether every journal has caught up."""
        return bool(self.progress) and all(one.live for one in self.progress.values())

    def end(self) -> None:
        """Hang up; the reader then ends too."""
        self.ended = True
        self.frames.close()
        self._wake.set()
        self.changed.set()

    def joined(self) -> None:
        """Wait until the writer has ended."""
        self._writer.join()

    def _is_held(self, leaving: _Leaving) -> bool:
        return self.is_held(leaving.name, leaving.seq)

    def _write(self) -> None:
        while not self.ended:
            self._wake.wait()
            self._wake.clear()
            while self._queue and not self.ended:
                self._writing = True  # before the queue may look empty: a fresh frame must not overtake this one
                frame = self._queue.popleft()
                self._queued -= len(frame)
                self._drained.set()
                self._write_one(frame)
                self._writing = False

    def _write_one(self, frame: bytes) -> None:
        try:
            self.frames.send_packed(frame)
        except OSError:
            self.end()


def _parts(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    """The records in order, no part much larger than PART_BYTES: essays are, and a frame has its bound."""
    start = size = 0
    for place, record in enumerate(records):
        size += len(record.body or "")
        if size > PART_BYTES:
            yield records[start : place + 1]
            start, size = place + 1, 0
    if start < len(records):
        yield records[start:]
