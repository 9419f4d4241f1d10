"""The standby's side of the link: follows the primary, writes what it sends, and knows whether it is still heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from question_bank.phrase import phrase
from server.errors import ExamRoomError, LinkError
from server.live.standby.branching import set_branch_aside
from server.live.standby.dialing import dial
from server.live.standby.feeding import journal_name
from server.live.standby.frames import Frame, Frames
from server.live.standby.greeting import Here, Peer, greet
from server.live.standby.own import OwnMachine
from server.live.standby.replica import Replica, WantedFile
from server.live.standby.rows import from_wire
from server.live.standby.told import FACTS_VERSION
from server.logs import RoomLog
from server.role import Role
from server.store.async_port import AsyncPort, Waiter, Worker

RETRY_S = 0.5
TELL_MS = 5_000  # between two words on what this computer is like; the primary's page is looked at by people
MAX_FILES = (
    5_000  # packages, and 2,000 files carried by hand with what became of each; a frame's head holds their names
)


class Follower:
    """One per standby. `addresses`: where the primary may be, best first; `heard`: told of every word of a primary."""

    def __init__(
        self, replica: Replica, own: OwnMachine, here: Callable[[], Here], addresses: Callable[[], Sequence[str]],
        port: AsyncPort, log: RoomLog, now_ms: Callable[[], int], heard: Callable[[Peer, str, int | None], None],
    ) -> None:  # fmt: skip
        self.primary: Peer | None = None  # while it is heard
        self.fault: ExamRoomError | OSError | ValueError | None = None  # why it is not
        self._replica = replica
        self._own = own
        self._here = here
        self._addresses = addresses
        self._port = port
        self._log = log
        self._now_ms = now_ms
        self._heard = heard
        self._frames: Frames | None = None
        self._told_ms = now_ms() - TELL_MS
        self._wanted: list[WantedFile] = []
        self._asked = False  # a piece of the first of them is on its way
        self._stopping = False
        self._pause: Waiter = port.waiter()
        self._worker: Worker | None = None

    def start(self) -> None:
        """Begin to follow, or again after a stop."""
        self._stopping = False
        self._pause.clear()
        self._worker = self._port.spawn(self._run)

    def stop(self) -> None:
        """Hang up, and write nothing any more."""
        self._stopping = True
        if self._frames is not None:
            self._frames.close()
        self._pause.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    # --- one connection after another ---

    def _run(self) -> None:
        while not self._stopping:
            for address in self._addresses():
                self._try(address)
            self._pause.wait(RETRY_S)

    def _try(self, address: str) -> None:
        if self._stopping:
            return
        try:
            self._follow(address)
        except (ExamRoomError, OSError, ValueError) as error:
            self._lost(error)

    def _lost(self, error: ExamRoomError | OSError | ValueError) -> None:
        if self.primary is not None or type(error) is not type(self.fault):
            self._log.failure("primary_not_heard", error)
        self.primary, self.fault = None, error

    def _follow(self, address: str) -> None:
        self._asked = False
        frames, leaf = dial(address, self._here().identity)
        self._frames = frames
        try:
            peer = greet(frames, self._here(), "asks", leaf)
            if peer.role is not Role.PRIMARY:
                raise LinkError(phrase("the other server is a standby too"), hint=phrase("Promote one of the two."))
            self.primary, self.fault = peer, None
            self._heard(peer, address, None)
            self._tell(frames)
            self._wait_for_space(frames, peer, address)
            for name, head in self._replica.heads().items():
                set_branch_aside(frames, self._replica, self._here(), name, head, self._port.offload)
            heads = {name: [head.seq, head.hash.hex()] for name, head in self._replica.heads().items()}
            frames.send({"t": "begin", "heads": heads})
            while not self._stopping and (frame := frames.receive()) is not None:
                self._take_or_say(frames, peer, address, frame)
            raise LinkError(phrase("the primary has hung up"))
        finally:
            frames.close()
            self._frames = None

    # --- its own computer ---

    def _tell(self, frames: Frames) -> None:
        """Say what this computer is like."""
        self._told_ms = self._now_ms()
        tells = self._port.offload(partial(self._own.tells, len(self._wanted)))
        frames.send({"t": "facts", "v": FACTS_VERSION, "facts": tells.wire()})

    def _wait_for_space(self, frames: Frames, peer: Peer, address: str) -> None:
        """While the disk is full: say so, and how much is missing, twice a second; the room goes on alone meanwhile."""
        while not self._stopping and (need := self._own.need_bytes()):
            self._say_full(frames, need)
            self._tell_again(frames)
            if frames.receive() is None:
                raise LinkError(phrase("the primary has hung up"))
            self._heard(peer, address, None)
            self._pause.wait(RETRY_S)

    def _say_full(self, frames: Frames, need: int) -> None:
        frames.send({"t": "cannot", "why": "disk", "free_bytes": self._own.free_bytes(), "need_bytes": need})

    def _tell_again(self, frames: Frames) -> None:
        if self._now_ms() - self._told_ms >= TELL_MS:
            self._tell(frames)

    def _take_or_say(self, frames: Frames, peer: Peer, address: str, frame: Frame) -> None:
        """Take what came; when the disk does not, the primary hears it at once and need not wait for silence."""
        try:
            self._take(frames, peer, address, frame)
        except (ExamRoomError, OSError) as error:
            if self._own.ran_short(error):
                self._log.failure("disk_full", error)
                self._say_full(frames, self._own.need_bytes())
            raise

    def _take(self, frames: Frames, peer: Peer, address: str, frame: Frame) -> None:
        offload = self._port.offload
        room_ms: int | None = None
        match frame.what:
            case "batch":
                name = journal_name(frame)
                # Not offloaded: a whole hall waits for this word, and nothing else here is in a hurry.
                head = self._replica.append(name, from_wire(frame.data))
                frames.send({"t": "held", "journal": name, "seq": head.seq})
            case "room":
                offload(partial(self._replica.replace_room, frame.data))
                frames.send({"t": "room_held", "version": frame.number("version")})
            case "files":
                self._wanted = offload(partial(self._replica.missing, _files(frame)))
                self._ask_piece(frames)
            case "chunk":
                self._take_piece(frames, frame)
            case "beat":
                room_ms = frame.number("room_ms")
                frames.send({"t": "beat"})
                self._tell_again(frames)
                if not self._asked:
                    self._ask_piece(frames)
            case "refused":
                raise LinkError(phrase("the primary takes no standby now [%(why)s]", why=frame.text("reason", 64)))
            case _:
                pass  # a later version's word
        self._heard(peer, address, room_ms)

    # --- sealed packages, and what was carried by hand ---

    def _ask_piece(self, frames: Frames) -> None:
        self._asked = False
        if self._wanted:
            first = self._wanted[0]
            offset = self._port.offload(partial(self._replica.partial_size, first))
            if self._own.has_space(first.size - offset):  # else asked for with a later beat: records go before packages
                self._asked = True
                frames.send({"t": "want", "path": first.path, "offset": offset})

    def _take_piece(self, frames: Frames, frame: Frame) -> None:
        if not self._wanted or self._wanted[0].path != frame.text("path"):
            return
        gone = frame.head.get("gone") is True  # the primary has it no more
        add = partial(self._replica.add_piece, self._wanted[0], frame.number("offset"), frame.data)
        if gone or self._port.offload(add):
            self._wanted.pop(0)
        self._ask_piece(frames)

    @property
    def files_missing(self) -> int:
        """Files the primary has and this server has not."""
        return len(self._wanted)


def _files(frame: Frame) -> list[WantedFile]:
    said = frame.head.get("files")
    if not isinstance(said, list) or len(said) > MAX_FILES:
        raise ValueError("files")
    found: list[WantedFile] = []
    for one in said:
        match one:
            case {"path": str(path), "size": int(size), "sha256": str(sha256)} if size >= 0:
                found.append(WantedFile(path, size, sha256))
            case _:
                raise ValueError("files")
    return found
