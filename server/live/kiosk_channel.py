"""The `/kiosk` namespace: parse, one call, answer. Nobody who has not proven to be this room's machine gets anything.

Handlers are registered with python-socketio itself (docs/decisions/0050). Every message gets an answer: what it asked
for, or a named refusal; a socket that stays unproven is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from server.domain.pairing import MachineKind
from server.errors import CommitterStopped, JournalError
from server.live.kiosk_push import Pusher
from server.live.kiosk_records import RecordDesk
from server.live.kiosk_session import KioskSession
from server.live.pairing import Changed, Joined, Left, News, Turned
from server.live.sockets import SocketServer, end, hang_up, peer_address, peer_port
from server.protocol.machine import Inspect, MachineFacts
from server.protocol.messages import (
    MESSAGES,
    NAMESPACE,
    PAIRING_S,
    PROTOCOL,
    UNPROVEN_S,
    Clock,
    ClockAck,
    ConsoleTicket,
    ConsoleTicketAck,
    Denial,
    Denied,
    Done,
    Hello,
    HelloAck,
    Paired,
    PairKit,
    PairKitAck,
    PairOffer,
    PairOfferAck,
    PairRefused,
    PairReveal,
    PairRevealAck,
    Prove,
    ProveAck,
    Pulse,
    SignOut,
    Staged,
    Stop,
    StopReason,
)
from server.protocol.shape import Malformed, Shaped
from server.store.async_port import Waiter, Worker
from server.store.machines import Machine

if TYPE_CHECKING:
    from server.live.room import Room

SWEEP_S = 1.0
MUTE_MS = 20_000  # without two pulses on one socket: ten missed ones; the longest backlog is sent in less

TicketDesk: TypeAlias = Callable[[Machine], str]
"""Makes a one-use ticket for a paired console's browser and gives the path that takes it."""

Act: TypeAlias = Callable[[KioskSession, Any], Shaped]


class KioskChannel:
    """One per room. `tickets` belongs to the pages; without it no console gets a browser."""

    def __init__(self, room: Room, server: SocketServer, tickets: TicketDesk | None = None) -> None:
        self._room = room
        self._server = server
        self._tickets = tickets
        self._sessions: dict[str, KioskSession] = {}
        self._peers: set[tuple[str, int]] = set()  # the connections that have a session
        self._heard: dict[str, int] = {}  # by machine: its last pulse but the first of a socket, else its first socket
        self._seen: dict[str, int] = {}  # Engine.IO sockets that have opened no namespace yet, since when
        self.pusher = Pusher(room, server)
        self._records = RecordDesk(room, self.pusher)
        self._waiter: Waiter = room.port.waiter()
        self._worker: Worker | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    # --- life ---

    def start(self) -> None:
        """Register every handler and begin to push and to sweep."""
        acts: Mapping[str, Act] = {
            "hello": self._hello,
            "prove": self._prove,
            "vouch": self._room.standby.vouched,
            "pair_offer": self._pair_offer,
            "pair_reveal": self._pair_reveal,
            "pair_kit": self._pair_kit,
            "clock": self._clock,
            "sign_in": self._records.sign_in,
            "records": self._records.records,
            "staged": self._staged,
            "pulse": self._pulse,
            "machine": self._machine,
            "sign_out": self._sign_out,
            "console_ticket": self._console_ticket,
            "sheet": self._records.sheet,
        }
        self._server.on("connect", handler=self.connected, namespace=NAMESPACE)
        self._server.on("disconnect", handler=self.disconnected, namespace=NAMESPACE)
        self._server.on("*", handler=self._unknown, namespace=NAMESPACE)
        for name, act in acts.items():
            self._server.on(name, handler=self._handler(name, act), namespace=NAMESPACE)
        self._unsubscribe = self._room.pairing.subscribe(self._paired_news)
        self.pusher.start()
        self._waiter.clear()
        self._worker = self._room.port.spawn(self._sweep)

    def stop(self) -> None:
        """Stop pushing and sweeping; sockets are closed by whoever serves them."""
        self._unsubscribe()
        self.pusher.stop()
        self._waiter.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def connected(self, sid: str, environ: Mapping[str, object], auth: object) -> bool:
        """A socket opened the namespace. `auth` has no default: the library would call again without it, and accept."""
        peer = peer_address(environ), peer_port(environ)
        if peer in self._peers:
            return False  # one session a connection, and the gate counts those
        self._sessions[sid] = KioskSession(sid, *peer, self._room.clock.monotonic_ms())
        self._peers.add(peer)
        return True

    def disconnected(self, sid: str, reason: object) -> None:
        """The socket closed, or the namespace was left."""
        session = self._sessions.pop(sid, None)
        if session is None:
            return
        self._peers.discard((session.address, session.port))
        self._room.pairing.gone(sid)
        if session.machine is not None:
            self._room.presence.left(session.machine.machine_id, sid)

    # --- every message ---

    def _handler(self, name: str, act: Act) -> Callable[..., dict[str, Any]]:
        spec = MESSAGES[name]
        parse = spec.payload.parse

        def handle(sid: str, *payload: object) -> dict[str, Any]:
            session = self._sessions.get(sid)
            if session is None or session.leaving or (session.machine is None and not spec.open_to_unproven):
                self._drop(sid)
                return Denied(Denial.NOT_PROVEN).wire()
            message = parse(payload[0]) if len(payload) == 1 else Malformed("", "one object is needed")
            if isinstance(message, Malformed):
                return Denied(Denial.MALFORMED, hint=f"{message.where}: {message.why}"[:500]).wire()
            try:
                return act(session, message).wire()
            except CommitterStopped as error:
                return Denied(Denial.STOPPED, hint=error.hint).wire()
            except JournalError as error:
                return Denied(Denial.NOT_STORED, hint=error.hint).wire()

        return handle

    def _unknown(self, event: str, sid: str, *payload: object) -> dict[str, Any]:
        if (session := self._sessions.get(sid)) is None or session.machine is None:
            self._drop(sid)
            return Denied(Denial.NOT_PROVEN).wire()
        return Denied(Denial.MALFORMED, hint=f"there is no message {str(event)[:64]!r}").wire()

    def _drop(self, sid: str) -> None:
        """Let an unproven socket go, once its answer has left."""
        session = self._sessions.get(sid)
        if session is not None:
            session.leaving = True

    # --- who are you ---

    def _hello(self, session: KioskSession, message: Hello) -> HelloAck | Denied:
        if message.protocol != PROTOCOL:
            return Denied(Denial.WRONG_PROTOCOL, hint=f"this room speaks protocol {PROTOCOL}")
        if self._room.standby.is_outranked(message.seen):
            return Denied(Denial.STANDBY, hint="another server of this room is right")
        session.hello = message
        known = None if message.kiosk_id is None else self._room.pairing.machine(message.kiosk_id)
        identity, here = self._room.identity, known is not None and not known.revoked
        return HelloAck(
            True, session.nonce.hex(), identity.room_id, identity.room_name, "known" if here else "unpaired",
            serving=self._room.standby.proof(),
        )  # fmt: skip

    def _prove(self, session: KioskSession, message: Prove) -> ProveAck | Denied:
        if session.hello is None:
            return Denied(Denial.NOT_PROVEN, hint="hello comes first")
        if session.machine is not None and session.machine.machine_id != message.kiosk_id:
            return Denied(Denial.UNKNOWN_KIOSK, hint="this connection is another machine's")
        found = self._room.pairing.prove(session.nonce, message)
        if isinstance(found, Denied):
            return found
        session.machine, session.pairing = found, False
        self._room.standby.came_in(found)
        self._room.gate.trust(session.address, session.port)
        self._heard.setdefault(found.machine_id, self._room.clock.monotonic_ms())
        arrived = (found.machine_id, found.seat_label, session.connection, session.address, session.hello.build)
        token, older = self._room.presence.arrived(*arrived)
        if older is not None and older != session.connection:
            self._let_go(older, StopReason.REPLACED)
        situation = self.pusher.situation(found.machine_id, found.seat_label)
        paper, rescue = self.pusher.paper(found.machine_id), self._room.identity.rescue_recipient
        return ProveAck(True, token, situation, paper, rescue)

    def _pair_offer(self, session: KioskSession, message: PairOffer) -> PairOfferAck | Denied:
        answer = self._room.pairing.offer(session.connection, session.address, message)
        session.pairing = session.pairing or isinstance(answer, PairOfferAck)
        return answer

    def _pair_reveal(self, session: KioskSession, message: PairReveal) -> PairRevealAck | Denied:
        return self._room.pairing.reveal(session.connection, message)

    def _pair_kit(self, session: KioskSession, message: PairKit) -> PairKitAck | Denied:
        return self._room.pairing.pair_by_kit(message)

    # --- proven machines ---

    def _clock(self, session: KioskSession, message: Clock) -> ClockAck:
        now_ms = self._room.clock.now_ms()
        return ClockAck(now_ms, now_ms)

    def _staged(self, session: KioskSession, message: Staged) -> Done:
        assert session.machine is not None
        self._room.presence.staged(session.machine.machine_id, message)
        return Done(ok=True)

    def _pulse(self, session: KioskSession, message: Pulse) -> Done:
        assert session.machine is not None
        sitting, earlier_ms, session.pulsed_at_ms = self._room.sitting, session.pulsed_at_ms, self._room.clock.now_ms()
        if sitting is not None and earlier_ms is not None:
            sitting.delivered_all(session.machine.machine_id, earlier_ms)
        if earlier_ms is not None:
            self._heard[session.machine.machine_id] = self._room.clock.monotonic_ms()
        self._room.presence.pulse(session.machine.machine_id, message)
        self._room.presence.hearing.pulse(
            session.machine.machine_id, session.connection, message.screen, session.pulsed_at_ms
        )
        if message.estimate_at_ms is not None:
            self._room.witness(session.machine.machine_id, message.estimate_at_ms)
        return Done(ok=True)

    def _machine(self, session: KioskSession, message: MachineFacts) -> Done:
        assert session.machine is not None
        self._room.presence.told(session.machine.machine_id, message)
        return Done(ok=True)

    def inspect_all(self) -> None:
        """Every kiosk on the line is asked to look at itself again."""
        for connection in (one.connection for one in self._room.presence.everyone()):
            if connection is not None:
                self._push(connection, "inspect", Inspect())

    def _sign_out(self, session: KioskSession, message: SignOut) -> Done | Denied:
        assert session.machine is not None
        sitting = self._room.sitting
        if sitting is None or not sitting.sign_out(session.machine.machine_id, message.attempt_id):
            return Denied(Denial.WRONG_SOURCE, hint="this machine does not carry an ended attempt of that id")
        self.pusher.touch(session.machine.machine_id)
        return Done(ok=True)

    def _console_ticket(self, session: KioskSession, message: ConsoleTicket) -> ConsoleTicketAck | Denied:
        assert session.machine is not None
        if session.machine.kind is not MachineKind.CONSOLE or self._tickets is None:
            return Denied(Denial.NOT_A_CONSOLE)
        return ConsoleTicketAck(ok=True, path=self._tickets(session.machine))

    # --- letting go ---

    def _paired_news(self, news: News) -> None:
        match news:
            case Joined(machine, connection) if connection is not None:
                self._push(connection, "paired", Paired(machine.machine_id, machine.seat_label))
            case Turned(connection, fault):
                self._push(connection, "pair_refused", PairRefused(fault.value))
                session = self._sessions.get(connection)
                if session is not None and session.machine is None:
                    session.leaving = True
            case Left(machine):
                connection = self._room.presence.connection_of(machine.machine_id)
                if connection is not None:
                    self._let_go(connection, StopReason.UNPAIRED)
            case Joined() | Changed():
                self._refresh_seats()

    def _refresh_seats(self) -> None:
        """Machines may have other seats now."""
        for machine in self._room.pairing.machines():
            if self._room.presence.renamed(machine.machine_id, machine.seat_label):
                session = self._sessions.get(self._room.presence.connection_of(machine.machine_id) or "")
                if session is not None:
                    session.machine = machine
                self.pusher.touch(machine.machine_id)

    def _push(self, connection: str, event: str, message: Shaped) -> None:
        self._server.emit(event, message.wire(), namespace=NAMESPACE, to=connection)

    def _let_go(self, connection: str, reason: StopReason) -> None:
        self._push(connection, "stop", Stop(reason.value))
        session = self._sessions.get(connection)
        if session is not None:
            session.leaving = True

    def _sweep(self) -> None:
        """Once a second: hang up on who is leaving, who stayed unproven, and who opened no namespace at all."""
        while not self._waiter.wait(SWEEP_S):
            try:
                self._sweep_once(self._room.clock.monotonic_ms())
            except Exception as error:  # noqa: BLE001 - one for the loop: it says so, and sweeps again
                self._room.fault("sweep", error)

    def _sweep_once(self, now_ms: int) -> None:
        self._records.ask_again(self._drop)
        for machine_id in self._room.sheets.released():
            if (connection := self._room.presence.connection_of(machine_id)) is not None:
                self._drop(connection)
        for sid, session in tuple(self._sessions.items()):
            patience_s = PAIRING_S if session.pairing else UNPROVEN_S
            late = session.machine is None and now_ms - session.opened_at_ms > patience_s * 1000
            if session.leaving or late:
                hang_up(self._server, sid, NAMESPACE)
            elif session.machine is not None:
                self._room.presence.muted(session.machine.machine_id, mute=self._is_mute(session.machine))
        self._sweep_strays(now_ms)

    def _is_mute(self, machine: Machine) -> bool:
        silent_ms = self._room.clock.monotonic_ms() - self._heard[machine.machine_id]
        return machine.kind is MachineKind.KIOSK and silent_ms >= MUTE_MS

    def _sweep_strays(self, now_ms: int) -> None:
        """Engine.IO connections that speak no namespace of ours are nobody's sockets."""
        namespaces = tuple(self._server.manager.get_namespaces())
        present = tuple(self._server.eio.sockets)
        homeless = {
            eio_sid for eio_sid in present
            if not any(self._server.manager.sid_from_eio_sid(eio_sid, namespace) for namespace in namespaces)
        }  # fmt: skip
        self._seen = {eio_sid: self._seen.get(eio_sid, now_ms) for eio_sid in homeless}
        for eio_sid, since_ms in self._seen.items():
            if now_ms - since_ms > UNPROVEN_S * 1000:
                end(self._server, eio_sid)
