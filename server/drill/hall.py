"""A drill's hall while it is played: everybody answers, faults come one after the other, and everything is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from server.drill.check_drill import CALM, TOLERATED_MS
from server.drill.faults import LAB_FAULTS, Cast, Fault
from server.drill.logbook import Logbook, watch_ms
from server.drill.seat import DrillSeat

AT_ONCE: Final = 64  # kiosks that come in or stage at the same moment: switching on a hall takes longer
SETTLE_S: Final = 60.0  # within which everything is acknowledged after a fault is mended; longer is a fault of the room
RIGHT_S: Final = 30.0  # within which every clock is right again: the kiosks have ten seconds to tell the server, and ask it every ten
IN_STEP_S: Final = 60.0  # a standby that was lost is waited for again once it was in step for thirty
LOOK_S: Final = 0.02

Say = Callable[[str, str], None]


class Hall:
    """`faults`: in their order, one or two at once. `say(what, fault)` is told of each step."""

    def __init__(
        self, cast: Cast, log: Logbook, faults: Sequence[Sequence[str]], pace_s: float,
        hold_s: float, duration_ms: int, say: Say,
    ) -> None:  # fmt: skip
        self.cast = cast
        self._log = log
        self._faults = faults
        self._pace_s = pace_s
        self._hold_s = hold_s
        self._duration_ms = duration_ms
        self._say = say
        self._started_ms = 0
        self._pens_down = asyncio.Event()
        self._answering: list[asyncio.Task[None]] = []
        self._acked: dict[DrillSeat, int] = dict.fromkeys(cast.seats, 0)

    async def play(self) -> None:
        """From the first connection to the closed sitting. Raises when a step does not happen at all."""
        try:
            await self._begin()
            await self._phase((), CALM)
            for names in self._faults:
                await self._phase(names, "+".join(names))
            await self._end()
        finally:
            await self.leave()

    async def leave(self) -> None:
        """Everybody goes off."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        await asyncio.gather(*(seat.stop() for seat in self.cast.seats))
        await self.cast.officer.close()

    # --- before and after ---

    async def _begin(self) -> None:
        self._say("arrive", "")
        await self._each(self._arrive)
        self._say("start", "")
        from_ms = watch_ms()
        await self._order("start", part=0, who=None)
        to_ms = watch_ms()
        self._started_ms = (from_ms + to_ms) // 2
        self._log.course("start", from_ms=from_ms, to_ms=to_ms, duration_ms=self._duration_ms)
        async with asyncio.timeout(SETTLE_S):
            await asyncio.gather(*(self._paper_is_open(seat) for seat in self.cast.seats))
        await asyncio.gather(*(self._give_known_answers(seat) for seat in self.cast.seats))
        self._answering = [asyncio.create_task(self._candidate(seat)) for seat in self.cast.seats]

    async def _arrive(self, seat: DrillSeat) -> None:
        seat.start()
        await seat.ready.wait()
        await seat.stage()
        await seat.sign_in()

    async def _paper_is_open(self, seat: DrillSeat) -> None:
        """When it came and was decrypted: here kiosks queue for one processor, in a hall each has its own."""
        await seat.opened.wait()
        arrived = seat.measured.paper_arrived_at or 0.0
        at_ms = int((arrived + seat.measured.decrypt_s) * 1000)
        self._log.course("paper", sbd=seat.sheet.sbd, at_ms=at_ms)

    async def _give_known_answers(self, seat: DrillSeat) -> None:
        for _ in range(seat.answers_known):
            await seat.answer()

    async def _end(self) -> None:
        self._say("submit", "")
        self._pens_down.set()
        await asyncio.gather(*self._answering)  # each finishes the answer it is giving
        await self._settled()
        await asyncio.gather(*(seat.submit() for seat in self.cast.seats))
        await self._settled()
        await self._order("close_part", part=0, reason="Diễn tập")
        await self._close_sitting()

    async def _order(self, kind: str, **arguments: Any) -> None:
        answer = await self.cast.officer.ordered(kind, **arguments)
        if answer.get("verdict") != "accepted":
            raise RuntimeError(f"{kind}: {answer}")

    async def _close_sitting(self) -> None:
        """Without a reason: everybody's work must be in all three copies again, or this drill has lost one."""
        until = asyncio.get_running_loop().time() + IN_STEP_S
        while True:
            answer = await self.cast.officer.command("close_sitting")
            if answer.get("verdict") == "accepted":
                return
            if answer.get("reason") != "copies_missing" or asyncio.get_running_loop().time() > until:
                raise RuntimeError(f"close_sitting: {answer}")
            await asyncio.sleep(1.0)

    async def _each(self, act: Callable[[DrillSeat], Awaitable[None]]) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def one(seat: DrillSeat) -> None:
            async with places:
                await act(seat)

        await asyncio.gather(*(one(seat) for seat in self.cast.seats))

    # --- answering ---

    async def _candidate(self, seat: DrillSeat) -> None:
        """One answer each `pace_s`, at a moment of this candidate's own."""
        loop = asyncio.get_running_loop()
        at = loop.time() + self.cast.chance.random() * self._pace_s
        while not await self._are_pens_down(at - loop.time()):
            if seat.can_answer:
                await seat.answer()
            at = max(at + self._pace_s, loop.time())

    async def _are_pens_down(self, within_s: float) -> bool:
        try:
            async with asyncio.timeout(max(0.0, within_s)):
                return await self._pens_down.wait()
        except TimeoutError:
            return False

    # --- a phase ---

    async def _phase(self, names: Sequence[str], title: str) -> None:
        self._say("phase", title)
        faults = [LAB_FAULTS[name] for name in names]
        from_ms = watch_ms()
        await self._break(faults)
        for fault in (*(one for one in faults[::-1] if not one.last), *(one for one in faults if one.last)):
            await fault.mend(self.cast)
        await self.cast.server.is_up()
        mended_ms = watch_ms()
        if self.cast.standby is not None:
            await self.cast.standby.is_up()
        settled_ms = await self._settled()
        for seat in self.cast.seats:
            self._log.course("back", sbd=seat.sheet.sbd, at_ms=int((seat.measured.reconciled_at or 0.0) * 1000))
        await self._clocks_are_right()
        await asyncio.sleep(self._pace_s)  # everybody gives an answer more before the next fault
        self._log.course(
            "phase", fault=title, loses_server=any(fault.loses_server for fault in faults), from_ms=from_ms,
            mended_ms=mended_ms, settled_ms=settled_ms,
        )  # fmt: skip
        for task in self._answering:
            if task.done():
                task.result()

    async def _break(self, faults: Sequence[Fault]) -> None:
        """Begin all of them, the second when the first has come to bear, and let them last."""
        for place, fault in enumerate(faults, start=1):
            await fault.begin(self.cast)
            if place < len(faults):
                await asyncio.sleep(self.cast.chance.random() * self._hold_s / 4 + fault.least_s)
        if not faults or any(fault.lasts for fault in faults):
            await asyncio.sleep(max([self._hold_s, *(fault.least_s for fault in faults[-1:])]))

    async def _settled(self) -> int | None:
        """Wait until everybody is back and has everything acknowledged that was given until now: when; None: never."""
        wanted = {seat: len(seat.outbox) for seat in self.cast.seats}
        try:
            async with asyncio.timeout(SETTLE_S):
                while not all(self._holds(seat, last) for seat, last in wanted.items()):  # noqa: ASYNC110 - many kiosks
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            for seat, last in wanted.items():
                if not self._holds(seat, last):
                    if (failure := seat.failure()) is not None:
                        raise RuntimeError(f"the virtual kiosk of {seat.sheet.sbd} failed") from failure
                    self._log.course(
                        "unsettled", sbd=seat.sheet.sbd, pending=seat.pending, connected=seat.reconciled.is_set(),
                        paper=seat.opened.is_set(),
                    )  # fmt: skip
            return None
        return watch_ms()

    def _holds(self, seat: DrillSeat, last: int) -> bool:
        """Whether this kiosk is back, with everything acknowledged up to a number."""
        done = self._acked[seat]
        while done < last and seat.outbox[done].acked_at is not None:
            done += 1
        self._acked[seat] = done
        return done >= last and seat.reconciled.is_set() and seat.opened.is_set()

    async def _clocks_are_right(self) -> None:
        """Give every clock the time to be right, and write down what it shows."""
        try:
            async with asyncio.timeout(RIGHT_S):
                while any(self._is_off(seat) for seat in self.cast.seats):  # noqa: ASYNC110 - many kiosks
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            self._say("clocks", "")
        for seat in self.cast.seats:
            if (said_ms := seat.remaining_ms()) is not None:
                self._log.course("remaining", sbd=seat.sheet.sbd, said_ms=said_ms, at_ms=watch_ms())

    def _is_off(self, seat: DrillSeat) -> bool:
        said_ms = seat.remaining_ms()
        gone_ms = watch_ms() - self._started_ms
        return said_ms is None or abs(self._duration_ms - said_ms - gone_ms) > TOLERATED_MS // 2
