"""What a room is beside its second server: which of the two it is, the link, and what consoles say of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.standby_commands import NoteStandby
from server.domain.values import SittingStage
from server.live.disks import DiskStanding
from server.live.kiosk_session import KioskSession
from server.live.standby.epochs import is_proven, proof
from server.live.standby.handover import Handover
from server.live.standby.link import JournalMirror, StandbyLink
from server.live.standby.recovery import keep_branch
from server.live.standby.told import disk_standing
from server.protocol.epoch import MAX_TERMS, outranks, term_of
from server.protocol.messages import Denial, Denied, Prove
from server.protocol.standby_messages import EpochProof, Vouch, VouchAck
from server.role import Standing
from server.store.machines import Machine

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting


class StandbySide:
    """One per room. `stand_down` is told of an epoch that outranks this server's, and where that server is."""

    def __init__(self, room: Room, standing: Standing) -> None:
        self.standing = standing
        self.handover = Handover()  # what a standby that was promoted knows already
        self.turned_away: dict[str, int] = {}  # by machine that has proven itself: the epoch promised to another server
        self.outranked_by: int | None = None  # a later epoch somebody has met, while no other server is known here
        self.turned_since_ms: int | None = None
        self.go_on: Callable[[int], None] = lambda epoch: None  # begin a term that outranks this epoch
        self.stand_down: Callable[[int, str | None], None] = lambda epoch, address: None
        self._room = room
        self.link = StandbyLink(
            room.directory, room.store, room.port, room.log, room.clock.monotonic_ms, room.clock.now_ms, self._note
        )
        self.link.on_branch = lambda journal, content: keep_branch(room, journal, content)

    def proof(self) -> EpochProof:
        """What this server shows of its epoch."""
        return proof(self._room.identity, self.standing.epoch)

    def is_outranked(self, seen: EpochProof | None) -> bool:
        """Whether a machine has met a server of a later term; where that is proven, this one stands down."""
        if seen is None or not outranks(seen.epoch, self.standing.epoch):
            return False
        if not is_proven(self._room.identity, seen):
            return True
        if self.standing.peer is None:  # a copy that knows of no other server: an officer says whether it goes on
            self.outranked_by = max(self.outranked_by or 0, seen.epoch)
            self.turned_since_ms = self.turned_since_ms or self._room.clock.now_ms()
        else:
            self.stand_down(seen.epoch, None)
        return True

    def vouched(self, session: KioskSession, message: Vouch) -> VouchAck | Denied:
        """A machine that has promised itself to another server proves that it is one of this room's, and goes."""
        if session.hello is None:
            return Denied(Denial.NOT_PROVEN, hint="hello comes first")
        found = self._room.pairing.prove(session.nonce, Prove(message.kiosk_id, message.signature))
        if isinstance(found, Denied):
            return found
        promised = session.hello.promised
        if 0 < term_of(promised) - term_of(self.standing.epoch) <= MAX_TERMS:
            self.turned_away[found.machine_id] = promised
            self.turned_since_ms = self.turned_since_ms or self._room.clock.now_ms()
        return VouchAck(ok=True, hears=True, asks=False, next_epoch=self.standing.epoch)

    def came_in(self, machine: Machine) -> None:
        """A machine has proven itself and is served here."""
        if self.turned_away.pop(machine.machine_id, None) is not None and self.beyond() is None:
            self.turned_since_ms = None

    def beyond(self) -> int | None:
        """The latest epoch that keeps machines from this server; None while none does."""
        return max((*self.turned_away.values(), *filter(None, (self.outranked_by,))), default=None)

    @property
    def copies_required(self) -> int:
        """On how many servers what is acknowledged should be: on two, once this room has a standby."""
        return 1 if self.standing.peer is None else 2

    def alone_since_ms(self, sitting: Sitting) -> int | None:
        """Since when a room that has a standby goes on without it; None while it does not."""
        state = sitting.state
        if self.standing.peer is None or state.standby.in_step or state.stage is SittingStage.CLOSED:
            return None
        return max(state.standby.lost_at_ms or 0, state.began_at_ms)

    def disk(self) -> DiskStanding | None:
        """The standby's disk, as it last told; None while the room has no standby, or it has not."""
        view = self.link.view()
        return disk_standing(view.told, view.short) if view.connected else None

    def mirror(self, path: Path) -> JournalMirror:
        """The mirror of the active sitting's journal, in which losing the standby is noted."""
        return self.link.mirror(path, self._believes_both)

    def _believes_both(self) -> bool:
        sitting = self._room.sitting
        return sitting is not None and sitting.state.standby.in_step

    def _note(self, note: NoteStandby) -> None:
        sitting = self._room.sitting
        if sitting is not None and not sitting.stopped and sitting.state.stage is not SittingStage.CLOSED:
            sitting.by_room(note)
