"""A hall of virtual kiosks and what the load bench does with it, phase by phase."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from question_bank import canonical
from scripts.bench_server import BenchServer
from server.drill.virtual_kiosk import VirtualKiosk
from server.drill.virtual_parts import Papers, RoomAddress, Sheet
from server.drill.virtual_socket import connect
from server.live.steady import set_aside_what_stays
from server.store.journal import Journal, pages

AT_ONCE = 64  # kiosks that come in or stage at the same moment: switching on a hall takes longer
RECONCILE_S = 60.0


@dataclass
class Paced:
    """Acknowledgements at one pace, in ms; `cpu_s_per_1000` is the server's processor time."""

    answers: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    max_ms: float = 0.0
    cpu_s_per_1000: float = 0.0


@dataclass
class Figures:
    """Everything the bench reports; seconds unless the name says otherwise."""

    kiosks: int = 0
    async_mode: str = ""
    cores: int = 0
    come_in_s: float = 0.0
    staging_s: float = 0.0
    sign_in_s: float = 0.0
    start_answered_s: float = 0.0
    start_spread_s: float = 0.0
    decrypt_ms: float = 0.0
    start_here_s: float = 0.0
    paced: dict[str, Paced] = field(default_factory=dict)
    closed_loop_kiosks: int = 0
    closed_loop_acks_per_s: float = 0.0
    closed_loop_p50_ms: float = 0.0
    closed_loop_p99_ms: float = 0.0
    closed_loop_cpu_s_per_1000: float = 0.0
    restart_s: float = 0.0
    reconciled_s: float = 0.0
    unreconciled: int = 0
    submit_s: float = 0.0
    answers: int = 0
    acknowledged: int = 0
    lost: int = 0
    refused: int = 0
    rss_start_mb: float = 0.0
    rss_peak_mb: float = 0.0


class BenchHall:
    """All the kiosks, and the figures so far."""

    def __init__(
        self, address: RoomAddress, server: BenchServer, sheets: Sequence[Sheet], folder: Path, cookie: str
    ) -> None:
        self.figures = Figures(kiosks=len(sheets))
        self._address = address
        self._server = server
        self._cookie = cookie
        self._random = random.Random(1)
        self._kiosks: list[VirtualKiosk] = []
        papers = Papers()
        for n, sheet in enumerate(sheets):
            own = folder / str(n)
            own.mkdir(parents=True)
            self._kiosks.append(VirtualKiosk(address, sheet, own, n, papers))

    # --- phases ---

    async def come_in(self) -> None:
        """Everybody connects and proves to be this room's machine."""
        self.figures.rss_start_mb = self._server.look() / 2**20
        began = time.monotonic()

        async def one(kiosk: VirtualKiosk) -> None:
            kiosk.start()
            await kiosk.ready.wait()

        await self._each(one, AT_ONCE)
        self.figures.come_in_s = _since(began)
        set_aside_what_stays()  # a pause of the bench's own would count as the server's

    async def stage(self) -> None:
        """Everybody fetches both sealed sets and checks them."""
        began = time.monotonic()
        await self._each(VirtualKiosk.stage, AT_ONCE)
        self.figures.staging_s = _since(began)

    async def sign_in(self) -> None:
        """Everybody signs in with the access code and confirms, all at once."""
        began = time.monotonic()
        await self._each(VirtualKiosk.sign_in, len(self._kiosks))
        self.figures.sign_in_s = _since(began)

    async def start_part(self) -> None:
        """One officer starts the part for all; until the last kiosk has decrypted the open paper."""
        console = await connect(
            "/console", "127.0.0.1", self._server.local_port, None, "", lambda event, payload: None,
            cookie=self._cookie,
        )  # fmt: skip
        began = time.monotonic()
        command = {"source": os.urandom(16).hex(), "seq": 1, "kind": "start", "args": {"part": 0, "who": None}}
        answer = await console.call("command", command)
        answered = time.monotonic()
        assert answer.get("verdict") == "accepted", answer
        await asyncio.gather(*(kiosk.opened.wait() for kiosk in self._kiosks))
        arrived = [(one.measured.paper_arrived_at or 0.0) - began for one in self._kiosks]
        decrypts = [one.measured.decrypt_s for one in self._kiosks]
        self.figures.start_answered_s = round(answered - began, 3)
        # In a hall each machine decrypts on its own processor; here they queue, which the last figure shows.
        self.figures.start_spread_s = round(max(a + d for a, d in zip(arrived, decrypts, strict=True)), 3)
        self.figures.decrypt_ms = _ms(statistics.median(decrypts))
        self.figures.start_here_s = round(max(one.measured.paper_at or 0.0 for one in self._kiosks) - began, 3)
        console.cut()

    async def paced(self, every_s: float, seconds: float, name: str) -> None:
        """Everybody answers at this pace, each at their own moment."""
        await asyncio.sleep(1.0)
        self._forget()
        cpu_s = self._server.cpu_s()
        await self._answering(every_s, seconds)
        found = self._latencies()
        used = self._server.cpu_s() - cpu_s
        if not found:  # too short a run for this pace
            self.figures.paced[name] = Paced()
            return
        self.figures.paced[name] = Paced(
            len(found), _ms(_at(found, 0.5)), _ms(_at(found, 0.99)), _ms(found[-1]), round(1000 * used / len(found), 3)
        )
        self._server.look()

    async def closed_loop(self, count: int, seconds: float) -> None:
        """So many kiosks answer as fast as they get acknowledgements; the others are merely there."""
        self._forget()
        until = time.monotonic() + seconds
        cpu_s = self._server.cpu_s()

        async def one(kiosk: VirtualKiosk) -> None:
            while time.monotonic() < until:
                await kiosk.answer()

        began = time.monotonic()
        await asyncio.gather(*(one(kiosk) for kiosk in self._kiosks[:count]))
        took, found = time.monotonic() - began, self._latencies()
        self.figures.closed_loop_kiosks = count
        self.figures.closed_loop_acks_per_s = round(len(found) / took, 1)
        self.figures.closed_loop_p50_ms = _ms(_at(found, 0.5))
        self.figures.closed_loop_p99_ms = _ms(_at(found, 0.99))
        self.figures.closed_loop_cpu_s_per_1000 = round(1000 * (self._server.cpu_s() - cpu_s) / len(found), 3)
        self._server.look()

    async def crash(self, seconds: float) -> None:
        """kill -9 in the middle of answering; a new server; until everybody has nothing unacknowledged."""
        answering = asyncio.create_task(self._answering(2.0, 2 * seconds))
        await asyncio.sleep(seconds)
        self._server.kill()
        killed = time.monotonic()
        for kiosk in self._kiosks:
            kiosk.reconciled.clear()
        up = await asyncio.to_thread(self._server.start)
        self.figures.restart_s = round(up - killed, 3)
        waiting = [asyncio.create_task(kiosk.reconciled.wait()) for kiosk in self._kiosks]
        _, late = await asyncio.wait(waiting, timeout=RECONCILE_S)
        for task in late:
            task.cancel()
        self.figures.unreconciled = len(late)
        last = max(kiosk.measured.reconciled_at or 0.0 for kiosk in self._kiosks)
        self.figures.reconciled_s = round(last - up, 3)
        await answering

    async def submit(self) -> None:
        """Everybody hands in at once."""
        began = time.monotonic()
        await self._each(VirtualKiosk.submit, len(self._kiosks))
        self.figures.submit_s = _since(began)
        self._server.look()

    async def leave(self) -> None:
        """Switch everything off."""
        await asyncio.gather(*(kiosk.stop() for kiosk in self._kiosks))

    # --- counting ---

    def count_lost(self, room: Path) -> None:
        """Compare every acknowledgement with the journal on disk."""
        held: dict[tuple[str, int], bytes] = {}
        for path in (room / "sittings").glob("*.journal.sqlite"):
            with Journal.open(path) as journal:
                for page in pages(journal):
                    held.update({(row.source.hex(), row.source_seq): row.request_sha256 for row in page})
        figures = self.figures
        for kiosk in self._kiosks:
            figures.answers += kiosk.measured.answers
            for seq, kept in enumerate(kiosk.outbox, start=1):
                figures.acknowledged += kept.acked_at is not None
                figures.refused += kept.verdict not in ("accepted", "")
                if kept.acked_at is not None and held.get((kiosk.source, seq)) != canonical.digest(kept.text):
                    figures.lost += 1
        figures.rss_peak_mb = round(self._server.peak_rss_bytes / 2**20, 1)
        figures.rss_start_mb = round(figures.rss_start_mb, 1)

    # --- inside ---

    async def _each(self, act: Callable[[VirtualKiosk], Awaitable[None]], at_once: int) -> None:
        places = asyncio.Semaphore(at_once)

        async def one(kiosk: VirtualKiosk) -> None:
            async with places:
                await act(kiosk)

        await asyncio.gather(*(one(kiosk) for kiosk in self._kiosks))

    async def _answering(self, every_s: float, seconds: float) -> None:
        until = time.monotonic() + seconds

        async def one(kiosk: VirtualKiosk) -> None:
            at = time.monotonic() + self._random.random() * every_s
            while at < until:
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                await kiosk.answer()
                at += every_s
            await asyncio.sleep(max(0.0, until - time.monotonic()))

        await asyncio.gather(*(one(kiosk) for kiosk in self._kiosks))

    def _forget(self) -> None:
        for kiosk in self._kiosks:
            kiosk.measured.latencies_s.clear()

    def _latencies(self) -> list[float]:
        return sorted(latency for kiosk in self._kiosks for latency in kiosk.measured.latencies_s)


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
