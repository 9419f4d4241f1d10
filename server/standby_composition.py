"""Everything of a standby between its folder's lock and its listeners. Imported after the process has been patched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from question_bank.computer.internet import PUBLIC
from server.composition import room_version, socket_server
from server.heartbeat import BEAT_S, Heartbeat, monotonic_ms
from server.identity import load_identity
from server.live.listening import Listening
from server.live.standby.beside import RoleChange
from server.live.standby.channel import StandbyChannel
from server.live.standby.door import Door
from server.live.standby.reception import Reception
from server.live.standby.waiting import GONE_MS, Waiting
from server.live.transport import Gate
from server.logs import RoomLog
from server.role import Standing
from server.running import Running
from server.settings import Settings
from server.store.async_port import AsyncPort
from server.web.standby import create_standby_app

if TYPE_CHECKING:
    from server.runtime import Driver


@contextmanager
def composed_standby(
    settings: Settings, chosen: Driver, log: RoomLog, standing: Standing, role: RoleChange, listening: Listening
) -> Iterator[tuple[Running, Waiting]]:
    """A standby that follows and listens, until the block ends. Raises ExamRoomError when it cannot."""
    identity = load_identity(settings.directory)
    with ExitStack() as stack:
        waiting = Waiting(
            settings.directory, identity, standing, room_version(), chosen.port, log, monotonic_ms, role
        )  # fmt: skip
        gate = Gate()
        app = create_standby_app(waiting, chosen.port)
        socketio = socket_server(app, settings.async_mode, chosen.websocket_over)
        channel = StandbyChannel(waiting, socketio.server, gate, chosen.port, monotonic_ms)
        reception = Reception(
            waiting.here, None, gate, chosen.port, log, monotonic_ms, lambda peer, address: None
        )  # fmt: skip
        app.wsgi_app = Door(app.wsgi_app, reception.serve, chosen.websocket_over)  # type: ignore[method-assign]
        listener, local = listening.take()
        waiting.tls_port, local_port = int(listener.getsockname()[1]), int(local.getsockname()[1])
        waiting.start(PUBLIC if settings.internet_probe else ())
        stack.callback(waiting.stop)
        channel.start()
        stack.callback(channel.stop)
        stack.callback(chosen.serve(listener, app, gate, log, identity.tls_context()).stop)
        stack.callback(chosen.serve(local, app, Gate(), log, None).stop)
        stack.enter_context(_beating(settings, waiting, chosen.port, log))
        yield Running(os.getpid(), waiting.tls_port, local_port, settings.async_mode.value, "standby"), waiting


@contextmanager
def _beating(settings: Settings, waiting: Waiting, port: AsyncPort, log: RoomLog) -> Iterator[None]:
    """Write room time down, as the primary says it: a standby that is started again, or promoted, goes on from there."""
    heartbeat, stopping = Heartbeat(settings.directory), port.waiter()

    def beat() -> None:
        while not stopping.wait(BEAT_S):
            room_ms, silent_ms = waiting.room_ms(), waiting.silent_ms()
            if room_ms is None or silent_ms is None or silent_ms >= GONE_MS:
                continue  # outages are measured from the last beat: this one goes on, the room does not
            heartbeat.room_ms = lambda room_ms=room_ms: room_ms  # type: ignore[misc]
            try:
                port.offload(partial(heartbeat.write, heartbeat.now()))
            except OSError as error:
                log.failure("heartbeat", error)

    worker = port.spawn(beat)
    try:
        yield
    finally:
        stopping.set()
        worker.join()
        heartbeat.close()
