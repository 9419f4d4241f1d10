"""Who comes through the door for servers: greeted, then fed as a standby, or heard as a primary that outranks this one."""

from __future__ import annotations

from collections.abc import Callable

from server.errors import LinkError
from server.live.standby.dialing import SILENT_S
from server.live.standby.frames import Frames
from server.live.standby.greeting import Here, OtherVersionError, Peer, greet, peer_address
from server.live.standby.link import StandbyLink
from server.live.standby.session import Session
from server.live.transport import Gate, peer_name
from server.logs import RoomLog
from server.protocol.epoch import outranks
from server.role import Role
from server.store.async_port import AsyncPort

GREETING_S = 3.0  # for a whole greeting: four frames on a LAN
MAX_GREETINGS = 32  # at once: a room has two servers; strangers must not hold threads


class Reception:
    """One per listener. `link` None: this is a standby, and only says so. `outranked` hears of a server that is right."""

    def __init__(
        self, here: Callable[[], Here], link: StandbyLink | None, gate: Gate, port: AsyncPort, log: RoomLog,
        now_ms: Callable[[], int], outranked: Callable[[Peer, str], None],
    ) -> None:  # fmt: skip
        self._here = here
        self._link = link
        self._gate = gate
        self._port = port
        self._log = log
        self._now_ms = now_ms
        self._outranked = outranked
        self._greeting = 0

    def serve(self, frames: Frames, address: str, source_port: int) -> None:
        """Speak with whoever came from there until they hang up; never raises."""
        try:
            peer = self._greeted(frames)
            if peer is None:
                return
            self._gate.trust(address, source_port)
            self._talk(frames, peer, address)
        except OtherVersionError as other:
            if self._link is not None and other.peer.role is Role.STANDBY:
                self._link.other_build = other.peer.build
            self._log.failure("server_turned_away", other, peer=address)
        except (LinkError, OSError, ValueError) as error:
            self._log.failure("server_turned_away", error, peer=address)
        finally:
            frames.close()

    def _greeted(self, frames: Frames) -> Peer | None:
        if self._greeting >= MAX_GREETINGS:
            return None
        self._greeting += 1
        try:
            here = self._here()
            frames.patience(SILENT_S)
            frames.strange(GREETING_S)
            peer = greet(frames, here, "answers", here.identity.leaf_der)
            frames.known()
            return peer
        finally:
            self._greeting -= 1

    def _talk(self, frames: Frames, peer: Peer, address: str) -> None:
        where = peer_address(peer, peer_name((address,)))
        if peer.role is Role.PRIMARY:
            if outranks(peer.epoch, self._here().epoch):
                self._outranked(peer, where)
            return
        if self._link is None:
            return
        self._log("standby_came", server_id=peer.server_id, address=where)
        self._link.serve(Session(frames, peer, where, self._port, self._now_ms))
