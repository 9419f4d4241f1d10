"""A room served on loopback in this process, on real threads and over TLS: for tests of the live channels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, session

from server.composition import channels, socket_server
from server.drill.prepared_room import address_of, open_room
from server.drill.virtual_parts import RoomAddress
from server.live.actors import OfficerActor
from server.live.clock import RoomClock
from server.live.console_channel import ConsoleChannel
from server.live.kiosk_channel import KioskChannel
from server.live.room import Room
from server.live.threaded import ThreadedServer, hung_up
from server.live.transport import Gate, listen
from server.logs import RoomLog
from server.settings import AsyncMode

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


@contextmanager
def served_room(directory: Path, signer: bytes, clock: RoomClock | None = None) -> Iterator[ServedRoom]:
    """Serve the room in this folder until the block ends."""
    log = RoomLog(None)
    officers: dict[str, OfficerActor] = {}
    with ExitStack() as stack:
        room = stack.enter_context(open_room(directory, clock, log))
        room.readiness.check_start = room.readiness.start_check  # it has a listener, and machines that tell
        app = Flask("served")
        app.secret_key = room.identity.session_key
        app.register_blueprint(room.files.blueprint())
        socketio = socket_server(app, AsyncMode.THREADING, hung_up, PING_S)
        stack.callback(socketio.server.shutdown)
        kiosks, console = stack.enter_context(
            channels(
                room, app, socketio, lambda machine: f"/console/enter?ticket={machine.machine_id}",
                lambda cookie: officers.get(str(cookie.get("officer"))), lambda: True,
            )
        )  # fmt: skip
        listener = listen("127.0.0.1", 0)
        port = int(listener.getsockname()[1])
        server = ThreadedServer(listener, app.wsgi_app, room.gate, log, room.identity.tls_context())
        server.start()
        stack.callback(server.server_close)
        stack.callback(server.stop)
        address = address_of(directory, room.identity.room_id, port, signer)
        yield ServedRoom(room, address, kiosks, console, officers, app, room.gate)
