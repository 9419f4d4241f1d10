#!/usr/bin/env python3
"""What a standby costs, and how long a hall waits when the primary's computer is gone.

    scripts/bench_standby.py --kiosks 300 [--json]          (as root: the primary gets a network namespace of its own)

The same kiosks answer at one pace against the primary alone, then with its standby; then the primary's network is
removed, the standby waits to be offered, is promoted, and everybody answers again. docs/benchmarks.md says how.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from server.domain.rights import Role  # noqa: E402
from server.drill.prepared_room import (  # noqa: E402
    Rules,
    SealedContest,
    address_of,
    hold_ceremony,
    make_room,
    open_room,
    seal_contest,
)
from server.drill.room_process import RoomProcess  # noqa: E402
from server.drill.standby_process import StandbyProcess  # noqa: E402
from server.drill.virtual_parts import Papers, RoomAddress, Sheet  # noqa: E402
from server.drill.virtual_servers import TwoServersKiosk  # noqa: E402
from server.identity import load_identity  # noqa: E402
from server.store.journal import Journal, pages  # noqa: E402
from server.store.officers import Officer  # noqa: E402
from server.web import passwords  # noqa: E402

HERE, THERE, LINK = "10.98.0.1", "10.98.0.2", "exstby0"
NAMESPACE = "exstby-primary"
OFFICER, PASSWORD = "giamthi", "mot mat khau dai"
EVERY_S = 2.0
AT_ONCE = 64
ANSWER_S = 60.0


@dataclass
class Figures:
    """Seconds unless the name says otherwise."""

    kiosks: int = 0
    alone_p50_ms: float = 0.0
    alone_p99_ms: float = 0.0
    both_p50_ms: float = 0.0
    both_p99_ms: float = 0.0
    added_p50_ms: float = 0.0
    offered_s: float = 0.0
    promoted_s: float = 0.0
    all_answering_s: float = 0.0
    acknowledged: int = 0
    lost: int = 0


@contextmanager
def network() -> Iterator[None]:
    """The primary's namespace and the line to it."""

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True)

    ip("netns", "add", NAMESPACE)
    try:
        ip("link", "add", LINK, "type", "veth", "peer", "name", "e0", "netns", NAMESPACE)
        ip("address", "add", f"{HERE}/24", "dev", LINK)
        ip("link", "set", LINK, "up")
        for words in (
            ("address", "add", f"{THERE}/24", "dev", "e0"),
            ("link", "set", "e0", "up"),
            ("link", "set", "lo", "up"),
        ):
            ip("-n", NAMESPACE, *words)
        yield
    finally:
        # One of the two is there, as far as the run got.
        for gone in (("link", "delete", LINK), ("address", "delete", f"{HERE}/32", "dev", "lo")):
            subprocess.run(["ip", *gone], check=False, stderr=subprocess.DEVNULL)
        ip("netns", "delete", NAMESPACE)


class Bench:
    """One run."""

    def __init__(self, folder: Path, kiosks: int, mode: str) -> None:
        self.figures = Figures(kiosks)
        self._folder = folder
        (folder / "sealed").mkdir()
        (folder / "room").mkdir()
        self._contest: SealedContest = seal_contest(folder / "sealed")
        self._sheets = make_room(folder / "room", self._contest, kiosks, Rules(duration_s=4 * 3600))
        with open_room(folder / "room") as room:
            hold_ceremony(room, self._contest)
            hashed = passwords.hash_password(PASSWORD)
            room.store.officers.add(
                [Officer("o-proctor", OFFICER, OFFICER, Role.PROCTOR, "Ban", hashed, False, 0, "cli")]
            )
        options = ("--no-discovery", "--async-mode", mode)
        prefix = ("ip", "netns", "exec", NAMESPACE)
        self._primary = RoomProcess(folder / "room", 8443, 8480, "--host", THERE, *options, prefix=prefix)
        self._standby = StandbyProcess(folder / "second", folder / "room", f"{THERE}:8443", "--host", HERE, *options)
        self._kiosks: list[TwoServersKiosk] = []

    async def run(self, seconds: float) -> Figures:
        """All phases."""
        self._primary.start()
        address = self._address(THERE, 8443)
        try:
            await self._arrive((address, replace(address, host=HERE, port=0)), seconds)
            await self._lose_the_primary()
        finally:
            await asyncio.gather(*(kiosk.stop() for kiosk in self._kiosks))
            self._primary.kill()
            self._standby.stop()
        self._count()
        return self.figures

    async def _arrive(self, rooms: tuple[RoomAddress, RoomAddress], seconds: float) -> None:
        papers = Papers()
        for n, sheet in enumerate(self._sheets):
            self._kiosks.append(self._kiosk(n, sheet, rooms, papers))
        await self._each(_come_in)
        await self._each(TwoServersKiosk.stage)
        await self._each(TwoServersKiosk.sign_in)
        await asyncio.to_thread(self._start_part)
        await asyncio.gather(*(kiosk.opened.wait() for kiosk in self._kiosks))
        self.figures.alone_p50_ms, self.figures.alone_p99_ms = await self._paced(seconds)
        await asyncio.to_thread(self._standby.start)
        for kiosk in self._kiosks:
            kiosk.also_at(replace(rooms[1], port=self._standby.port))
        await asyncio.to_thread(self._wait_both)
        self.figures.both_p50_ms, self.figures.both_p99_ms = await self._paced(seconds)
        self.figures.added_p50_ms = round(self.figures.both_p50_ms - self.figures.alone_p50_ms, 2)

    async def _lose_the_primary(self) -> None:
        answering = [asyncio.create_task(_keep_answering(kiosk)) for kiosk in self._kiosks]
        await asyncio.sleep(2.0)
        gone = time.monotonic()
        await asyncio.to_thread(_remove_the_primary)
        await asyncio.to_thread(self._standby.wait_for, lambda news: bool(news["offers"]))
        self.figures.offered_s = round(time.monotonic() - gone, 2)
        for kiosk in self._kiosks:
            kiosk.reconciled.clear()
        asked = time.monotonic()
        refused = await asyncio.to_thread(self._standby.promote, OFFICER, PASSWORD)
        promoted = time.monotonic()
        assert refused == "", refused
        self.figures.promoted_s = round(promoted - asked, 2)
        async with asyncio.timeout(ANSWER_S):
            await asyncio.gather(*(kiosk.reconciled.wait() for kiosk in self._kiosks))
        last = max(kiosk.measured.reconciled_at or 0.0 for kiosk in self._kiosks)
        self.figures.all_answering_s = round(last - promoted, 2)
        await asyncio.sleep(2.0)
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)

    # --- parts ---

    def _kiosk(self, n: int, sheet: Sheet, rooms: tuple[RoomAddress, RoomAddress], papers: Papers) -> TwoServersKiosk:
        folder = self._folder / f"k{n}"
        folder.mkdir()
        return TwoServersKiosk(rooms, sheet, folder, n, papers)

    def _address(self, host: str, port: int) -> RoomAddress:
        room_id = load_identity(self._folder / "room").room_id
        found = address_of(self._folder / "room", room_id, port, self._contest.committee.raw)
        return replace(found, host=host)

    def _start_part(self) -> None:
        """The officer sits at the primary's own computer, in its namespace."""
        code = (
            "from server.drill.room_process import OfficerAtServer;"
            f"OfficerAtServer(8480, {OFFICER!r}, {PASSWORD!r}).order('start', part=0, who=None)"
        )
        subprocess.run(["ip", "netns", "exec", NAMESPACE, sys.executable, "-c", code], check=True, cwd=ROOT)

    def _wait_both(self) -> None:
        (path,) = (self._folder / "room" / "sittings").glob("*.journal.sqlite")
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            with Journal.open_to_read(path) as journal:
                if any(row.kind == "standby_rejoined/1" for page in pages(journal) for row in page):
                    return
            time.sleep(0.2)
        raise TimeoutError("the standby does not join")

    async def _paced(self, seconds: float) -> tuple[float, float]:
        await asyncio.sleep(1.0)
        for kiosk in self._kiosks:
            kiosk.measured.latencies_s.clear()
        until = time.monotonic() + seconds
        await asyncio.gather(*(_answering(kiosk, n / len(self._kiosks), until) for n, kiosk in enumerate(self._kiosks)))
        found = sorted(one for kiosk in self._kiosks for one in kiosk.measured.latencies_s)
        return round(statistics.median(found) * 1000, 2), round(found[int(len(found) * 0.99)] * 1000, 2)

    async def _each(self, act: object) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def one(kiosk: TwoServersKiosk) -> None:
            async with places:
                await act(kiosk)  # type: ignore[operator]

        await asyncio.gather(*(one(kiosk) for kiosk in self._kiosks))

    def _count(self) -> None:
        """Every acknowledgement against the journal of the server that goes on."""
        held: set[tuple[str, int]] = set()
        for path in (self._folder / "second" / "sittings").glob("*.journal.sqlite"):
            with Journal.open_to_read(path) as journal:
                held |= {(row.source.hex(), row.source_seq) for page in pages(journal) for row in page}
        for kiosk in self._kiosks:
            acked = [seq for seq, kept in enumerate(kiosk.outbox, start=1) if kept.acked_at is not None]
            self.figures.acknowledged += len(acked)
            self.figures.lost += sum((kiosk.source, seq) not in held for seq in acked)


def _remove_the_primary() -> None:
    """Its line is gone, and the standby's address goes back where machines reach it."""
    subprocess.run(["ip", "link", "delete", LINK], check=True)
    subprocess.run(["ip", "address", "add", f"{HERE}/32", "dev", "lo"], check=True)


async def _come_in(kiosk: TwoServersKiosk) -> None:
    kiosk.start()
    await kiosk.ready.wait()


async def _answering(kiosk: TwoServersKiosk, share: float, until: float) -> None:
    at = time.monotonic() + share * EVERY_S
    while at < until:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        await kiosk.answer()
        at += EVERY_S


async def _keep_answering(kiosk: TwoServersKiosk) -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        if kiosk.pending < 10:
            await kiosk.answer()


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench; exit code 1 when an acknowledged answer is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kiosks", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each paced run")
    parser.add_argument("--async-mode", choices=("eventlet", "threading"), default="eventlet")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    given = parser.parse_args(words)
    if os.geteuid() != 0:
        parser.error("a network namespace needs root")
    with ExitStack() as stack:
        stack.enter_context(network())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="examroom-bench-")))
        figures = asyncio.run(Bench(folder, given.kiosks, given.async_mode).run(given.seconds))
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:20} {value}")
    return 0 if figures.lost == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
