"""The `/kiosk` namespace of a standby: who a machine is, whether the primary is heard, and the machine's promise. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.live.kiosk_session import KioskSession
from server.live.pairing import proven
from server.live.sockets import SocketServer, hang_up, peer_address, peer_port
from server.live.standby.epochs import proof
from server.live.standby.waiting import Waiting
from server.live.transport import Gate
from server.protocol.messages import (
    MESSAGES,
    NAMESPACE,
    PROTOCOL,
    UNPROVEN_S,
    Denial,
    Denied,
    Done,
    Hello,
    HelloAck,
)
from server.protocol.shape import Malformed, Shaped
from server.protocol.standby_messages import Promise, Vouch, VouchAck
from server.store.async_port import AsyncPort, Worker

SWEEP_S = 1.0


class StandbyChannel:
    """One per standby."""

    def __init__(
        self, waiting: Waiting, server: SocketServer, gate: Gate, port: AsyncPort, now_ms: Callable[[], int]
    ) -> None:
        self._waiting = waiting
        self._server = server
        self._gate = gate
        self._port = port
        self._now_ms = now_ms
        self._sessions: dict[str, KioskSession] = {}
        self._stop = port.waiter()
        self._worker: Worker | None = None

    def start(self) -> None:
        """Register every handler."""
        acts: Mapping[str, Callable[[KioskSession, Any], Shaped]] = {
            "hello": self._hello,
            "vouch": self._vouch,
            "promise": self._promise,
        }
        self._server.on("connect", handler=self._connected, namespace=NAMESPACE)
        self._server.on("disconnect", handler=self._disconnected, namespace=NAMESPACE)
        self._server.on("*", handler=self._other, namespace=NAMESPACE)
        for name, act in acts.items():
            self._server.on(name, handler=self._handler(name, act), namespace=NAMESPACE)
        self._worker = self._port.spawn(self._sweep)

    def stop(self) -> None:
        """Sweep no more; sockets are closed by whoever serves them."""
        self._stop.set()
        if self._worker is not None:
            self._worker.join()

    def _connected(self, sid: str, environ: Mapping[str, object], auth: object) -> bool:
        self._sessions[sid] = KioskSession(sid, peer_address(environ), peer_port(environ), self._now_ms())
        return True

    def _disconnected(self, sid: str, reason: object) -> None:
        self._sessions.pop(sid, None)

    def _handler(self, name: str, act: Callable[[KioskSession, Any], Shaped]) -> Callable[..., dict[str, Any]]:
        parse = MESSAGES[name].payload.parse

        def handle(sid: str, *payload: object) -> dict[str, Any]:
            session = self._sessions.get(sid)
            message = parse(payload[0]) if len(payload) == 1 else Malformed("", "one object is needed")
            if session is None or isinstance(message, Malformed):
                return Denied(Denial.MALFORMED).wire()
            return act(session, message).wire()

        return handle

    def _other(self, event: str, sid: str, *payload: object) -> dict[str, Any]:
        return Denied(Denial.STANDBY, hint="this server is the standby").wire()

    def _hello(self, session: KioskSession, message: Hello) -> HelloAck | Denied:
        if message.protocol != PROTOCOL:
            return Denied(Denial.WRONG_PROTOCOL, hint=f"this room speaks protocol {PROTOCOL}")
        identity = self._waiting.identity
        session.hello = message
        return HelloAck(
            True, session.nonce.hex(), identity.room_id, identity.room_name, "known", "standby",
            proof(identity, self._waiting.standing.epoch),
        )  # fmt: skip

    def _vouch(self, session: KioskSession, message: Vouch) -> VouchAck | Denied:
        with self._waiting.replica.reading() as store:
            if session.hello is None or store is None:
                return Denied(Denial.NOT_PROVEN)
            found = proven(self._waiting.identity, store.machines, session.nonce, message.kiosk_id, message.signature)
        if isinstance(found, Denied):
            return found
        self._waiting.release(session.hello.promised)
        session.machine = found
        self._gate.trust(session.address, session.port)
        hears = self._waiting.follower.primary is not None
        return VouchAck(True, hears, self._waiting.asks(), self._waiting.next_epoch())

    def _promise(self, session: KioskSession, message: Promise) -> Done | Denied:
        if session.machine is None:
            return Denied(Denial.NOT_PROVEN)
        self._waiting.promise(session.machine.machine_id, message.epoch)
        return Done(True)

    def _sweep(self) -> None:
        """Hang up on who stays a stranger."""
        while not self._stop.wait(SWEEP_S):
            for sid, session in tuple(self._sessions.items()):
                if session.machine is None and self._now_ms() - session.opened_at_ms > UNPROVEN_S * 1000:
                    hang_up(self._server, sid, NAMESPACE)
