"""A room served on loopback in this process, on real threads and over TLS: for tests of the live channels."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, session
from flask_socketio import SocketIO

from scripts.prepared_room import VERSION, open_room
from scripts.virtual_parts import RoomAddress
from server.identity import CA_FILE
from server.live.actors import OfficerActor
from server.live.clock import RoomClock
from server.live.console_channel import ConsoleChannel
from server.live.kiosk_channel import KioskChannel
from server.live.room import Room
from server.live.sockets import prepare_server
from server.live.threaded import ThreadedServer, hung_up
from server.live.transport import Gate, listen
from server.logs import RoomLog

PING_S = 0.2  # a thread sleeps this long for each connection that has ended, and tests wait for it


@dataclass(frozen=True, slots=True)
class ServedRoom:
    """A room that answers. `officers` maps a word in the browser's session to who it stands for now."""

    room: Room
    address: RoomAddress
    kiosks: KioskChannel
    console: ConsoleChannel
    officers: dict[str, OfficerActor]
    app: Flask
    gate: Gate

    @property
    def open_sockets(self) -> int:
        """Connections the server still has."""
        return self.gate.open

    def cookie(self, word: str) -> str:
        """The Cookie header of a browser whose session holds this word."""
        with self.app.test_request_context():
            session["officer"] = word
            serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            return f"session={serializer.dumps(dict(session))}"


def address_of(directory: Path, room_id: str, port: int, signer: bytes) -> RoomAddress:
    """How a kiosk reaches this room: loopback, the room's authority pinned."""
    tls = ssl.create_default_context(cafile=str(directory / CA_FILE))
    return RoomAddress("127.0.0.1", port, room_id, tls, signer, VERSION)


@contextmanager
def served_room(directory: Path, signer: bytes, clock: RoomClock | None = None) -> Iterator[ServedRoom]:
    """Serve the room in this folder until the block ends."""
    log = RoomLog(None)
    with open_room(directory, clock, log) as room:
        app = Flask("served")
        app.secret_key = room.identity.session_key
        socketio = SocketIO(
            app,
            async_mode="threading",
            async_handlers=False,
            transports=["websocket"],
            ping_interval=PING_S,
            ping_timeout=6,
        )
        prepare_server(socketio.server, hung_up)
        officers: dict[str, OfficerActor] = {}
        kiosks = KioskChannel(room, socketio.server, lambda machine: f"/console/enter?ticket={machine.machine_id}")
        console = ConsoleChannel(
            room, socketio, app, lambda cookie: officers.get(str(cookie.get("officer"))), lambda: True
        )
        app.register_blueprint(room.files.blueprint())
        listener = listen("127.0.0.1", 0)
        port = int(listener.getsockname()[1])
        gate = Gate()
        server = ThreadedServer(listener, app.wsgi_app, gate, log, room.identity.tls_context())
        kiosks.start()
        console.start()
        server.start()
        try:
            yield ServedRoom(
                room, address_of(directory, room.identity.room_id, port, signer), kiosks, console, officers, app, gate
            )
        finally:
            server.stop()
            server.server_close()
            console.stop()
            kiosks.stop()
            socketio.server.shutdown()
