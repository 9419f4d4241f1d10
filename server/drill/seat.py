"""A candidate of a drill: a virtual kiosk that writes down what it gave and what it was told, and misbehaves when asked.

A canary knows its answers, gives them all once, and then gives them again and again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.drill.logbook import Logbook, watch_ms
from server.drill.virtual_parts import Papers, RoomAddress, Sheet
from server.drill.virtual_servers import TwoServersKiosk
from server.drill.virtual_socket import SocketGoneError, VirtualSocket
from server.protocol.messages import Outcome
from server.protocol.records import ClearResponse, Record, SaveResponse

HELD_BACK = 3  # records that a kiosk which sends in the wrong order gathers first
MOST_PENDING = 30  # answers a candidate gives without a sign of the server: some minutes of real work


class DrillSeat(TwoServersKiosk):
    """`rooms`: where the room's servers are. `known`: for a canary, its answer to each item by id (option ids; none: left open)."""

    def __init__(
        self, rooms: tuple[RoomAddress, RoomAddress], sheet: Sheet, folder: Path, seed: int, log: Logbook,
        known: Mapping[str, tuple[str, ...]] | None = None, papers: Papers | None = None,
    ) -> None:  # fmt: skip
        super().__init__(rooms, sheet, folder, seed, papers)
        self.twice = False
        self.wrong_order = False
        self.has_power = True
        self._log = log
        self._known_answers = known
        self._form_before = ""
        self._turn = 0
        self._held: list[int] = []
        self._made_ms: dict[int, int] = {}

    # --- power ---

    async def lose_power(self) -> None:
        """Be dead at once: what was in memory is gone, the outbox is not."""
        self.has_power = False
        self._stopping = True
        if self._socket is not None:
            self._socket.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._socket, self._known = None, None
        self.items, self.paper = {}, {}
        self._form_before, self.form_id = self.form_id or self._form_before, ""
        self._held.clear()
        for one in (self.reconciled, self.opened, self.ready):
            one.clear()

    def open_paper(self, paper: dict[str, Any]) -> None:
        """Decrypt it; after a power cut the answers are those of the outbox, as they were."""
        answers = self.responses
        super().open_paper(paper)
        if self.form_id and self.form_id == self._form_before:
            self.responses = answers

    def regain_power(self) -> None:
        """Be started again; the paper comes with the connection."""
        self._stopping, self.has_power = False, True
        self._tasks = self._live()

    def failure(self) -> BaseException | None:
        """What ended this machine's life line, if anything did: a fault of the drill, not of the room."""
        ended = (task for task in self._tasks if task.done() and not task.cancelled())
        return next((task.exception() for task in ended), None)

    # --- answers ---

    @property
    def can_answer(self) -> bool:
        """Whether the paper is on the screen, with its clock, and a candidate would still go on without a sign of the server."""
        return self.has_power and self.opened.is_set() and self._known is not None and self.pending < MOST_PENDING

    def choice(self) -> tuple[str, dict[str, list[str]] | None]:
        """As any candidate; a canary goes through its answers in the order of the paper, over and over."""
        if self._known_answers is None:
            return super().choice()
        answers = [(item, options) for item, options in self._known_answers.items() if options]
        self._turn += 1
        item_id, options = answers[(self._turn - 1) % len(answers)]
        return item_id, {"options": sorted(options)}

    @property
    def answers_known(self) -> int:
        """How many answers a canary has to give once."""
        return sum(bool(options) for options in (self._known_answers or {}).values())

    def remaining_ms(self) -> int | None:
        """What this candidate's clock shows; None before there is one."""
        part = (self.situation.get("attempt") or {}).get("part") or {}
        if part.get("deadline_at_ms") is None or self._known is None:
            return None
        return int(part["deadline_at_ms"]) - self._now()[0]

    def keep(self, record: Record) -> int:
        """Into the outbox, and written down."""
        seq = super().keep(record)
        self._made_ms[seq] = watch_ms()
        if isinstance(record, SaveResponse | ClearResponse):
            options = record.response["options"] if isinstance(record, SaveResponse) else None
            self._log.click(
                sbd=self.sheet.sbd, source=self.source, seq=seq, item=record.item_id, options=options,
                at_ms=self._made_ms[seq],
            )  # fmt: skip
        return seq

    def _note(self, verdict: dict[str, Any]) -> None:
        super()._note(verdict)
        if verdict["verdict"] == Outcome.GAP:
            return
        seq = int(verdict["seq"])
        now_ms = watch_ms()
        self._log.ack(
            sbd=self.sheet.sbd, source=self.source, seq=seq, verdict=verdict["verdict"], epoch=verdict["epoch"],
            hash=verdict["hash"], message=self.outbox[seq - 1].text.decode(), at_ms=now_ms,
            made_ms=self._made_ms.get(seq, now_ms),
        )  # fmt: skip

    # --- misbehaving ---

    async def send(self, record: Record, *, measure: bool) -> None:
        """Keep and send it; while the order is wrong, only once there are some to put into a wrong order."""
        if not self.wrong_order:
            await super().send(record, measure=measure)
            return
        self._held.append(self.keep(record))
        if len(self._held) >= HELD_BACK:
            await self.send_backwards()

    async def send_backwards(self) -> None:
        """What was held back, the last first; then in its order, since the room takes nothing else."""
        held, self._held = self._held, []
        async with self._sending:
            socket = self._socket
            if not held or socket is None or not self.reconciled.is_set():
                return
            try:
                for seq in reversed(held):
                    await self._ask_about(socket, seq)
                await self._deliver(socket, held)
            except SocketGoneError:
                return

    async def _ask_about(self, socket: VirtualSocket, seq: int) -> None:
        message = self.outbox[seq - 1].text.decode()
        answer = await socket.call("records", {"source": self.source, "records": [{"seq": seq, "message": message}]})
        for verdict in answer.get("verdicts", ()):
            self._note(verdict)

    async def _deliver(self, socket: VirtualSocket, numbers: list[int]) -> int | None:
        missing = await super()._deliver(socket, numbers)
        if self.twice:
            await super()._deliver(socket, numbers)
            # Old ones too; number 1, the sign-in, is sent its own way, and never twice.
            await self._ask_about(socket, self._random.randint(2, numbers[-1]))
        return missing
