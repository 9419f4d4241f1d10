"""A standby as a whole: follows, counts the kiosks that have promised themselves to it, and can be promoted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from question_bank.computer.internet import Target
from server.addresses import own
from server.domain.reasons import Reason, Refused
from server.domain.standby_choice import Votes, votes
from server.domain.state import SittingState
from server.errors import ConfigError
from server.identity import RoomIdentity
from server.live.standby.follower import Follower
from server.live.standby.greeting import Here, Peer
from server.live.standby.handover import Handover
from server.live.standby.own import OwnMachine
from server.live.standby.replica import Replica
from server.logs import RoomLog
from server.protocol.epoch import MAX_TERMS, next_term, outranks, term_of
from server.role import Role, Standing, write_standing
from server.store.async_port import AsyncPort

GONE_MS = 2_000  # of silence, after which a standby says that it does not hear the primary


@dataclass(frozen=True, slots=True)
class StandbyView:
    """What the standby's page shows."""

    primary: str | None  # where it was last heard
    silent_ms: int | None  # None: never heard since this program began
    votes: Votes
    sitting_id: str | None
    records: int
    files_missing: int


class Waiting:
    """One per standby. `now_ms` is the monotonic clock; `promoted` is told once the role is on the disk."""

    def __init__(
        self, directory: Path, identity: RoomIdentity, standing: Standing, build: str, port: AsyncPort, log: RoomLog,
        now_ms: Callable[[], int], promoted: Callable[[], None],
    ) -> None:  # fmt: skip
        self.identity = identity
        self.standing = standing
        self.replica = Replica(directory)
        self.tls_port = 0  # where machines come to; known once the listener is open
        self._directory = directory
        self._build = build
        self._port = port
        self._log = log
        self._now_ms = now_ms
        self._promoted = promoted
        self._heard_ms: int | None = None
        self._room_offset_ms: int | None = None  # room time less the monotonic clock, as the primary last said
        self._promises: dict[str, int] = {}  # by machine: the epoch it has promised; bound: the room's machines
        self._began_ms = now_ms()
        self._promoting: int | None = None  # the epoch that is being begun; nothing is promised any more
        self._lock = threading.RLock()
        self.own = OwnMachine(self.replica, build, port, log, now_ms, self.room_ms)
        self.follower = Follower(self.replica, self.own, self.here, self._addresses, port, log, now_ms, self._heard)

    # --- life ---

    def start(self, targets: Sequence[Target] = ()) -> None:
        """Open what is here, and begin to follow; `targets` must not answer. Raises JournalError, DatabaseError."""
        self._port.offload(self.replica.open_store)
        self._port.offload(self.replica.open_all)
        self.own.start(targets)
        self.follower.start()

    def stop(self) -> None:
        """Stop following and let go of the files."""
        self.follower.stop()
        self.own.stop()
        self.replica.close()

    def handover(self) -> Handover:
        """What the next role need not find out again."""
        silent, room = self.silent_ms(), self.room_ms()
        return Handover(self.replica.warm(), None if silent is None or room is None else room - silent)

    def here(self) -> Here:
        """What this server says of itself."""
        found = self.standing
        at = tuple(own())
        return Here(self.identity, found.server_id, Role.STANDBY, found.epoch, self._build, self.tls_port, at)

    # --- the primary ---

    def room_ms(self) -> int | None:
        """Room time as the primary last said it, gone on by this computer's monotonic clock."""
        return None if self._room_offset_ms is None else self._now_ms() + self._room_offset_ms

    def silent_ms(self) -> int | None:
        """For how long the primary has not been heard; None when it never was."""
        return None if self._heard_ms is None else max(0, self._now_ms() - self._heard_ms)

    def _addresses(self) -> Sequence[str]:
        return () if self.standing.peer is None else (self.standing.peer,)

    def _heard(self, peer: Peer, address: str, room_ms: int | None) -> None:
        self._heard_ms = self._now_ms()
        if room_ms is not None:
            # The least delayed word is the truest: what is said is older than it seems, never younger. A ms a beat for drift.
            offset = room_ms - self._now_ms()
            known = self._room_offset_ms
            self._room_offset_ms = offset if known is None or abs(offset - known) > GONE_MS else max(known - 1, offset)
        if peer.epoch > self.standing.epoch:
            with self._lock:
                self._write(replace(self.standing, epoch=peer.epoch))
        if self._promises:
            self._withdraw()

    def _withdraw(self) -> None:
        """The primary lives: the epoch that was promised is never begun, and kiosks are told so."""
        with self._lock:
            standing = replace(self.standing, next_epoch=next_term(self.standing.epoch, self._next_epoch()))
            self._write(standing)
            self._promises.clear()
        self._log("promises_withdrawn", next_epoch=standing.next_epoch)

    # --- kiosks ---

    def asks(self) -> bool:
        """Whether kiosks are asked for a promise: the primary is not heard, and nobody has promoted this one yet."""
        unheard_ms = self._now_ms() - (self._began_ms if self._heard_ms is None else self._heard_ms)
        return self._promoting is None and unheard_ms >= GONE_MS and self.follower.primary is None

    def release(self, promised: int) -> None:
        """A machine says what it has promised. While the primary is heard that epoch is never begun, and it is told so.

        Its word may have been lost, or this program was started anew since: nobody else remembers the promise.
        """
        ahead = term_of(promised) - term_of(self.standing.epoch)
        if self.follower.primary is not None and promised >= self.next_epoch() and ahead <= MAX_TERMS:
            with self._lock:
                self._write(replace(self.standing, next_epoch=next_term(promised)))

    def next_epoch(self) -> int:
        """What a promotion would begin; nothing below it is begun any more. Written down before it is said."""
        with self._lock:
            if self._promoting is not None:
                return self._promoting
            wanted = self._next_epoch()
            if self.standing.next_epoch != wanted:
                self._write(replace(self.standing, next_epoch=wanted))
            return wanted

    def _next_epoch(self) -> int:
        found = self.standing
        return found.next_epoch if outranks(found.next_epoch, found.epoch) else next_term(found.epoch)

    def promise(self, machine_id: str, epoch: int) -> None:
        """A machine has promised itself."""
        if epoch == self.next_epoch() and self.asks():
            self._promises[machine_id] = epoch

    def votes(self) -> Votes:
        """How many of the seated kiosks have promised the epoch a promotion would begin."""
        return votes(self.replica.sitting(), self._promises, self._next_epoch())

    # --- taking over ---

    def promote(self, reason: str, officer_id: str) -> Refused | None:
        """Take the room over. Without a majority a reason is needed. On disk when this returns."""
        if not self.votes().majority and not reason.strip():
            return Refused(Reason.REASON_NEEDED)
        self.follower.stop()  # first: what the primary still says must not withdraw what is begun here
        epoch = self._promoting = self.next_epoch()
        try:
            with self._lock:
                self._write(replace(self.standing, role=Role.PRIMARY, epoch=epoch, next_epoch=0))
        except ConfigError:
            self._promoting = None
            self.follower.start()
            raise
        self._log("promoted", epoch=epoch, officer_id=officer_id, reason=reason)
        self._promoted()
        return None

    def view(self) -> StandbyView:
        """What the page shows."""
        state: SittingState = self.replica.sitting()
        heads = self.replica.heads()
        return StandbyView(
            self.standing.peer, self.silent_ms(), self.votes(), state.plan.sitting_id if state.plan else None,
            sum(head.seq for head in heads.values()), self.follower.files_missing,
        )  # fmt: skip

    def _write(self, standing: Standing) -> None:
        self._port.offload(lambda: write_standing(self._directory, standing))
        self.standing = standing
