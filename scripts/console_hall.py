"""A hall without machines, for pictures and tests of the officers' pages: a real room, real pages, pretended kiosks.

What kiosks would say is said for them through the same doors (presence, the sitting's committer), so that the console
shows exactly what it would show; only the sockets of the kiosks are missing.
"""

from __future__ import annotations

import contextlib
import random
import secrets
import socket
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask_socketio import SocketIO

from question_bank.canonical import encode
from server.domain import commands
from server.domain.pairing import MachineKind
from server.domain.rights import Role
from server.domain.roster import Entry
from server.domain.values import Cause
from server.drill.prepared_room import SITTING_ID, Rules, SealedContest, make_room, open_room
from server.drill.virtual_parts import nothing_wrong
from server.live.actors import OfficerActor
from server.live.clock import RoomClock
from server.live.console_channel import ConsoleChannel
from server.live.room import Room
from server.live.sitting_service import Sitting
from server.live.threaded import ThreadedServer
from server.live.transport import Gate, ListenError, listen
from server.logs import RoomLog
from server.protocol.machine import MachineFacts
from server.protocol.messages import Outcome, Pulse, Staged
from server.protocol.receipt import responses_sha256
from server.protocol.records import CandidateRecord, ConfirmIdentity, SaveResponse, SubmitPart
from server.store.batch import Delivery
from server.store.officers import Officer
from server.web import create_app, guard, sessions
from server.web.context import Web

ROWS = "ABCDEFGHIKLM"  # no J: it is read as I
ROW = 25
PORTS = range(20_000, 32_768)  # below those Linux gives to outgoing connections (net.ipv4.ip_local_port_range)
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Hoàng")
DIGITS = ("Không", "Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín")
UNITS = (
    "Sở Nội vụ", "Văn phòng Ủy ban nhân dân tỉnh", "Ủy ban nhân dân xã Mẫu Sơn",
    "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính",
)  # fmt: skip
LONGEST = "Công Tằng Tôn Nữ Hoàng Huyền Khương Thí Sinh Số"  # as long as a Vietnamese name gets, and nobody's


BUILD = "0.1.0"


def name_of(n: int) -> str:
    """A synthetic name; every seventh is as long as names get."""
    number = " ".join(DIGITS[int(digit)] for digit in f"{n:03d}")
    return f"{LONGEST} {number}" if n % 7 == 0 else f"{FAMILIES[n % 6]} Thí Sinh {number}"


def _listen_somewhere() -> socket.socket:
    """On a free port that no outgoing connection is given while the line is cut."""
    *ports, last = secrets.SystemRandom().sample(PORTS, 20)
    for port in ports:
        with contextlib.suppress(ListenError):  # somebody listens there
            return listen("127.0.0.1", port)
    return listen("127.0.0.1", last)


def seat_of(n: int) -> str:
    """The n-th seat's name, from 0: A01 … A25, B01 …"""
    return f"{ROWS[n // ROW]}{n % ROW + 1:02d}"


@dataclass(slots=True)
class PretendedSeat:
    """One kiosk and its candidate, as far as this program speaks for them."""

    n: int
    kiosk_id: str
    seat_label: str
    candidate_id: str
    sbd: str
    source: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    generation: int = 1
    pending: int = 0

    @property
    def attempt_id(self) -> str:
        """The attempt this candidate gets."""
        return f"a{self.n:07d}"


class ConsoleHall:
    """A room with seats that do as they are told."""

    def __init__(self, room: Room, app: Flask, seats: Sequence[PretendedSeat]) -> None:
        self.room = room
        self.app = app
        self.seats = list(seats)
        self._random = random.Random(11)
        self._server: ThreadedServer | None = None
        self._port = 0

    # --- the line ---

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self._port}"

    def serve(self) -> None:
        """Listen; on the same port as before."""
        listener = listen("127.0.0.1", self._port) if self._port else _listen_somewhere()
        self._port = int(listener.getsockname()[1])
        self._server = ThreadedServer(listener, self.app.wsgi_app, Gate(), RoomLog(None), None)
        self._server.start()

    def cut(self) -> None:
        """Every line to a browser breaks, and nobody answers; the room goes on."""
        if self._server is not None:
            self._server.stop()
            self._server.server_close()
            self._server = None

    # --- officers ---

    def officer(self, role: Role, user_name: str = "") -> dict[str, str]:
        """The cookie (name and value) of a browser at the server on which an officer of this role is signed in."""
        store, now_ms = self.room.store.officers, self.room.clock.now_ms()
        name = user_name or role.value
        known = store.by_user_name(name)
        if known is None:
            known = Officer(
                f"u-{name}", name, f"Cán bộ mẫu {name}", role, "Ban Coi thi", "-", False, now_ms, "cli"
            )  # fmt: skip
            store.add([known])
        token = secrets.token_urlsafe(32)
        store.begin_session(token, known.officer_id, now_ms, now_ms + 3_600_000)
        with self.app.test_request_context():
            serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return {"name": "examroom-local", "value": serializer.dumps({"officer": token}), "url": self.url}

    # --- what machines do ---

    def arrive(self, seats: Sequence[PretendedSeat], *, staged: bool = True) -> None:
        """Their lines are up, and both sealed packages are on their disks."""
        held = [one.wire() for one in self.room.stage().packages] if staged else []
        facts = cast("MachineFacts", MachineFacts.parse(nothing_wrong(BUILD, held)))
        for seat in seats:
            self.room.presence.arrived(
                seat.kiosk_id,
                seat.seat_label,
                f"sid-{seat.n}-{secrets.token_hex(4)}",
                f"127.0.1.{seat.n % 250}",
                BUILD,
            )
            self.pulse(seat)
            definition = self.room.definition()
            for package_id in definition.package_ids if definition is not None else ():
                if staged:
                    self.room.presence.staged(seat.kiosk_id, Staged(package_id, 1_400_000, True, None))
            self.room.presence.told(seat.kiosk_id, facts)

    def pulse(self, seat: PretendedSeat, screen: str = "exam", free_bytes: int = 41_000_000_000) -> None:
        """One sign of life."""
        self.room.presence.pulse(
            seat.kiosk_id, Pulse(screen, seat.pending, seat.seq, free_bytes, 3 + seat.n % 9, self.room.clock.now_ms())
        )

    def lose(self, seat: PretendedSeat) -> None:
        """Its line breaks; once the room's rounds have noticed, the journal says so too."""
        kiosk = self.room.presence.kiosk(seat.kiosk_id)
        if kiosk is not None and kiosk.connection is not None:
            self.room.presence.left(seat.kiosk_id, kiosk.connection)

    def silent(self, seat: PretendedSeat) -> None:
        """Its line broke long enough ago for the journal to say so."""
        self.lose(seat)
        self._sitting.by_room(commands.RecordConnection(seat.kiosk_id, seat.attempt_id, "lost"))

    def back(self, seat: PretendedSeat) -> None:
        """Its line is up again."""
        self.arrive([seat])
        self._sitting.by_room(commands.RecordConnection(seat.kiosk_id, seat.attempt_id, "restored"))

    # --- what candidates do ---

    def sign_in(self, seats: Sequence[PretendedSeat], *, confirm: bool = True) -> None:
        """They sign in, and confirm who they are."""
        for seat in seats:
            seat.seq = 1
            command = commands.SeatCandidate(
                seat.candidate_id, seat.attempt_id, seat.kiosk_id, seat.seat_label, seat.source
            )
            self._deliver(seat, b"sign-in", command)
            if confirm:
                self.confirm(seat)

    def confirm(self, seat: PretendedSeat) -> None:
        """They confirm who they are."""
        self._record(seat, ConfirmIdentity(seat.attempt_id, seat.generation, self.room.clock.now_ms(), 4))

    def move(self, seat: PretendedSeat, to: PretendedSeat) -> PretendedSeat:
        """They sign in again at another machine."""
        moved = replace(
            to, candidate_id=seat.candidate_id, sbd=seat.sbd, source=secrets.token_hex(16), n=seat.n, seq=1,
            generation=seat.generation + 1,
        )  # fmt: skip
        command = commands.SeatCandidate(seat.candidate_id, "a-none", to.kiosk_id, to.seat_label, moved.source)
        self._deliver(moved, b"sign-in again", command)
        return moved

    def answer(self, seat: PretendedSeat, count: int, made_ago_ms: int = 0) -> None:
        """They answer so many items more."""
        attempt = self._sitting.state.attempts[seat.attempt_id]
        part = attempt.running
        assert part is not None
        for item_id in [one for one in part.item_ids if one not in part.responses][:count]:
            outline = self._sitting.state.item(part.section_id, item_id)
            assert outline is not None
            chosen = [self._random.choice(outline.option_ids)]
            record = SaveResponse(
                seat.attempt_id, seat.generation, part.part, item_id, {"options": chosen},
                self.room.clock.now_ms() - made_ago_ms, 4,
            )  # fmt: skip
            self._record(seat, record)
        self.room.presence.acknowledged(seat.kiosk_id)

    def submit(self, seat: PretendedSeat, *, honest: bool = True) -> None:
        """They hand in."""
        attempt = self._sitting.state.attempts[seat.attempt_id]
        part = attempt.running
        assert part is not None
        digest = responses_sha256(seat.attempt_id, part.part, part.responses) if honest else b"\0" * 32
        now_ms = self.room.clock.now_ms()
        self._record(
            seat, SubmitPart(seat.attempt_id, seat.generation, part.part, seat.seq, digest.hex(), now_ms, 4)
        )  # fmt: skip

    def tell(self, seat: PretendedSeat, record: CandidateRecord) -> None:
        """What this seat's machine says of the hall: a hand, a message seen."""
        self._record(seat, record)

    def pause(self, seat: PretendedSeat, reason: str, cause: Cause) -> None:
        """A proctor stops one clock."""
        self.order(commands.Pause((seat.attempt_id,), reason, cause, "u-proctor"))

    def start(self, who: tuple[str, ...] | None = None) -> None:
        """A proctor starts the clock."""
        self.order(commands.StartPart(0, who, b"\7" * 32, "u-proctor"))

    def order(self, command: object) -> None:
        """Anything an officer may order, past their rights."""
        verdict = self._sitting.by_room(command)
        assert verdict.verdict is Outcome.ACCEPTED, verdict

    # --- inside ---

    @property
    def _sitting(self) -> Sitting:
        sitting = self.room.sitting
        assert sitting is not None
        return sitting

    def _record(self, seat: PretendedSeat, record: CandidateRecord) -> None:
        seat.seq += 1
        text = encode({"kind": record.KIND, **record.wire()})
        self._deliver(seat, text, commands.KioskRecord(record, seat.source, seat.seq))

    def _deliver(self, seat: PretendedSeat, message: bytes, command: object) -> None:
        verdict = self._sitting.submit([Delivery(bytes.fromhex(seat.source), seat.seq, message, command)])[0]
        assert verdict.verdict in (Outcome.ACCEPTED, Outcome.LATE), verdict


@contextmanager
def console_hall(
    folder: Path, contest: SealedContest, count: int, rules: Rules | None = None, clock: RoomClock | None = None
) -> Iterator[ConsoleHall]:
    """A new room in an empty folder with so many named seats and candidates, its pages served on loopback."""
    make_room(folder, contest, count, rules)
    with open_room(folder, clock, RoomLog(None)) as room, served_hall(room) as hall:
        hall.seats = _seats(room)
        yield hall


@contextmanager
def served_hall(room: Room) -> Iterator[ConsoleHall]:
    """The pages of a room on a free port of loopback, with their line for live changes; no seats yet."""
    app = create_app(room)
    socketio = SocketIO(
        app, async_mode="threading", async_handlers=False, transports=["websocket"], ping_interval=2, ping_timeout=6
    )
    channel = ConsoleChannel(room, socketio, app, _who, _admit)
    web: Web = app.extensions["examroom"]
    web.signed_out.append(channel.officer_changed)
    hall = ConsoleHall(room, app, ())
    channel.start()
    hall.serve()
    try:
        yield hall
    finally:
        hall.cut()
        channel.stop()
        socketio.server.shutdown()


def _seats(room: Room) -> list[PretendedSeat]:
    """Name the seats as a hall names them, and the candidates; who sits where."""
    candidates = room.store.candidates
    entries = [
        Entry(f"{n:04d}", name_of(n), date(1990 + n % 12, 1 + n % 12, 1 + n % 28), UNITS[n % len(UNITS)])
        for n in range(1, candidates.count(SITTING_ID) + 1)
    ]
    made = candidates.replace_all(SITTING_ID, entries, "cli", room.clock.now_ms(), secrets.token_bytes)
    machines = [one for one in room.pairing.machines() if one.kind is MachineKind.KIOSK]
    seats = []
    for n, (machine, candidate) in enumerate(zip(machines, made, strict=True)):
        room.pairing.rename(machine.machine_id, seat_of(n))
        seats.append(
            PretendedSeat(n, machine.machine_id, seat_of(n), candidate.candidate_id, candidate.entry.sbd)
        )  # fmt: skip
    room.changed()
    return seats


def _who(cookie: MutableMapping[str, Any]) -> OfficerActor | None:
    officer = sessions.officer_from_session(cookie)
    return None if officer is None else sessions.actor(officer)


def _admit() -> bool:
    return guard.at_the_server() or guard.console_machine() is not None
