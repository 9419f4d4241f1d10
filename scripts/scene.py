"""A whole exam room for scenarios: a prepared folder, the real server and real kiosks as processes, and what they log.

Everything that can be done before the doors open (sealing, roster, codes, ceremony, pairing) is done through the room's
own functions; from then on only sockets, pages and signals are used.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from client_kiosk.config import KioskFolder, Membership
from question_bank.items._choice import right_options
from scripts import check_demo
from scripts.kiosk_process import KioskProcess, Player
from server.drill.officers import PROCTOR, add_officers
from server.drill.officers import hold_ceremony as hold_ceremony_at
from server.drill.prepared_room import SITTING_ID, Rules, SealedContest, address_of, hold_ceremony, make_room, open_room
from server.drill.room_process import OfficerAtServer, RoomProcess
from server.drill.virtual_kiosk import VirtualKiosk
from server.drill.virtual_parts import Kept, RoomAddress, Sheet
from server.drill.virtual_socket import SocketGoneError
from server.identity import RoomIdentity, load_identity
from server.live.marks import ResultRow
from server.live.room import Room
from server.protocol.records import SaveResponse
from server.store.verify import JournalReport, verify_file

PASSWORD = "mot mat khau dai"


class Scene:
    """One room and its machines. `port` is the TLS port, `local_port` the console's at the server itself."""

    def __init__(
        self, folder: Path, contest: SealedContest, sheets: Sequence[Sheet], port: int, local_port: int
    ) -> None:
        self.folder = folder
        self.contest = contest
        self.sheets = list(sheets)
        self.port = port
        self.room_folder = folder / "room"
        self.clicks = folder / "clicks.jsonl"
        self.server = RoomProcess(self.room_folder, port, local_port)
        self.officer = OfficerAtServer(local_port, PROCTOR, PASSWORD)
        self.kiosks: list[KioskProcess] = []
        self.texts = _texts(contest)

    @property
    def identity(self) -> RoomIdentity:
        """The room's identity, as its folder holds it."""
        return load_identity(self.room_folder)

    @property
    def address(self) -> RoomAddress:
        """How a virtual kiosk reaches the room."""
        return address_of(self.room_folder, self.identity.room_id, self.port, self.contest.committee.raw)

    @property
    def ack_logs(self) -> list[Path]:
        """What the kiosks have written so far."""
        return sorted(self.folder.glob("acks-*.jsonl"))

    # --- machines ---

    def kiosk(self, n: int, local_port: int, *arguments: str, name: str = "", paired: bool = True) -> KioskProcess:
        """A real kiosk with the n-th sheet (from 0), paired unless told otherwise; not started."""
        name = name or f"k{n:02d}"
        folder = self.folder / name
        if paired:
            pair(folder, self.sheets[n], self.identity, f"127.0.0.1:{self.port}")
        log = self.folder / f"acks-{name}.jsonl"
        kiosk = KioskProcess(
            folder, f"127.0.0.{n + 2}", local_port, "--no-search", "--address", f"127.0.0.1:{self.port}",
            "--ack-log", str(log), *arguments,
        )  # fmt: skip
        self.kiosks.append(kiosk)
        return kiosk

    def player(self, n: int, kiosk: KioskProcess) -> Player:
        """The n-th sheet's candidate at a kiosk."""
        return Player(kiosk, self.sheets[n].sbd, self.sheets[n].code, self.clicks)

    def virtual(self, n: int, told: Callable[[], None] = lambda: None) -> LoggedKiosk:
        """A lean kiosk with the n-th sheet, in this process."""
        folder = self.folder / f"v{n:02d}"
        folder.mkdir()
        return LoggedKiosk(self, n, folder, told)

    def hold_ceremony(self) -> None:
        """Open the primary paper through the officers' own pages; the server runs and the room was made unopened."""
        hold_ceremony_at(self.server.local_port, self.contest, PASSWORD)

    def sit(self, n: int, kiosk: KioskProcess, answers: Sequence[int] = ()) -> Player:
        """The n-th candidate at a running kiosk: signed in, the part started for everybody, these items answered."""
        player = self.player(n, kiosk)
        player.arrive()
        self.officer.order("start", part=0, who=None)
        player.read_paper()
        for number in answers:
            assert player.choose(number, [1])
        return player

    def end_sitting(self) -> None:
        """Close part and sitting, stop the server, and see that the journal is whole and nothing is lost or wrong."""
        self.officer.order("close_part", part=0, reason="Hết giờ")
        self.officer.order("close_sitting", reason="Hết giờ")
        assert self.server.stop() == 0
        assert self.verified().problems == ()
        assert self.problems() == []

    def close(self) -> None:
        """End every process."""
        for kiosk in self.kiosks:
            kiosk.kill()
        self.server.kill()

    # --- looking back ---

    @contextmanager
    def opened(self) -> Iterator[Room]:
        """The room in this process, once its server has ended."""
        with open_room(self.room_folder) as room:
            yield room

    @property
    def journal(self) -> Path:
        """The sitting's journal."""
        return self.room_folder / "sittings" / f"{SITTING_ID}.journal.sqlite"

    def verified(self) -> JournalReport:
        """The full check of the sitting's journal."""
        return verify_file(self.journal)

    def results(self) -> list[ResultRow]:
        """The results as the page and the export show them."""
        with self.opened() as room:
            return room.marks.results()

    def problems(self, limit_ms: int = 10**9) -> list[str]:
        """What the demo's checker finds: lost answers and wrong results."""
        journal = sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True)
        acks = check_demo.read_acks(self.ack_logs)
        rows = check_demo.read_rows(journal)
        lost = check_demo.lost_answers(acks, rows) + check_demo.superseded_by_nothing(acks, journal)
        lost += check_demo.other_records(acks, rows)
        journal.close()
        clicks = check_demo.lines(self.clicks)
        expected = check_demo.expected_right(clicks, self.right_texts())
        results = [asdict(row) for row in self.results()]
        return lost + check_demo.wrong_results(expected, results, limit_ms)

    def right_texts(self) -> dict[str, frozenset[str]]:
        """Stem → texts of the right options, from the forms that were sealed."""
        found = {}
        for form in self.contest.forms.values():
            for section in form.sections:
                for item in section.marking.items:
                    stem, options = self.texts[item.item_id]
                    found[check_demo.folded(stem)] = frozenset(
                        check_demo.folded(options[key]) for key in right_options(item)
                    )
        return found


def pair(folder: Path, sheet: Sheet, identity: RoomIdentity, address: str) -> None:
    """What pairing leaves on a kiosk's disk, with the address at which it knows the room."""
    own = KioskFolder(folder)
    raw = sheet.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    (folder / "kiosk.key").write_bytes(raw)
    own.join(
        Membership(
            room_id=identity.room_id,
            room_name=identity.room_name,
            kiosk_id=sheet.kiosk_id,
            seat_label=sheet.seat_label,
            ca_pem=identity.ca_pem,
            server_key=identity.server_key.hex(),
            addresses=(address,),
        )
    )


class LoggedKiosk(VirtualKiosk):
    """A virtual kiosk that writes what a rehearsal's kiosks write: each click, and each ack at its instant."""

    def __init__(self, scene: Scene, n: int, folder: Path, told: Callable[[], None]) -> None:
        super().__init__(scene.address, scene.sheets[n], folder, seed=n)
        self._texts = scene.texts
        self._clicks = scene.clicks
        self._acks = scene.folder / f"acks-{folder.name}.jsonl"
        self._told = told

    async def answer(self) -> None:
        """Change one response; the click is written down before it is sent, as it is on the kiosk's disk by then."""
        before = dict(self.responses)
        task = asyncio.ensure_future(super().answer())
        await asyncio.sleep(0)  # the record is made before the first wait
        for item_id in {*before, *self.responses}:
            if before.get(item_id) != self.responses.get(item_id):
                self.note(item_id)
        await task

    def put(self, text: bytes) -> int:
        """Put any bytes into the outbox as the next record, readable or not: its number. Nothing is sent."""
        self.outbox.append(Kept(text))
        return len(self.outbox)

    def saving(self, item_id: str, response: dict[str, Any]) -> bytes:
        """The text of a save_response record made now."""
        attempt, (made_at_ms, uncertainty_ms) = self.situation["attempt"], self._now()
        ids = (attempt["attempt_id"], attempt["generation"], self.paper["part"])
        return SaveResponse(*ids, item_id, response, made_at_ms, uncertainty_ms).text()

    async def deliver(self, *numbers: int) -> list[dict[str, Any]]:
        """Send these records, whatever was sent before: the server's verdicts. Raises SocketGoneError."""
        records = [{"seq": seq, "message": self.outbox[seq - 1].text.decode()} for seq in numbers]
        answer = await self.ask("records", {"source": self.source, "records": records})
        for verdict in answer.get("verdicts", ()):
            self._note(verdict)
        if "verdicts" not in answer:
            raise SocketGoneError(str(answer))
        return list(answer["verdicts"])

    async def ask(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Any message, and its answer. Raises SocketGoneError."""
        if self._socket is None:
            raise SocketGoneError("not connected")
        answer: dict[str, Any] = await self._socket.call(event, payload)
        return answer

    def room_time_ms(self) -> int:
        """Room time as this kiosk knows it."""
        return self._now()[0]

    def note(self, item_id: str) -> None:
        """Write down the response to one item as it is now."""
        stem, options = self._texts[item_id]
        chosen = self.responses.get(item_id, {"options": []})["options"]
        click = {"sbd": self.sheet.sbd, "stem": stem, "options": [options[option] for option in chosen]}
        with self._clicks.open("a", encoding="utf-8") as file:
            file.write(json.dumps(click, ensure_ascii=False) + "\n")

    def _note(self, verdict: dict[str, Any]) -> None:
        super()._note(verdict)
        kept = self.outbox[verdict["seq"] - 1]
        line = {
            "sbd": self.sheet.sbd, "source": self.source, "seq": verdict["seq"], "verdict": verdict["verdict"],
            "epoch": verdict["epoch"], "hash": verdict["hash"], "message": kept.text.decode("utf-8", "replace"),
        }  # fmt: skip
        with self._acks.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._told()


@contextmanager
def scene(
    folder: Path, contest: SealedContest, count: int, ports: Callable[[], int], rules: Rules | None = None,
    *, opened: bool = True,
) -> Iterator[Scene]:  # fmt: skip
    """A room with so many candidates and paired kiosks, its paper opened unless told otherwise; nothing runs yet."""
    room_folder = folder / "room"
    room_folder.mkdir(parents=True)
    sheets = make_room(room_folder, contest, count, rules)
    with open_room(room_folder) as room:
        if opened:
            hold_ceremony(room, contest)
        add_officers(room, PASSWORD)
    made = Scene(folder, contest, sheets, ports(), ports())
    try:
        yield made
    finally:
        made.close()


def _texts(contest: SealedContest) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """Item id → stem and the texts of its options by id, as candidates see them."""
    found = {}
    for form in contest.forms.values():
        for section in form.sections:
            items: Any = section.candidate["items"]
            for item in items:
                found[item["item_id"]] = (
                    item["stem"],
                    {one["option_id"]: one["text"] for one in item.get("options", ())},
                )
    return found
