"""Everything between a room's lock and its listeners, put together once and taken down in the opposite order.

Imported by `runtime` after the process has been patched, never before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_socketio import SocketIO

from question_bank.computer.internet import PUBLIC
from question_bank.phrase import phrase
from server import faults
from server.announce import Orders
from server.errors import ConfigError
from server.heartbeat import BEAT_S, Heartbeat, monotonic_ms, wall_ms
from server.identity import RoomIdentity, load_identity
from server.live.actors import OfficerActor
from server.live.backups import Backups
from server.live.clock import RoomClock
from server.live.console_channel import Admit, ConsoleChannel, Who
from server.live.discovery import Discovery
from server.live.kiosk_channel import KioskChannel, TicketDesk
from server.live.listening import Listening
from server.live.pairing import PairingDesk
from server.live.room import Room
from server.live.sockets import prepare_server
from server.live.standby.beside import RoleChange, beside
from server.live.standby.handover import Handover
from server.live.steady import set_aside_what_stays
from server.live.transport import Gate
from server.logs import RoomLog
from server.protocol.service import RoomNotice
from server.role import ALONE, Role, Standing, read_standing
from server.running import Running
from server.settings import AsyncMode, Settings
from server.store.async_port import AsyncPort
from server.store.room import RoomStore
from server.web import create_app, guard
from server.web.context import web
from server.web.sessions import actor, officer_from_session
from server.web.tickets import console_tickets

if TYPE_CHECKING:
    from server.runtime import Driver

PING_INTERVAL_S = 2  # with the timeout: a lost kiosk is noticed in 8 s, not in 45
PING_TIMEOUT_S = 6
MAX_SOCKET_BYTES = 256 * 1024  # of one Socket.IO packet: a kiosk's largest is 64 KiB, a console command far smaller
EVERY_ADDRESS = ("::", "0.0.0.0")  # noqa: S104 - compared with, not listened on


def room_version() -> str:
    """The version of this program, which sealed packages may ask for."""
    try:
        return version("examroom")
    except PackageNotFoundError:  # a frozen program without its metadata
        return "0.0.0"


@contextmanager
def composed(
    settings: Settings, chosen: Driver, log: RoomLog, role: RoleChange, handover: Handover, listening: Listening
) -> Iterator[Running]:
    """A room that listens, until the block ends. Raises ExamRoomError when it cannot be opened.

    `role` is asked for when another server turns out to be right; `handover`: what was known when this one was a standby.
    """
    with ExitStack() as stack:
        room = stack.enter_context(open_room(settings.directory, chosen.port, log, handover))
        app = create_app(room)
        stack.enter_context(_channels(room, app, settings, chosen))
        stack.enter_context(_watching(room, settings))
        listener, local = listening.take()
        port, local_port = int(listener.getsockname()[1]), int(local.getsockname()[1])
        stack.enter_context(beside(room, app, port, chosen.websocket_over, role))
        stack.callback(chosen.serve(listener, app, room.gate, log, room.identity.tls_context()).stop)
        stack.callback(chosen.serve(local, app, Gate(), log, None).stop)
        if settings.discovery:
            stack.enter_context(_discovery(room, settings, port))
        if settings.backup is not None:
            stack.enter_context(_backups(room, settings.backup, settings.backup_every_s))
        set_aside_what_stays()
        yield Running(os.getpid(), port, local_port, settings.async_mode.value)


@contextmanager
def open_room(
    directory: Path, port: AsyncPort, log: RoomLog, handover: Handover | None = None
) -> Iterator[Room]:  # fmt: skip
    """The room in this folder, started, without a listener. The caller holds its lock. Raises ExamRoomError."""
    identity, standing = load_identity(directory), read_standing(directory)
    if standing.role is Role.STANDBY:
        raise ConfigError(
            phrase("this folder is the room's standby"),
            hint=phrase("Look at the primary, or promote this one with `examroom-server promote`."),
        )
    with ExitStack() as stack:
        heartbeat = Heartbeat(directory)
        stack.callback(heartbeat.close)
        clock = RoomClock(monotonic_ms, wall_ms, heartbeat.room_ms())
        heartbeat.room_ms = clock.now_ms
        last_beat_ms = None if heartbeat.last is None else heartbeat.last.room_ms
        if handover is not None and handover.heard_ms is not None:
            last_beat_ms = handover.heard_ms
        room = stack.enter_context(started(directory, identity, clock, port, log, last_beat_ms, standing, handover))
        stack.enter_context(_beating(heartbeat, room))
        yield room


@contextmanager
def started(
    directory: Path, identity: RoomIdentity, clock: RoomClock, port: AsyncPort, log: RoomLog,
    last_beat_ms: int | None = None, standing: Standing = ALONE, handover: Handover | None = None,
) -> Iterator[Room]:  # fmt: skip
    """The room in this folder under a given clock, which nobody writes down; stopped and closed at the end.

    `last_beat_ms`: when the run before this one was last known to go on. `standing`: its place beside another server.
    """
    with RoomStore.open(directory) as store:
        pairing = PairingDesk(identity, store.machines, clock.now_ms)
        room = Room(directory, identity, store, clock, pairing, port, log, room_version(), standing)
        room.standby.handover = handover or room.standby.handover
        broken = os.environ.get(faults.VARIABLE)
        if broken:
            faults.install(room, broken)
        room.last_beat_ms = last_beat_ms
        room.start()
        try:
            yield room
        finally:
            room.stop()


@contextmanager
def _beating(heartbeat: Heartbeat, room: Room) -> Iterator[None]:
    """Write the heartbeat every second; outages are measured from it (`epoch_began`), so one that fails is a fault."""
    stopping = room.port.waiter()

    def beat() -> None:
        while True:
            try:
                room.port.offload(partial(heartbeat.write, heartbeat.now()))
            except OSError as error:
                room.fault("heartbeat", error)
            if stopping.wait(BEAT_S):
                return

    worker = room.port.spawn(beat)
    try:
        yield
    finally:
        stopping.set()
        worker.join()


@contextmanager
def _watching(room: Room, settings: Settings) -> Iterator[None]:
    """Hold space for answers and watch the disk, and whether the internet can be reached."""
    room.readiness.disks.start(PUBLIC if settings.internet_probe else ())
    try:
        yield
    finally:
        room.readiness.disks.stop()


@contextmanager
def _channels(room: Room, app: Flask, settings: Settings, chosen: Driver) -> Iterator[None]:
    socketio = socket_server(app, settings.async_mode, chosen.websocket_over)
    with channels(room, app, socketio, console_tickets(room), _who, _may_be_a_console) as (_, consoles):
        with app.app_context():
            web().signed_out.append(consoles.officer_changed)
        yield


def socket_server(
    app: Flask, mode: AsyncMode, websocket_over: Callable[[], Iterable[bytes]], ping_interval_s: float = PING_INTERVAL_S
) -> SocketIO:
    """Socket.IO as the room speaks it."""
    # async_handlers=False: with the default, one client's ordered events overtake each other.
    socketio = SocketIO(
        app,
        async_mode=mode.value,
        async_handlers=False,
        transports=["websocket"],
        ping_interval=ping_interval_s,
        ping_timeout=PING_TIMEOUT_S,
        max_http_buffer_size=MAX_SOCKET_BYTES,
        manage_session=False,
        cors_allowed_origins=None,
    )
    prepare_server(socketio.server, websocket_over)
    return socketio


@contextmanager
def channels(
    room: Room, app: Flask, socketio: SocketIO, tickets: TicketDesk, who: Who, admit: Admit
) -> Iterator[tuple[KioskChannel, ConsoleChannel]]:
    """The kiosks' and the consoles' channel, until the block ends.

    `tickets` gives a console machine its way in, `who` the officer of a session, `admit` says whether the machine that
    asks may be a console at all.
    """
    kiosks = KioskChannel(room, socketio.server, tickets)
    consoles = ConsoleChannel(room, socketio, app, who, admit)
    kiosks.start()
    consoles.start()
    room.readiness.inspect_all = kiosks.inspect_all
    try:
        yield kiosks, consoles
    finally:
        consoles.stop()
        kiosks.stop()


def _who(cookie: MutableMapping[str, Any]) -> OfficerActor | None:
    officer = officer_from_session(cookie)
    return None if officer is None else actor(officer)


def _may_be_a_console() -> bool:
    return guard.at_the_server() or guard.console_machine() is not None


@contextmanager
def _discovery(room: Room, settings: Settings, port: int) -> Iterator[None]:
    identity: RoomIdentity = room.identity
    notice = RoomNotice(identity.room_id, identity.room_name, identity.ca_sha256.hex(), port)
    # A room that listens on one address is announced there alone.
    listening = () if settings.host in EVERY_ADDRESS else (settings.host,)
    orders = Orders(notice, settings.interfaces or listening).to_line()
    discovery = Discovery(orders, room.port, room.pairing.set_seen, room.log)
    discovery.start()
    try:
        yield
    finally:
        discovery.stop()


@contextmanager
def _backups(room: Room, folder: Path, every_s: float) -> Iterator[None]:
    backups = Backups(room.directory, folder, every_s, room.port, room.clock.now_ms, room.log)
    backups.start()
    room.backups = backups
    unsubscribe = room.subscribe(backups.committed)
    try:
        yield
    finally:
        unsubscribe()
        room.backups = None
        backups.stop()
