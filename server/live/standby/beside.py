"""A primary's life beside another server: the door for it, the lookout for it, and standing down when it is right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Flask

from question_bank.disk import lasting_folder
from server.addresses import own
from server.errors import DatabaseError
from server.live.standby.branching import FOLDER
from server.live.standby.door import Door
from server.live.standby.greeting import Here, Peer
from server.live.standby.lookout import Lookout
from server.live.standby.reception import Reception
from server.protocol.epoch import next_term
from server.role import Role, Standing, write_standing

if TYPE_CHECKING:
    from server.live.room import Room


class RoleChange:
    """Asks once, from anywhere, for the server to go on in its other role; the folder says by then which that is."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asked = False

    def __call__(self) -> None:
        """Ask."""
        with self._lock:
            if self._asked:
                return
            self._asked = True
        self._ask()


class _Changes:
    """What changes a primary's standing; one thing at a time, for three hundred machines may say the same at once."""

    def __init__(self, room: Room, port: int, role: RoleChange) -> None:
        self._room = room
        self._port = port
        self._role = role
        self._lock = threading.Lock()

    def here(self) -> Here:
        """What this server says of itself."""
        room, standing = self._room, self._room.standby.standing
        at = tuple(own())
        return Here(room.identity, standing.server_id, standing.role, standing.epoch, room.version, self._port, at)

    def stand_down(self, epoch: int, address: str | None) -> None:
        """Another server is right."""
        room = self._room
        with self._lock:
            standing = room.standby.standing
            if standing.role is Role.STANDBY:
                return
            room.log("standing_down", epoch=epoch)
            _keep_room(room, epoch)
            _write(room, replace(standing, role=Role.STANDBY, epoch=epoch, peer=address or standing.peer))
        self._role()

    def go_on(self, epoch: int) -> None:
        """Begin a term that outranks this epoch."""
        room = self._room
        with self._lock:
            standing = room.standby.standing
            room.log("going_on_alone", epoch=next_term(epoch, standing.epoch))
            _write(room, replace(standing, epoch=next_term(epoch, standing.epoch)))
        self._role()

    def outranked(self, peer: Peer, address: str) -> None:
        """The other server says itself that it is right."""
        self.stand_down(peer.epoch, address)

    def met(self, address: str) -> None:
        """The standby is there; every machine is told."""
        room = self._room
        if room.standby.standing.peer != address:
            with self._lock:
                _write(room, room.standby.standing.at(address))
            room.changed()


@contextmanager
def beside(
    room: Room, app: Flask, port: int, over: Callable[[], Iterable[bytes]], role: RoleChange
) -> Iterator[None]:  # fmt: skip
    """Let a standby in through this app's listener, and look out for one that has become the primary."""
    changes, side = _Changes(room, port, role), room.standby
    side.link.met, side.stand_down, side.go_on = changes.met, changes.stand_down, changes.go_on
    reception = Reception(
        changes.here, side.link, room.gate, room.port, room.log, room.clock.monotonic_ms, changes.outranked
    )  # fmt: skip
    app.wsgi_app = Door(app.wsgi_app, reception.serve, over)  # type: ignore[method-assign]
    lookout = Lookout(
        changes.here, lambda: side.standing.peer, lambda: not side.link.view().connected, changes.outranked,
        room.port, room.log,
    )  # fmt: skip
    lookout.start()
    try:
        yield
    finally:
        lookout.stop()


def _keep_room(room: Room, epoch: int) -> None:
    """Keep what only this server knows of machines, roster and papers: the other one's copy takes its place.

    A disk that takes no copy does not keep a wrong primary going: the journals are what matters.
    """
    try:
        folder = room.directory / FOLDER
        lasting_folder(folder, 0o700)
        room.port.offload(lambda: room.store.copy_to(folder / f"room.before-{epoch}.sqlite"))
    except (DatabaseError, OSError) as error:
        room.log.failure("room_not_kept", error)


def _write(room: Room, standing: Standing) -> None:
    room.port.offload(lambda: write_standing(room.directory, standing))
    room.standby.standing = standing
