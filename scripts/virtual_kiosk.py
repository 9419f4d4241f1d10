"""One virtual kiosk: everything of a kiosk that the room can tell, and nothing a person would see.

It pins the room's authority, proves itself, stages both packages over HTTPS and checks them, signs its candidate in,
decrypts the paper when it opens, keeps an outbox, and after every loss sends whatever the server does not hold.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from question_bank.sealed import Package
from scripts.virtual_parts import Kept, Measured, Papers, RoomAddress, Sheet, fetch_range
from scripts.virtual_socket import SocketGoneError, VirtualSocket, connect
from server.protocol import clock, pairing, trust
from server.protocol.messages import MAX_RECORDS, PULSE_S
from server.protocol.receipt import responses_sha256
from server.protocol.records import ClearResponse, ConfirmIdentity, Record, SaveResponse, SignIn, SubmitPart
from server.protocol.sequence import retry_delay_ms

_BUSY_S = 1.0  # at most this long until a busy server is asked again


class VirtualKiosk:
    """Lives until `stop`; `answer` may be called whenever the paper is open."""

    def __init__(self, room: RoomAddress, sheet: Sheet, folder: Path, seed: int, papers: Papers | None = None) -> None:
        self.room = room
        self.sheet = sheet
        self.folder = folder
        self.measured = Measured()
        self.situation: dict[str, Any] = {}
        self.paper: dict[str, Any] = {}
        self.items: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.responses: dict[str, dict[str, list[str]]] = {}
        self.ready = asyncio.Event()
        self.opened = asyncio.Event()
        self.reconciled = asyncio.Event()
        self.received: list[bytes] | None = None
        self.on_reconciled: Callable[[], None] = lambda: None
        self.source = os.urandom(16).hex()
        self.outbox: list[Kept] = []  # number 1 is at place 0
        self._papers = papers or Papers()
        self._packages: dict[str, Package] = {}
        self._random = random.Random(seed)
        self._socket: VirtualSocket | None = None
        self._known: clock.Estimate | None = None
        self._sending = asyncio.Lock()
        self._stopping = False
        self._token = ""
        self._tasks: list[asyncio.Task[None]] = []

    # --- life ---

    def start(self) -> None:
        """Come on, and stay on whatever happens."""
        self._papers.start()
        self._tasks = [asyncio.create_task(self._stay_connected()), asyncio.create_task(self._pulse())]

    async def stop(self) -> None:
        """Go off."""
        self._stopping = True
        if self._socket is not None:
            self._socket.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._papers.stop()

    @property
    def pending(self) -> int:
        """Records not acknowledged yet."""
        return sum(1 for kept in self.outbox if kept.acked_at is None)

    async def _stay_connected(self) -> None:
        tries = 0
        while not self._stopping:
            gone = asyncio.Event()
            try:
                await self._come_in(gone)
                tries = 0
                await gone.wait()
            except (OSError, TimeoutError, SocketGoneError) as error:
                self.measured.refusals.append(type(error).__name__)
            self._socket = None
            self.reconciled.clear()
            tries += 1
            self.measured.reconnects += 1
            await asyncio.sleep(retry_delay_ms(tries, self._random.getrandbits(30)) / 1000)

    async def _come_in(self, gone: asyncio.Event) -> None:
        room, sheet = self.room, self.sheet
        name = trust.host_name(room.room_id)
        socket = await connect(
            "/kiosk", room.host, room.port, room.tls, name, self._pushed, gone.set, received=self.received
        )
        hello = {"protocol": 1, "kiosk_id": sheet.kiosk_id, "kind": "kiosk", "build": "bench", "seat_label": None}
        greeted = await self._asked(socket, "hello", hello)
        text = pairing.prove_text(bytes.fromhex(greeted["nonce"]), room.room_id, sheet.kiosk_id, socket.leaf_der)
        proof = {"kiosk_id": sheet.kiosk_id, "signature": sheet.key.sign(text).hex()}
        proven = await self._asked(socket, "prove", proof)
        self._socket, self._token = socket, proven["token"]
        if proven["paper"] is not None:
            self._pushed("paper", proven["paper"])
        await self._ask_time(socket)
        self._pushed("situation", proven["situation"])
        self.ready.set()
        if self.outbox:
            await self._reconcile(socket, proven["situation"])
        else:
            self._settled()

    async def _asked(self, socket: VirtualSocket, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer = await socket.call(event, payload)
        if not isinstance(answer, dict) or "refused" in answer:
            socket.cut()
            raise SocketGoneError(f"{event}: {answer}")
        return answer

    async def _ask_time(self, socket: VirtualSocket) -> None:
        t1_ms = _monotonic_ms()
        answer = await self._asked(socket, "clock", {"t1_ms": t1_ms})
        found = clock.estimate(clock.Exchange(t1_ms, answer["t2_ms"], answer["t3_ms"], _monotonic_ms()))
        if found is not None:
            self._known = clock.better(self._known, found)

    async def _pulse(self) -> None:
        await asyncio.sleep(self._random.random() * PULSE_S)
        while True:
            await asyncio.sleep(PULSE_S)
            socket, known = self._socket, self._known
            if socket is None or known is None or not self.reconciled.is_set():
                continue  # everything it holds is sent before its next pulse
            pulse = {
                "screen": "exam" if self.paper else "waiting",
                "pending": self.pending,
                "outbox_last_seq": len(self.outbox),
                "disk_free_bytes": 10**10,
                "uncertainty_ms": clock.uncertainty_ms(known, _monotonic_ms()),
                "estimate_at_ms": clock.room_time_ms(known, _monotonic_ms()),
                "source": self.source if self.outbox else None,
            }
            try:
                await socket.call("pulse", pulse)
            except SocketGoneError:
                continue

    def _pushed(self, event: str, payload: Any) -> None:
        if event == "situation":
            self.situation = payload
        elif event == "paper":
            self.paper = payload
            if self.measured.paper_arrived_at is None:
                self.measured.paper_arrived_at = time.monotonic()
            self._papers.put_nowait(partial(self.open_paper, payload))

    # --- staging ---

    async def stage(self) -> None:
        """Fetch, keep and check every package the room offers, and say so."""
        for offer in self.situation["stage"]["packages"]:
            package_id = offer["package_id"]
            path = self.folder / f"{package_id}.exam"
            path.write_bytes(await self._download(offer["path"], offer["bytes"]))
            if hashlib.sha256(path.read_bytes()).hexdigest() != offer["sha256"]:
                raise SocketGoneError(f"{package_id} arrived damaged")
            package = Package.open_file(path, self.room.signer, self.room.version)
            package.verify()
            self._packages[package_id] = package
            done = {"package_id": package_id, "bytes": offer["bytes"], "verified": True, "fault": None}
            assert self._socket is not None
            await self._asked(self._socket, "staged", done)
        self.measured.staged_at = time.monotonic()
        if self.paper:
            self._papers.put_nowait(partial(self.open_paper, self.paper))

    async def _download(self, path: str, size: int) -> bytes:
        """The bytes of a package, asked for in two ranges as an interrupted kiosk would."""
        found: list[bytes] = []
        for first, last in ((0, size // 2 - 1), (size // 2, size - 1)):
            while (piece := await fetch_range(self.room, self._token, path, first, last)) is None:  # noqa: ASYNC110 - the server is busy
                await asyncio.sleep(_BUSY_S * self._random.random())
            found.append(piece)
        return b"".join(found)

    def open_paper(self, paper: dict[str, Any]) -> None:
        """Decrypt in memory, as a kiosk does when the identity arrives."""
        if self.items or paper["package_id"] not in self._packages:
            return  # the latter: a wiped machine, which opens it once it has fetched the packages again
        began = time.process_time()
        part = self._packages[paper["package_id"]].candidate(paper["section_id"], paper["identity"])
        views: Any = part.document["items"]
        types = {str(view["item_id"]): str(view["type"]) for view in views}
        self.items = {
            item_id: (types[item_id], tuple(paper["order"]["option_ids"][item_id]))
            for item_id in paper["order"]["item_ids"]
        }
        self.measured.decrypt_s = time.process_time() - began
        self.measured.paper_at = time.monotonic()
        self.opened.set()

    # --- records ---

    async def sign_in(self) -> None:
        """Sign the candidate in and confirm who they are."""
        made_at_ms, uncertainty_ms = self._now()
        record = SignIn(self.sheet.sbd, self.sheet.code, os.urandom(16).hex(), made_at_ms, uncertainty_ms)
        self.outbox.append(Kept(record.text()))
        assert self._socket is not None
        payload = {"source": self.source, "message": record.text().decode()}
        answer = await self._asked(self._socket, "sign_in", payload)
        self._note(answer["verdict"])
        self.situation = answer["situation"]
        attempt = self.situation["attempt"]
        made_at_ms, uncertainty_ms = self._now()
        await self.send(
            ConfirmIdentity(attempt["attempt_id"], attempt["generation"], made_at_ms, uncertainty_ms), measure=False
        )

    async def answer(self) -> None:
        """Change one response, or now and then take one back, as a candidate does; wait for the acknowledgement."""
        item_id = self._random.choice(list(self.items))
        kind, options = self.items[item_id]
        attempt = self.situation["attempt"]
        made_at_ms, uncertainty_ms = self._now()
        start = (attempt["attempt_id"], attempt["generation"], self.paper["part"], item_id)
        record: Record
        if item_id in self.responses and self._random.random() < 0.05:
            self.responses.pop(item_id)
            record = ClearResponse(*start, made_at_ms, uncertainty_ms)
        else:
            few = 1 if kind == "single_choice" else self._random.randint(1, len(options))
            chosen = {"options": sorted(self._random.sample(options, few))}
            self.responses[item_id] = chosen
            record = SaveResponse(*start, dict(chosen), made_at_ms, uncertainty_ms)
        self.measured.answers += 1
        await self.send(record, measure=True)

    async def submit(self) -> None:
        """End the part."""
        attempt, part = self.situation["attempt"], self.paper["part"]
        digest = responses_sha256(attempt["attempt_id"], part, self.responses).hex()
        made_at_ms, uncertainty_ms = self._now()
        ids = (attempt["attempt_id"], attempt["generation"], part, len(self.outbox))
        await self.send(SubmitPart(*ids, digest, made_at_ms, uncertainty_ms), measure=False)

    async def send(self, record: Record, *, measure: bool) -> None:
        """Keep a record and send it; when the line is down it waits in the outbox for the next connection."""
        began = time.monotonic()
        self.outbox.append(Kept(record.text(), began))
        seq = len(self.outbox)
        async with self._sending:
            socket = self._socket
            if socket is None or not self.reconciled.is_set() or self.outbox[seq - 1].acked_at is not None:
                return
            try:
                await self._deliver(socket, [seq])
            except SocketGoneError:
                return
        if measure:
            self.measured.latencies_s.append(time.monotonic() - began)

    async def _reconcile(self, socket: VirtualSocket, situation: dict[str, Any]) -> None:
        """Send everything after what the server says it holds of this outbox, acknowledged or not."""
        held = next((one for one in situation["streams"] if one["source"] == self.source), None)
        first = 1 + (0 if held is None else held["contiguous"])
        async with self._sending:
            for kept in self.outbox[: first - 1]:
                kept.acked_at = kept.acked_at or time.monotonic()
            while first <= len(self.outbox):
                numbers = list(range(first, min(first + MAX_RECORDS, len(self.outbox) + 1)))
                await self._deliver(socket, numbers)
                first = numbers[-1] + 1
            self._settled()

    def _settled(self) -> None:
        self.reconciled.set()
        self.measured.reconciled_at = time.monotonic()
        self.on_reconciled()

    async def _deliver(self, socket: VirtualSocket, numbers: list[int]) -> None:
        records = [{"seq": seq, "message": self.outbox[seq - 1].text.decode()} for seq in numbers]
        answer = await socket.call("records", {"source": self.source, "records": records})
        if "refused" in answer:
            self.measured.refusals.append(str(answer["refused"]))
            raise SocketGoneError(str(answer))
        for verdict in answer["verdicts"]:
            self._note(verdict)

    def _note(self, verdict: dict[str, Any]) -> None:
        kept = self.outbox[verdict["seq"] - 1]
        kept.acked_at, kept.verdict = time.monotonic(), verdict["verdict"]
        if verdict["verdict"] != "accepted":
            self.measured.refusals.append(f"{verdict['verdict']}: {verdict['reason']}")

    def _now(self) -> tuple[int, int]:
        """Room time as this kiosk knows it, and how wrong that may be."""
        assert self._known is not None
        now_ms = _monotonic_ms()
        return clock.room_time_ms(self._known, now_ms), clock.uncertainty_ms(self._known, now_ms)

    def verdicts(self) -> Counter[str]:
        """How many records got which verdict."""
        return Counter(kept.verdict for kept in self.outbox)


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000
