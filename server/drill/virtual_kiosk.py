"""One virtual kiosk: everything of a kiosk that the room can tell, and nothing a person would see.

It pins the room's authority, proves itself, stages both packages over HTTPS and checks them, signs its candidate in,
decrypts the paper when it opens, keeps an outbox, and after every loss sends whatever the server does not hold.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from question_bank.sealed import Package
from server.drill.virtual_parts import (
    Kept,
    Measured,
    Papers,
    RoomAddress,
    Sheet,
    checked,
    download,
    items_in_order,
    monotonic_ms,
    nothing_wrong,
    pulse,
)
from server.drill.virtual_socket import SocketGoneError, VirtualSocket, connect
from server.protocol import clock, pairing, trust
from server.protocol.messages import MAX_RECORDS, PULSE_S
from server.protocol.receipt import responses_sha256
from server.protocol.records import ClearResponse, ConfirmIdentity, Record, SaveResponse, SignIn, SubmitPart
from server.protocol.sequence import retry_delay_ms

_BEATS_A_CLOCK = 5  # every tenth second a question about the time, as kiosks ask


class VirtualKiosk:
    """Lives until `stop`; `answer` may be called whenever the paper is open."""

    def __init__(self, room: RoomAddress, sheet: Sheet, folder: Path, seed: int, papers: Papers | None = None) -> None:
        self.room = room
        self.sheet = sheet
        self.folder = folder
        self.measured = Measured()
        self.form_id, self.situation, self.paper = "", *cast("list[dict[str, Any]]", [{}, {}])
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
        self._tasks = self._live()

    def _live(self) -> list[asyncio.Task[None]]:
        """What goes on by itself while this machine is on."""
        return [asyncio.create_task(self._stay_connected()), asyncio.create_task(self._pulse())]

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
        room, name = self.room, trust.host_name(self.room.room_id)
        socket = await connect(
            "/kiosk", room.host, room.port, room.tls, name, self._pushed, gone.set, received=self.received, plug=room.plug
        )  # fmt: skip
        try:
            await self._prove(socket)
        except asyncio.CancelledError:
            socket.cut()
            raise

    async def _prove(self, socket: VirtualSocket) -> None:
        room, sheet = self.room, self.sheet
        hello = {"protocol": 1, "kiosk_id": sheet.kiosk_id, "kind": "kiosk", "build": room.version, "seat_label": None}
        greeted = await self._asked(socket, "hello", hello)
        text = pairing.prove_text(bytes.fromhex(greeted["nonce"]), room.room_id, sheet.kiosk_id, socket.leaf_der)
        proof = {"kiosk_id": sheet.kiosk_id, "signature": sheet.key.sign(text).hex()}
        proven = await self._asked(socket, "prove", proof)
        self._socket, self._token = socket, proven["token"]
        if self._known is not None:
            await self._say_pulse(socket, self._known)  # a new server learns whether its clock is right
        if proven["paper"] is not None:
            self._pushed("paper", proven["paper"])
        await self._ask_time(socket)
        self._pushed("situation", proven["situation"])
        await self._asked(socket, "machine", nothing_wrong(room.version, proven["situation"]["stage"]["packages"]))
        self.ready.set()
        if self.outbox:
            await self._reconcile(socket, proven["situation"])
        else:
            self._settled()
        if self._known is not None:
            await self._say_pulse(socket, self._known)

    async def _asked(self, socket: VirtualSocket, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer = await socket.call(event, payload)
        if not isinstance(answer, dict) or "refused" in answer:
            socket.cut()
            raise SocketGoneError(f"{event}: {answer}")
        return answer

    async def _ask_time(self, socket: VirtualSocket) -> None:
        t1_ms = monotonic_ms()
        answer = await self._asked(socket, "clock", {"t1_ms": t1_ms})
        found = clock.estimate(clock.Exchange(t1_ms, answer["t2_ms"], answer["t3_ms"], monotonic_ms()))
        if found is not None:
            self._known = clock.better(self._known, found)

    async def _pulse(self) -> None:
        await asyncio.sleep(self._random.random() * PULSE_S)
        for beat in itertools.count(1):
            await asyncio.sleep(PULSE_S)
            socket, known = self._socket, self._known
            if socket is None or known is None or not self.reconciled.is_set():
                continue  # everything it holds is sent before its next pulse
            try:
                await self._say_pulse(socket, known)
                if beat % _BEATS_A_CLOCK == 0:
                    await self._ask_time(socket)
            except SocketGoneError:
                continue

    async def _say_pulse(self, socket: VirtualSocket, known: clock.Estimate) -> None:
        now_ms, source = monotonic_ms(), self.source if self.outbox else None
        known_now = clock.room_time_ms(known, now_ms), clock.uncertainty_ms(known, now_ms)
        screen = "exam" if self.paper else "waiting"
        await socket.call("pulse", pulse(screen, self.pending, len(self.outbox), source, *known_now))

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
            data = await download(self.room, self._token, offer["path"], offer["bytes"], self._random)
            self._packages[package_id] = checked(self.room, offer, path, data)
            done = {"package_id": package_id, "bytes": offer["bytes"], "verified": True, "fault": None}
            assert self._socket is not None
            await self._asked(self._socket, "staged", done)
        self.measured.staged_at = time.monotonic()
        if self.paper:
            self._papers.put_nowait(partial(self.open_paper, self.paper))

    def open_paper(self, paper: dict[str, Any]) -> None:
        """Decrypt in memory, as a kiosk does when the identity arrives."""
        if paper["form_id"] == self.form_id or paper["package_id"] not in self._packages:
            return  # the latter: a wiped machine, which opens it once it has fetched the packages again
        self.responses = {} if self.form_id else self.responses  # of another set in mid-part none counts
        self.form_id = paper["form_id"]
        began = time.process_time()
        part = self._packages[paper["package_id"]].candidate(paper["section_id"], paper["identity"])
        self.items = items_in_order(part.document, paper["order"])
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
        item_id, response = self.choice()
        attempt = self.situation["attempt"]
        made_at_ms, uncertainty_ms = self._now()
        start = (attempt["attempt_id"], attempt["generation"], self.paper["part"], item_id)
        record: Record
        if response is None:
            self.responses.pop(item_id, None)
            record = ClearResponse(*start, made_at_ms, uncertainty_ms)
        else:
            self.responses[item_id] = response
            record = SaveResponse(*start, dict(response), made_at_ms, uncertainty_ms)
        self.measured.answers += 1
        await self.send(record, measure=True)

    def choice(self) -> tuple[str, dict[str, list[str]] | None]:
        """Which item is answered next, and how; None takes its answer back."""
        item_id = self._random.choice(list(self.items))
        kind, options = self.items[item_id]
        if item_id in self.responses and self._random.random() < 0.05:
            return item_id, None
        few = 1 if kind == "single_choice" else self._random.randint(1, len(options))
        return item_id, {"options": sorted(self._random.sample(options, few))}

    async def submit(self) -> None:
        """End the part."""
        attempt, part = self.situation["attempt"], self.paper["part"]
        digest = responses_sha256(attempt["attempt_id"], part, self.responses).hex()
        made_at_ms, uncertainty_ms = self._now()
        ids = (attempt["attempt_id"], attempt["generation"], part, len(self.outbox))
        await self.send(SubmitPart(*ids, digest, made_at_ms, uncertainty_ms, self.paper["form_id"]), measure=False)

    async def send(self, record: Record, *, measure: bool) -> None:
        """Keep a record and send it; when the line is down it waits in the outbox for the next connection."""
        seq = self.keep(record)
        async with self._sending:
            socket = self._socket
            if socket is None or not self.reconciled.is_set() or self.outbox[seq - 1].acked_at is not None:
                return
            try:
                missing = await self._deliver(socket, [seq])
                if missing is not None:
                    await self._deliver_from(socket, missing)
            except SocketGoneError:
                return
        if measure:
            self.measured.latencies_s.append(time.monotonic() - self.outbox[seq - 1].sent_at)

    def keep(self, record: Record) -> int:
        """Put a record into the outbox, which is its disk: its number."""
        self.outbox.append(Kept(record.text(), time.monotonic()))
        return len(self.outbox)

    async def _reconcile(self, socket: VirtualSocket, situation: dict[str, Any]) -> None:
        """Send everything after what the server says it holds of this outbox, acknowledged or not.

        A server killed between its commit and its ack holds records whose verdict nobody has heard: asked for again.
        """
        held = next((one for one in situation["streams"] if one["source"] == self.source), None)
        first = 1 + (0 if held is None else held["contiguous"])
        async with self._sending:
            unheard = (place for place, kept in enumerate(self.outbox[: first - 1], start=1) if kept.acked_at is None)
            await self._deliver_from(socket, min(first, next(unheard, first)))
            self._settled()

    async def _deliver_from(self, socket: VirtualSocket, first: int) -> None:
        """Send this record and all after it."""
        while first <= len(self.outbox):
            numbers = list(range(first, min(first + MAX_RECORDS, len(self.outbox) + 1)))
            await self._deliver(socket, numbers)
            first = numbers[-1] + 1

    def _settled(self) -> None:
        self.reconciled.set()
        self.measured.reconciled_at = time.monotonic()
        self.on_reconciled()

    async def _deliver(self, socket: VirtualSocket, numbers: list[int]) -> int | None:
        """Send these; the number that the server misses before them, None when it misses none."""
        records = [{"seq": seq, "message": self.outbox[seq - 1].text.decode()} for seq in numbers]
        answer = await socket.call("records", {"source": self.source, "records": records})
        if "refused" in answer:
            self.measured.refusals.append(str(answer["refused"]))
            socket.cut()  # begun anew, and with it everything the server does not hold: so does a real kiosk
            raise SocketGoneError(str(answer))
        for verdict in answer["verdicts"]:
            self._note(verdict)
        return cast("int | None", answer["gap_at"])

    def _note(self, verdict: dict[str, Any]) -> None:
        kept = self.outbox[verdict["seq"] - 1]
        kept.acked_at, kept.verdict, kept.copies = time.monotonic(), verdict["verdict"], verdict["copies"]
        if verdict["verdict"] != "accepted":
            self.measured.refusals.append(f"{verdict['verdict']}: {verdict['reason']}")

    def _now(self) -> tuple[int, int]:
        """Room time as this kiosk knows it, and how wrong that may be."""
        assert self._known is not None
        now_ms = monotonic_ms()
        return clock.room_time_ms(self._known, now_ms), clock.uncertainty_ms(self._known, now_ms)

    def verdicts(self) -> Counter[str]:
        """How many records got which verdict."""
        return Counter(kept.verdict for kept in self.outbox)
