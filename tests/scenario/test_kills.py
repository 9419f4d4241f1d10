"""Acceptance: no acknowledged answer is ever missing, whatever is killed and whenever.

One sitting, real server, real kiosks and lean ones, everybody answering all the time; at random counts of messages the
server or a kiosk is killed with -9, in the middle of starting too, and started again.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from scripts import check_demo
from scripts.kiosk_process import KioskGoneError, Player
from scripts.scene import LoggedKiosk, Scene
from server.domain.events import EpochBegan
from server.drill.room_process import Keeper
from server.store.journal import Journal, pages

REAL, LEAN = 3, 5
DURATION_S = 2700
MOST_PENDING = 30  # answers a candidate gives without a sign of the server: a few minutes of real work
TOLERATED_MS = 1000


class Messages:
    """Counts what is saved and acknowledged; kills wait for a count, never for a time."""

    def __init__(self) -> None:
        self.count = 0
        self._loop = asyncio.get_running_loop()
        self._grown = asyncio.Condition()

    def told(self) -> None:
        """One more; from any thread."""
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self._add()))

    async def _add(self) -> None:
        async with self._grown:
            self.count += 1
            self._grown.notify_all()

    async def more(self, number: int) -> None:
        """Wait for so many more."""
        goal = self.count + number
        async with asyncio.timeout(60), self._grown:
            await self._grown.wait_for(lambda: self.count >= goal)


class Seat:
    """A real kiosk, its candidate, and the thread that plays; whoever kills the kiosk does it behind its back."""

    def __init__(self, player: Player, told: Callable[[], None]) -> None:
        self.player = player
        self._told = told
        self._random = random.Random(player.sbd)
        self._stopping = threading.Event()
        self._patience_ends = float("inf")
        self._thread = threading.Thread(target=self._run, name=f"seat-{player.sbd}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._patience_ends = time.monotonic() + 30
        self._stopping.set()
        if self._thread.ident is not None:  # it may never have been started
            self._thread.join()

    def view(self) -> dict[str, Any]:
        """The page's view, whenever the kiosk is there to show it."""
        while True:
            try:
                return self.player.kiosk.view()
            except (KioskGoneError, RuntimeError):
                time.sleep(0.01)

    def wait_stored(self) -> None:
        """Wait until the page says that everything is on the server."""
        deadline = time.monotonic() + 30
        while (view := self.view())["saved"]["pending"] or not view["connected"]:
            assert time.monotonic() < deadline, view
            time.sleep(0.02)

    def _run(self) -> None:
        waiting: tuple[int, list[int]] | None = None
        # A click that nobody answered may be on the kiosk's disk: it is clicked again before the candidate rests.
        while not self._stopping.is_set() or (waiting and time.monotonic() < self._patience_ends):
            waiting = waiting or self._next()
            if self._click(*waiting):
                waiting = None
                self._told()

    def _next(self) -> tuple[int, list[int]]:
        """Some item and some response; now and then none at all."""
        items = self.player.items
        number = self._random.randrange(len(items)) + 1
        shown = len(items[number - 1]["view"]["options"])
        if self._random.random() < 0.1:
            return number, []
        few = 1 if items[number - 1]["type"] == "single_choice" else self._random.randint(1, shown)
        return number, sorted(self._random.sample(range(1, shown + 1), few))

    def _click(self, number: int, options: list[int]) -> bool:
        """Whether it is on the kiosk's disk. Until it is known to be, it is clicked again: so would a person."""
        try:
            view = self.player.kiosk.view()
            if view["screen"] != "exam" or view["saved"]["pending"] > MOST_PENDING:
                time.sleep(0.01)
                return False
            return self.player.choose(number, options)
        except (KioskGoneError, RuntimeError):
            self.come_back()
            return False

    def come_back(self) -> None:
        """The kiosk died: start it again and come in again, until that works."""
        for _ in range(100):  # it may be killed again while it starts
            self.player.kiosk.kill()
            try:
                self.player.kiosk.start()
                return
            except (KioskGoneError, RuntimeError):
                continue
        raise AssertionError(f"the kiosk of {self.player.sbd} does not start any more")


async def soon(predicate: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not predicate():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


def has_result(kiosk: LoggedKiosk) -> bool:
    return kiosk.situation["attempt"]["part"]["result"] is not None


async def keep_answering(kiosk: LoggedKiosk) -> None:
    while True:
        if kiosk.pending > MOST_PENDING:
            await kiosk.reconciled.wait()
        await kiosk.answer()
        await asyncio.sleep(0.02)


class Sitting:
    """The whole cast of one sitting."""

    def __init__(self, scene: Scene, ports: Callable[[], int]) -> None:
        self.scene = scene
        self.messages = Messages()
        self.keeper = Keeper(scene.server)
        self.seats = [Seat(scene.player(n, scene.kiosk(n, ports())), self.messages.told) for n in range(REAL)]
        self.lean = [scene.virtual(REAL + n, self.messages.told) for n in range(LEAN)]
        self.started_at, self.doubt_ms = 0.0, 0.0  # not before, and how much later at most

    async def arrive(self) -> None:
        """Everybody is seated and the exam runs."""
        self.keeper.start()
        for seat in self.seats:
            await asyncio.to_thread(seat.player.kiosk.start)
            await asyncio.to_thread(seat.player.arrive)
        for kiosk in self.lean:
            kiosk.start()
            await kiosk.ready.wait()
            await kiosk.stage()
            await kiosk.sign_in()
        begun = time.monotonic()
        answer = await self.scene.officer.ordered("start", part=0, who=None)
        assert (answer["verdict"], answer["count"]) == ("accepted", REAL + LEAN), answer
        self.started_at, self.doubt_ms = begun, (time.monotonic() - begun) * 1000
        for seat in self.seats:
            await asyncio.to_thread(seat.player.read_paper)
        for kiosk in self.lean:
            await kiosk.opened.wait()

    def time_is_right(self) -> None:
        """Each candidate's remaining time, on the page itself, is what a clock outside says."""
        for seat in self.seats:
            view = seat.view()
            if view["screen"] == "exam":
                self._close(view["clock"]["remaining_ms"], seat.player.sbd)
        for kiosk in self.lean:
            part = kiosk.situation["attempt"]["part"]
            self._close(part["deadline_at_ms"] - kiosk.room_time_ms(), kiosk.sheet.sbd)

    def _close(self, remaining_ms: int, sbd: str) -> None:
        expected_ms = DURATION_S * 1000 - (time.monotonic() - self.started_at) * 1000
        off_ms = remaining_ms - expected_ms
        assert -TOLERATED_MS <= off_ms <= self.doubt_ms + TOLERATED_MS, (sbd, remaining_ms, expected_ms, self.doubt_ms)

    async def kill(self, source: random.Random, number: int) -> list[str]:
        """Kill so many times, each after a random count of messages; who was killed."""
        killed: list[str] = []
        while len(killed) < number:
            await self.messages.more(source.randint(1, 40))
            if source.random() < 0.45:
                if source.random() < 0.8:  # the others die in the middle of starting
                    await asyncio.to_thread(self.keeper.wait_open)
                    await self.messages.more(source.randint(1, 60))
                if self.keeper.strike():
                    killed.append("server")
            else:
                seat = source.choice(self.seats)
                if seat.player.kiosk.strike():
                    killed.append(seat.player.sbd)
            if len(killed) % 10 == 0:
                self.time_is_right()
        return killed

    async def all_stored(self) -> None:
        """Everybody has heard of every record."""
        for kiosk in self.lean:
            await kiosk.reconciled.wait()
        for seat in self.seats:
            await asyncio.to_thread(seat.wait_stored)

    async def submit(self) -> dict[str, float]:
        """Everybody ends; the server and one kiosk die in the middle of it. Seconds since the start, by candidate."""
        taken: dict[str, float] = {}
        for seat in self.seats:
            assert (await asyncio.to_thread(seat.player.kiosk.post, "submit"))["ok"]
            taken[seat.player.sbd] = time.monotonic() - self.started_at
        assert self.keeper.strike()
        self.seats[0].player.kiosk.strike()
        await asyncio.to_thread(self.seats[0].come_back)
        for kiosk in self.lean:
            taken[kiosk.sheet.sbd] = time.monotonic() - self.started_at
            await kiosk.submit()
        for seat in self.seats:
            await asyncio.to_thread(seat.player.kiosk.wait_for, "submitted")
        for kiosk in self.lean:
            await soon(partial(has_result, kiosk))
        return taken


async def run(scene: Scene, ports: Callable[[], int], seed: int, kills: int) -> None:
    sitting = Sitting(scene, ports)
    try:
        await sitting.arrive()
        answering = [asyncio.create_task(keep_answering(kiosk)) for kiosk in sitting.lean]
        for seat in sitting.seats:
            seat.start()
        killed = await sitting.kill(random.Random(seed), kills)
        for seat in sitting.seats:
            await asyncio.to_thread(seat.stop)
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
        await sitting.all_stored()
        sitting.time_is_right()
        taken = await sitting.submit()
        answer = await scene.officer.command("close_part", part=0, reason="Hết giờ")
        assert answer["verdict"] == "accepted", answer
        answer = await scene.officer.command("close_sitting", reason="Hết giờ")
        assert answer["verdict"] == "accepted", answer
        starts = sorted(sitting.keeper.starts)
        print({name: killed.count(name) for name in sorted(set(killed))}, f"{sitting.messages.count} messages")
        print(
            f"{len(starts)} starts of the server: median {starts[len(starts) // 2]:.2f} s, longest {starts[-1]:.2f} s"
        )
    finally:
        for seat in sitting.seats:
            await asyncio.to_thread(seat.stop)
        for kiosk in sitting.lean:
            await kiosk.stop()
        await scene.officer.close()
        await asyncio.to_thread(sitting.keeper.stop)
    look_back(scene, taken, killed, sitting.doubt_ms)


def look_back(scene: Scene, taken: dict[str, float], killed: list[str], doubt_ms: float) -> None:
    """Everything that was acknowledged is there, counts, and was marked; nobody's time is wrong."""
    verified = scene.verified()
    assert verified.problems == ()
    assert scene.problems(limit_ms=DURATION_S * 1000) == []
    acks = [ack for ack in check_demo.read_acks(scene.ack_logs) if ack.is_answer]
    assert {ack.verdict for ack in acks} == {"accepted"}
    assert {ack.sbd for ack in acks} == set(taken)
    assert epochs(scene) > killed.count("server") // 2
    with scene.opened() as room:
        assert room.sitting is not None
        for attempt in room.sitting.state.attempts.values():
            entry = room.entry(attempt.candidate_id)
            assert entry is not None
            assert attempt.parts[0].finish is not None
            assert not attempt.parts[0].finish.disputed
            assert counting(scene, attempt.parts[0].responses) == last_clicks(scene, entry.sbd)
        for row in room.marks.results():
            off_ms = taken[row.sbd] * 1000 - row.time_taken_ms
            assert -TOLERATED_MS <= off_ms <= 2 * TOLERATED_MS + doubt_ms, row


def counting(scene: Scene, responses: Any) -> dict[str, set[str]]:
    """What the room counts, in texts."""
    found = {}
    for item_id, response in responses.items():
        stem, options = scene.texts[item_id]
        found[stem] = {options[option] for option in response["options"]}
    return found


def last_clicks(scene: Scene, sbd: str) -> dict[str, set[str]]:
    """What the candidate chose last, in texts."""
    last = {str(one["stem"]): one["options"] for one in check_demo.lines(scene.clicks) if one["sbd"] == sbd}
    return {
        stem: {str(option) for option in options}
        for stem, options in last.items()
        if isinstance(options, list) and options
    }


def epochs(scene: Scene) -> int:
    with Journal.open_to_read(scene.journal) as journal:
        return sum(record.kind == EpochBegan.kind for page in pages(journal) for record in page)


def test_no_acknowledged_answer_is_missing_after_fifty_kills(
    stage: Callable[..., AbstractContextManager[Scene]],
    free_port: Callable[[], int],
) -> None:
    with stage(REAL + LEAN) as scene:
        asyncio.run(run(scene, free_port, seed=2026, kills=50))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 13))
def test_no_acknowledged_answer_is_missing_after_a_hundred_kills_whatever_the_seed(
    stage: Callable[..., AbstractContextManager[Scene]],
    free_port: Callable[[], int],
    seed: int,
) -> None:
    with stage(REAL + LEAN) as scene:
        asyncio.run(run(scene, free_port, seed=seed, kills=100))
