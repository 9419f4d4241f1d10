"""A primary without its standby looks whether that one has become the primary meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from server.errors import ExamRoomError, LinkError
from server.live.standby.dialing import dial
from server.live.standby.greeting import Here, OtherVersionError, Peer, greet
from server.logs import RoomLog
from server.protocol.epoch import outranks
from server.role import Role
from server.store.async_port import AsyncPort, Worker

LOOK_S = 2.0


def asked(address: str, here: Here) -> Peer | None:
    """The server that answers there, None when none of this room does."""
    try:
        frames, leaf = dial(address, here.identity)
    except (LinkError, OSError):
        return None
    try:
        return greet(frames, here, "asks", leaf)
    except OtherVersionError as other:  # it cannot be followed, but it may be right
        return other.peer
    except (LinkError, OSError):
        return None
    finally:
        frames.close()


def is_right(peer: Peer | None, here: Here) -> bool:
    """Whether that server is the room's primary and this one must not be."""
    return peer is not None and peer.role is Role.PRIMARY and outranks(peer.epoch, here.epoch)


class Lookout:
    """Asks the peer every LOOK_S while `lonely`; `outranked` hears of one that is right."""

    def __init__(
        self, here: Callable[[], Here], peer: Callable[[], str | None], lonely: Callable[[], bool],
        outranked: Callable[[Peer, str], None], port: AsyncPort, log: RoomLog,
    ) -> None:  # fmt: skip
        self._log = log
        self._here = here
        self._peer = peer
        self._lonely = lonely
        self._outranked = outranked
        self._stop = port.waiter()
        self._port = port
        self._worker: Worker | None = None

    def start(self) -> None:
        """Begin to look."""
        self._worker = self._port.spawn(self._run)

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._worker is not None:
            self._worker.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            address = self._peer()
            if address is None or not self._lonely():
                continue
            here = self._here()
            found = asked(address, here)
            if found is not None and is_right(found, here):
                try:
                    self._outranked(found, address)
                except ExamRoomError as error:  # its role could not be written: asked again, and said
                    self._log.failure("not_standing_down", error)
                    continue
                return
