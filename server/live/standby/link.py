"""The primary's side of the link: feeds a standby, waits for it, and says when it does not any more. docs/standby.md.

The committer hands over what it has committed (`Mirror`); what a standby lacks otherwise is read from the disk and sent
beside it. `domain.link_health` decides.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from server.domain import link_health
from server.domain.chain import NO_RECORDS, Head
from server.domain.link_health import GONE_MS, LinkHealth
from server.domain.standby_commands import NoteStandby
from server.domain.values import StandbyWhy
from server.errors import ExamRoomError
from server.live.standby import feeding, journals
from server.live.standby.branching import MAX_BRANCH_BYTES
from server.live.standby.frames import Frame
from server.live.standby.parcels import Parcel, unpacked
from server.live.standby.session import Progress, Session
from server.live.standby.told import LinkView, Short, Told, short, told
from server.logs import RoomLog
from server.store.async_port import AsyncPort, Waiter, Worker
from server.store.mirror import Kept
from server.store.record import Record
from server.store.room import RoomStore

TEND_S = 0.25
BEAT_ROUNDS = 2  # a beat every half second
NEVER = -1


class JournalMirror:
    """The standby's copy of one open journal."""

    def __init__(self, link: StandbyLink, name: str, believes_both: Callable[[], bool] | None) -> None:
        self.name = name
        self.head = NO_RECORDS
        self._link = link
        self._believes_both = believes_both

    def began(self, head: Head) -> None:
        """The journal stands here now."""
        self.head = head
        self._link.began(self.name)

    def keep(self, records: Sequence[Record]) -> Kept:
        """Pass the records on, and wait where the room waits for its standby."""
        before, self.head = self.head, records[-1].head
        both = self._link.keep(self.name, before, records)
        note = None
        if not both and self._believes_both is not None and self._believes_both():
            note = self._link.lost_note()
        return Kept(int(both), note)


class StandbyLink:
    """One per room. `note` journals a command of the room's own, in the active sitting; `room_ms` is room time."""

    def __init__(
        self, directory: Path, store: RoomStore, port: AsyncPort, log: RoomLog, now_ms: Callable[[], int],
        room_ms: Callable[[], int], note: Callable[[NoteStandby], None],
    ) -> None:  # fmt: skip
        self.directory = directory
        self.store = store
        self.port = port
        self.met: Callable[[str], None] = lambda address: None  # told where a standby is
        self.on_branch: Callable[[str, bytes], None] = lambda journal, content: None
        self._log = log
        self._now_ms = now_ms
        self._room_ms = room_ms
        self._note = note
        self._health = LinkHealth()
        self._why = StandbyWhy.GONE
        self._session: Session | None = None
        self._shelf = feeding.Shelf(store, directory)
        self.other_build: str | None = None  # of a standby that was turned away for it
        self._told: Told | None = None
        self._short: Short | None = None
        self._last: tuple[str, str] | None = None  # server id and address of the standby seen last
        self._heard_ms = now_ms()  # of the last session too: one that comes back within GONE_MS was never gone
        self._mirrors: dict[str, JournalMirror] = {}
        self._copying = threading.Lock()
        self._wake: Waiter = port.waiter()
        self._worker: Worker | None = None
        self._stopping = False

    # --- life ---

    def start(self) -> None:
        """Begin to look after the link."""
        self._stopping = False
        self._worker = self.port.spawn(self._run)

    def stop(self) -> None:
        """Hang up, and wait for nobody any more."""
        self._stopping = True
        self._health = LinkHealth()
        if self._session is not None:
            self._session.end()
        self._wake.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def mirror(self, path: Path, believes_both: Callable[[], bool] | None = None) -> JournalMirror:
        """The mirror of a journal that is opened. `believes_both`: whether that journal says that the standby has all."""
        name = journals.name_of(self.directory, path)
        self._mirrors[name] = made = JournalMirror(self, name, believes_both)
        return made

    def let_go(self, path: Path) -> None:
        """A journal is closed."""
        self._mirrors.pop(journals.name_of(self.directory, path), None)

    def began(self, name: str) -> None:
        """A journal was taken up: what was appended to it meanwhile is fed from the disk."""
        if self._session is not None:
            self._session.not_live(name)
        self._wake.set()

    def view(self) -> LinkView:
        """The standby now."""
        session = self._session
        server_id, address = self._last or (None, None)
        behind = None if session is None or not session.fed else session.behind_ms()
        connected = session is not None or (self._short is not None and self._now_ms() - self._heard_ms < GONE_MS)
        return LinkView(
            server_id, address, connected, self._health.both, behind, self._told, self._short, self.other_build
        )

    # --- the committer's side ---

    def keep(self, name: str, before: Head, records: Sequence[Record]) -> bool:
        """Whether the records are on the standby's disk; waits for it while the room is in step."""
        session = self._session
        if self._health.both and session is not None:
            self._send_room_or_end(session)  # what a record rests on (an opened paper, a roster) is there before it
        if session is None or not session.pass_on(name, before, records):
            self._wake.set()
        return self._health.both and self._waited(name, records[-1].seq)

    def lost_note(self) -> NoteStandby:
        """What the journal notes when the room goes on alone."""
        return NoteStandby("lost", self._last[0] if self._last is not None else "unknown", self._why)

    def _waited(self, name: str, seq: int) -> bool:
        began_ms = self._now_ms()
        while True:
            session = self._session
            if session is not None and session.is_held(name, seq):
                return True
            if not self._health.both or self._stopping:
                return False
            now_ms = self._now_ms()
            self._health = link_health.held(self._health, now_ms - began_ms, now_ms)
            if self._given_up(now_ms):
                return False
            if session is None:
                self.port.waiter().wait(0.02)
                continue
            session.changed.wait(0.05)
            session.changed.clear()

    def _given_up(self, now_ms: int) -> bool:
        why = link_health.lost_by(self._health, now_ms - self._heard_ms, now_ms)
        if why is None:
            return False
        self._health, self._why = link_health.lost(self._health), why
        self._log("standby_lost", why=why.value)
        return True

    # --- a connection ---

    def serve(self, session: Session) -> None:
        """Speak with a standby that has proven itself, until it hangs up."""
        older = self._session
        if older is not None and older.peer.server_id != session.peer.server_id:
            session.send({"t": "refused", "reason": "another_standby"})
            session.end()
            return
        if older is not None:
            older.end()
        self._last = session.peer.server_id, session.address
        self.other_build = None
        self.met(session.address)
        try:
            while not session.ended and (frame := session.frames.receive()) is not None:
                session.heard_ms = self._heard_ms = self._now_ms()
                self._heard(session, frame)
        finally:
            session.end()
            if self._session is session:
                self._session = None
                self._health = link_health.out_of_step(self._health)
            self._log("standby_left", server_id=session.peer.server_id)

    def _heard(self, session: Session, frame: Frame) -> None:
        match frame.what:
            case "held":
                took_ms = session.held(frame.text("journal"), frame.number("seq"))
                if took_ms is not None:
                    self._health = link_health.held(self._health, took_ms, self._now_ms())
            case "hash_at":
                name, seq = feeding.journal_name(frame), frame.number("seq")
                found = self.port.offload(partial(journals.hash_at, self.directory, name, seq))
                session.send({"t": "hash", "journal": name, "seq": seq, "hash": found.hex() if found else None})
            case "begin":
                session.progress = {
                    name: Progress(head, head.seq) for name, head in feeding.heads(frame).items()
                }  # fmt: skip
                self._session, self._short = session, None
                self._wake.set()
            case "facts":
                self._told = told(frame, self._told, self._room_ms())
            case "cannot":
                self._cannot(session, frame)
            case "want":
                feeding.send_piece(session, self.directory, frame, self.port.offload)
            case "branch":
                self._take_piece(session, feeding.journal_name(frame), frame)
            case _:
                pass  # a beat, or a later version's word

    def _cannot(self, session: Session, frame: Frame) -> None:
        """The standby's disk is full: the room goes on alone at once, and says whose disk it is."""
        if self._short is None:
            self._log("standby_full", free_bytes=frame.number("free_bytes"), need_bytes=frame.number("need_bytes"))
        self._short = short(frame, self._short, self._room_ms())
        if self._session is session:
            self._session = None  # what it was sent meanwhile is fed again once it has space
        if self._health.both:
            self._health, self._why = link_health.lost(self._health), StandbyWhy.DISK
        session.send({"t": "beat", "room_ms": self._room_ms(), "both": False})
        session.changed.set()
        self._wake.set()

    def _take_piece(self, session: Session, name: str, frame: Frame) -> None:
        """A branch comes in pieces, one branch after the other."""
        if session.parcel is None or session.parcel.name != name:
            session.parcel = Parcel(name)
        packed = session.parcel.add(frame)
        if packed is not None:
            session.parcel = None
            self._take_branch(session, name, self.port.offload(partial(unpacked, packed, MAX_BRANCH_BYTES)))

    def _take_branch(self, session: Session, name: str, content: bytes) -> None:
        """Keep what only the other server has. One that cannot be taken now stays there, and is offered again."""
        try:
            self.on_branch(name, content)
        except (ExamRoomError, OSError) as error:
            self._log.failure("branch_not_taken", error)
            session.end()
            return
        self._log("branch_kept", journal=name)
        session.send({"t": "branch_held", "journal": name})

    # --- looking after it ---

    def _run(self) -> None:
        rounds = 0
        while not self._stopping:
            self._wake.wait(TEND_S)
            self._wake.clear()
            rounds += 1
            try:
                self._tend(beat=rounds % BEAT_ROUNDS == 0)
            except (ExamRoomError, OSError) as error:
                self._log.failure("standby_not_fed", error)
                if self._session is not None:
                    self._session.end()

    def _tend(self, *, beat: bool) -> None:
        session, now_ms = self._session, self._now_ms()
        if session is not None and now_ms - session.heard_ms >= GONE_MS:
            session.end()  # whoever pulled the cable: the socket would wait for its own patience to end
        elif session is not None:
            self._feed(session)
            if beat:
                session.send({"t": "beat", "room_ms": self._room_ms(), "both": self._health.both})
        if session is not None and session.fed and session.behind_ms() < link_health.BEHIND_MS:
            self._health = link_health.in_step(self._health, now_ms)
        else:
            self._health = link_health.out_of_step(self._health)
        self._given_up(now_ms)
        self._tell()

    def _tell(self) -> None:
        """Have the journal say what is so."""
        believing = next((one._believes_both for one in self._mirrors.values() if one._believes_both), None)
        if believing is None or believing() == self._health.both:
            return
        if self._health.both:
            self._note(NoteStandby("rejoined", self._last[0] if self._last is not None else "unknown"))
        elif self._short is not None or self._now_ms() - self._heard_ms >= GONE_MS:
            self._note(self.lost_note())

    def _feed(self, session: Session) -> None:
        self._send_room(session)
        self._send_files(session)
        for name in self.port.offload(partial(journals.names, self.directory)):
            progress = session.progress.setdefault(name, Progress(NO_RECORDS, 0))
            while not progress.live and session.room_to_send():
                page = self.port.offload(partial(feeding.page, self.directory, name, progress.sent.seq))
                if page:
                    progress.sent = page[-1].head
                    session.send_records(name, page)
                    continue
                session.go_live(name, partial(self._head, name, progress.sent))

    def _head(self, name: str, sent: Head) -> Head:
        """Where a journal stands: what its committer says, or what was read when nobody has it open."""
        mirror = self._mirrors.get(name)
        return sent if mirror is None else mirror.head

    def _send_room(self, session: Session) -> None:
        """Send a copy of the room's data where it has changed since the last one."""
        with self._copying:  # an older copy must not leave after a newer one, nor after the record that rests on it
            version = self.store.changes
            if session.room_sent == version:
                return
            frame = self.port.offload(partial(feeding.room_frame, self.store, self.directory, version))
            session.send_packed(frame)
            session.room_sent = version

    def _send_files(self, session: Session) -> None:
        """Name the files a standby is to hold, where there are others than before: it fetches what it has not."""
        version = self._shelf.version()
        if session.files_sent != version:
            session.send(self._shelf.frame(self.port.offload))
            session.files_sent = version

    def _send_room_or_end(self, session: Session) -> None:
        """The same for the committer, which no full disk may stop: the copy is made again for the next connection."""
        try:
            self._send_room(session)
        except (ExamRoomError, OSError) as error:
            self._log.failure("standby_not_fed", error)
            session.end()


__all__ = ["JournalMirror", "LinkView", "StandbyLink"]
