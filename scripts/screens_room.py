"""Rooms for pictures: real rooms with real pages, a clock that moves when it is told, and officers with passwords."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from question_bank.canonical import encode
from question_bank.custody import SecretKind
from scripts.console_hall import ConsoleHall, PretendedSeat, name_of, seat_of, served_hall
from scripts.quiet_server import quiet_server
from scripts.rehearsal import OFFICERS, accounts
from scripts.rehearsal import UNITS as OFFICES
from scripts.screens_files import write_all
from server.domain import commands
from server.domain.pairing import MachineKind
from server.domain.rights import Role
from server.domain.roster import Entry
from server.drill.prepared_room import Rules, SealedContest, give_codes, open_room, sitting_file, take_in
from server.identity import write_identity
from server.live.clock import RoomClock
from server.live.pairing import SeenMachine
from server.protocol import pairing
from server.protocol.messages import PairOffer, PairOfferAck, PairReveal
from server.protocol.records import SaveResponse
from server.protocol.service import KioskNotice
from server.store.batch import Delivery
from server.store.machines import Machine
from server.store.officers import Officer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PASSWORD = "hai con vạc bay"  # of every officer in the pictures
USERS = {Role(one.role): one.user_name for one in reversed(OFFICERS)}
LONG_UNIT = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính thuộc Văn phòng Ủy ban nhân dân tỉnh"
LONG_OFFICER = "Công Tằng Tôn Nữ Hoàng Huyền Khương Cán Bộ Coi Thi Mẫu Hai"
NEWCOMER = "canbomoi"
LONG_TITLE = (
    "Hội thi “Cán bộ, công chức, viên chức với chuyển đổi số và cải cách hành chính” tỉnh · Vòng chung kết · Ca 2",
    "Contest “Officials and public employees in digital transformation and administrative reform” · Final · Sitting 2",
)
BY_RULE = Rules()
BY_LOT = Rules(opening="draw", show_result="later", marking_opens="after_close")
_VIETNAM = timezone(timedelta(hours=7))
MORNING_MS = int(datetime(2026, 11, 14, 7, 30, tzinfo=_VIETNAM).timestamp() * 1000)  # a Saturday


class SteppedClock:
    """A computer's clock that stands still until it is moved on, so that every run shows the same times."""

    def __init__(self) -> None:
        self._now_ms = MORNING_MS

    def now_ms(self) -> int:
        """Ms since 1970 UTC."""
        return self._now_ms

    def go_on(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._now_ms += int(seconds * 1000)

    def until(self, hour: int, minute: int, second: int = 0) -> None:
        """Let it become so late, in Vietnam's time; never back."""
        wanted = MORNING_MS + ((hour - 7) * 3600 + (minute - 30) * 60 + second) * 1000
        assert wanted >= self._now_ms, "time does not go back"
        self._now_ms = wanted


@dataclass(slots=True)
class World:
    """What the pictures of one room stand on. `elsewhere` is the room as a browser that is no console reaches it."""

    hall: ConsoleHall
    clock: SteppedClock
    contest: SealedContest
    folder: Path
    elsewhere: str
    offers: list[str] = field(default_factory=list)

    def seat(self, label: str) -> PretendedSeat:
        """The seat of this name."""
        return next(one for one in self.hall.seats if one.seat_label == label)

    def candidate_path(self, n: int, end: str = "") -> str:
        """The page of the n-th candidate."""
        return f"/roster/{self.hall.seats[n].candidate_id}{end}"

    def seat_path(self, label: str) -> str:
        """The page of a seat."""
        return f"/console/seat/{self.seat(label).kiosk_id}"

    def share(self, kind: SecretKind, number: int, set_name: str = "primary") -> str:
        """The words on a custodian's sheet, numbers from 0."""
        return self.contest.shares(set_name, kind)[number]

    def post(self, user_name: str, path: str, fields: dict[str, str]) -> None:
        """An officer sends a form, as if it had been filled and looked at."""
        officer = self.hall.room.store.officers.by_user_name(user_name)
        assert officer is not None, user_name
        cookie = self.hall.officer(officer.role, user_name)
        client = self.hall.app.test_client()
        client.set_cookie(cookie["name"], cookie["value"], domain="127.0.0.1")
        client.set_cookie("examroom-language", "vi", domain="127.0.0.1")
        self.hall.app.config["WTF_CSRF_ENABLED"] = False
        answer = client.post(path, data=fields, base_url=self.hall.url)
        self.hall.app.config["WTF_CSRF_ENABLED"] = True
        assert answer.status_code == 303, answer.text
        assert "sign-in" not in answer.location, answer.location

    # --- what happens ---

    def take_in(self, title: tuple[str, str], rules: Rules, sitting_id: str, *, packages: bool = True) -> None:
        """The sitting file and, if wanted, both sealed sets."""
        paths = [bundle.package.path for bundle in self.contest.bundles.values()] if packages else []
        take_in(self.hall.room, sitting_file(self.contest, rules, sitting_id, title), paths)

    def seat_everyone(self, count: int) -> None:
        """A roster of so many people, each with a code and a paired machine of their own."""
        room = self.hall.room
        definition = room.definition()
        assert definition is not None
        at_ms = self.clock.now_ms()
        people = room.store.candidates.replace_all(
            definition.sitting_id, [entry_of(n) for n in range(count)], "cli", at_ms, secrets.token_bytes
        )
        for n, one in enumerate(people):
            key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
            machine_id = f"k{n:016d}"
            kind, label = MachineKind.KIOSK, seat_of(n)
            room.store.machines.add(Machine(machine_id, key, kind, label, "0.1.0", at_ms, "kit:k1"))
            self.hall.seats.append(PretendedSeat(n, machine_id, label, one.candidate_id, one.entry.sbd))
        room.changed()

    def give_codes(self, seats: Sequence[PretendedSeat]) -> None:
        """An access code each; nobody needs to know it here."""
        sitting = self.hall.room.sitting
        assert sitting is not None
        give_codes(self.hall.room, sitting.sitting_id, [one.candidate_id for one in seats], lambda n: 1)

    def ask_to_join(self, seat: str, address: str, kind: MachineKind = MachineKind.KIOSK) -> None:
        """A machine shows its six digits and waits for the console."""
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(32)
        connection = f"sid-{seat}"
        desk = self.hall.room.pairing
        offered = desk.offer(connection, address, PairOffer(pairing.commitment(key, nonce), kind.value, seat, "0.1.0"))
        assert isinstance(offered, PairOfferAck), offered
        desk.reveal(connection, PairReveal(key.hex(), nonce.hex()))

    def be_seen(self, labels: Sequence[str]) -> None:
        """Machines on the network that have not chosen a room."""
        self.hall.room.pairing.set_seen(
            [
                SeenMachine(f"exam-{n}._examkiosk._tcp.local.", KioskNotice(label, False, ""), (f"192.168.1.{90 + n}",))
                for n, label in enumerate(labels)
            ]
        )

    def pulse(self) -> None:
        """A sign of life of every machine that is here."""
        for seat in self.hall.seats:
            known = self.hall.room.presence.kiosk(seat.kiosk_id)
            if known is not None and known.connected:
                self.hall.pulse(seat)

    def answer_all(self, counts: dict[str, int], seconds: float) -> None:
        """So many answers at each seat, given evenly within so many seconds; one commit a round."""
        hall, sitting = self.hall, self.hall.room.sitting
        assert sitting is not None
        rounds = max(counts.values())
        for turn in range(rounds):
            self.clock.go_on(seconds / rounds)
            deliveries = []
            for seat in hall.seats:
                if counts.get(seat.seat_label, 0) > turn:
                    part = sitting.state.attempts[seat.attempt_id].running
                    assert part is not None
                    item_id = part.item_ids[turn]
                    outline = sitting.state.item(part.section_id, item_id)
                    assert outline is not None
                    chosen: dict[str, object] = {
                        "options": [outline.option_ids[(turn + seat.n) % len(outline.option_ids)]]
                    }
                    seat.seq += 1
                    record = SaveResponse(
                        seat.attempt_id, seat.generation, part.part, item_id, chosen, self.clock.now_ms(), 4
                    )
                    text = encode({"kind": record.KIND, **record.wire()})
                    command = commands.KioskRecord(record, seat.source, seat.seq)
                    deliveries.append(Delivery(bytes.fromhex(seat.source), seat.seq, text, command))
                    hall.room.presence.acknowledged(seat.kiosk_id)
            sitting.submit(deliveries)
        self.pulse()


def entry_of(n: int) -> Entry:
    """The n-th candidate, from 0; every seventh has a name as long as names get, every eleventh such a unit."""
    unit = LONG_UNIT if n % 11 == 0 else OFFICES[n % len(OFFICES)]
    position = "Phó Trưởng phòng phụ trách" if n % 9 == 0 else "Chuyên viên"
    birth = date(1970 + n % 33, 1 + n % 12, 1 + n % 28)
    return Entry(f"{n + 1:04d}", name_of(n + 1), birth, unit, "AB"[n % 2], position, "Phòng máy A", seat_of(n))


@contextmanager
def picture_room(folder: Path, contest: SealedContest) -> Iterator[World]:
    """A new room with officers and nothing else, its pages served on loopback."""
    folder.mkdir()
    write_identity(folder, "Phòng máy A")
    files = folder.parent / "files"
    files.mkdir(exist_ok=True)
    write_all(files)
    clock = SteppedClock()
    room_clock = RoomClock(clock.now_ms, clock.now_ms, clock.now_ms())
    with open_room(folder, room_clock) as room, served_hall(room) as hall, _elsewhere(hall.app) as outside:
        room.store.officers.add(_officers(clock.now_ms()))
        yield World(hall, clock, contest, files, outside)


def _officers(at_ms: int) -> list[Officer]:
    found = [
        replace(one, full_name=LONG_OFFICER) if one.user_name == "coithi2" else one for one in accounts(PASSWORD, at_ms)
    ]
    hashed = found[0].password_hash
    new = Officer("u-new", NEWCOMER, "Cán bộ mới mẫu", Role.PROCTOR, "Ban Coi thi", hashed, True, at_ms, "cli")
    gone = Officer(
        "u-gone", "canbocu", "Cán bộ cũ mẫu", Role.SECRETARIAT, LONG_UNIT, hashed, False, at_ms, "cli", at_ms
    )
    head = Officer(
        "u-tochuc2", "tochuc2", "Trưởng Ban Tổ chức mẫu", Role.ORGANISING, "Ban Tổ chức", hashed, False, at_ms, "cli"
    )
    return [*found, head, new, gone]


@contextmanager
def _elsewhere(app: Flask) -> Iterator[str]:
    """The same pages as a browser on the network reaches them that was never paired."""

    def from_the_network(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return app({**environ, "REMOTE_ADDR": "192.168.1.57"}, start)

    with quiet_server(lambda host: from_the_network) as host:
        yield f"http://{host}"
