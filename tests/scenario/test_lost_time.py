"""Acceptance: whatever dies, everybody's remaining time is right to a second once what was proposed is given back."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from scripts.kiosk_process import Player
from scripts.scene import Scene
from server.domain import compensation, sitting
from server.domain.chain import NO_RECORDS
from server.domain.events import KINDS, ConnectionLost
from server.domain.state import SittingState
from server.domain.time_events import WorkResumed
from server.drill.prepared_room import Rules
from server.store.journal import Journal, pages
from server.store.replay import entries

TOLERATED_MS = 1_000
Stage = Callable[..., AbstractContextManager[Scene]]


def told(scene: Scene) -> tuple[SittingState, list[Any]]:
    """The sitting as its journal tells it now, and its events."""
    state, last = sitting.EMPTY, NO_RECORDS
    found: list[Any] = []
    with Journal.open(scene.journal) as journal:
        for page in pages(journal):
            for record, event in entries(page, KINDS, last):
                state = sitting.evolve(state, event, record.at_ms, record.seq)
                found.append(event)
            last = page[-1].head
    return state, found


def kinds(scene: Scene, kind: type) -> int:
    return sum(isinstance(event, kind) for event in told(scene)[1])


class Clock:
    """One candidate's time, as somebody with a stop-watch beside them would reckon it."""

    def __init__(self, duration_s: float) -> None:
        self._left_ms = duration_s * 1000
        self._since: float | None = time.monotonic()

    def stop(self) -> None:
        """Nobody can work from now on."""
        assert self._since is not None
        self._left_ms -= (time.monotonic() - self._since) * 1000
        self._since = None

    def go(self) -> None:
        """It goes on."""
        self._since = time.monotonic()

    @property
    def left_ms(self) -> float:
        ran = 0.0 if self._since is None else (time.monotonic() - self._since) * 1000
        return self._left_ms - ran


class Hall:
    """A few candidates at real kiosks, with a watch for each."""

    def __init__(self, scene: Scene, ports: Callable[[], int], duration_s: float, count: int) -> None:
        self.scene = scene
        scene.server.start()
        self.players: list[Player] = []
        for n in range(count):
            kiosk = scene.kiosk(n, ports())
            kiosk.start()
            self.players.append(scene.player(n, kiosk))
            self.players[-1].arrive()
        scene.officer.order("start", part=0, who=None)
        self.watches = [Clock(duration_s) for _ in self.players]
        for player in self.players:
            player.read_paper()

    def kill(self, *who: int) -> None:
        for n in who:
            self.players[n].kiosk.kill()
            self.watches[n].stop()

    def back(self, n: int, *screens: str) -> None:
        """The machine is started again, and shows the paper."""
        self.players[n].kiosk.start()
        self.players[n].kiosk.wait_for(*(screens or ("exam",)))
        self.watches[n].go()

    def proposed(self) -> dict[int, int]:
        """What is proposed, by the candidate's place."""
        state, _ = told(self.scene)
        now_ms = max(one.to_ms for found in state.time.losses.values() for one in found) if state.time.losses else 0
        by_kiosk = {self.scene.sheets[n].kiosk_id: n for n in range(len(self.players))}
        return {
            by_kiosk[state.attempts[one.attempt_id].seat.kiosk_id]: one.ms
            for one in compensation.proposals(state, now_ms)
        }

    def give_back(self) -> None:
        self.scene.officer.order("compensate", choices=None, accept=True, ms=None, cause="equipment", reason="Mất điện")

    def time_is_right(self, eventually: Callable[..., None]) -> None:
        """On every page, once it has heard of it, what the watch says."""

        def right(n: int) -> bool:
            view = self.players[n].kiosk.view()
            shown = view["clock"]["remaining_ms"] if view["screen"] == "exam" else -(10**9)
            return bool(abs(shown - self.watches[n].left_ms) <= TOLERATED_MS)

        for n in range(len(self.players)):
            eventually(lambda n=n: right(n), what=f"the time of candidate {n}")


def test_dead_machines_are_made_good_to_a_second_and_a_dead_server_or_line_costs_nothing(
    stage: Stage, free_port: Callable[[], int], eventually: Callable[..., None]
) -> None:
    with stage(3, Rules(duration_s=2700)) as scene:
        hall = Hall(scene, free_port, 2700, 3)
        # One machine dies, and is missed.
        hall.kill(0)
        eventually(lambda: kinds(scene, ConnectionLost) == 1, what="the machine being missed")
        hall.back(0)
        eventually(lambda: kinds(scene, WorkResumed) == 1, what="the machine's word")
        assert set(hall.proposed()) == {0}
        hall.give_back()
        hall.time_is_right(eventually)
        # The server dies alone: everybody works on, and nobody is proposed anything.
        scene.server.kill()
        for player in hall.players:
            assert player.choose(1, [1])
        scene.server.start()
        for player in hall.players:
            eventually(
                lambda player=player: not player.kiosk.view()["saved"]["pending"], what="everything being stored"
            )
        assert hall.proposed() == {}
        # Power is cut: everything at once, and back in some order, the server in between.
        scene.server.kill()
        hall.kill(0, 1, 2)
        hall.players[1].kiosk.start()
        scene.server.start()
        hall.players[1].kiosk.wait_for("exam")
        hall.watches[1].go()
        for n in (2, 0):
            hall.back(n)
        eventually(lambda: kinds(scene, WorkResumed) == 4, what="every machine's word")
        assert set(hall.proposed()) == {0, 1, 2}
        hall.give_back()
        hall.time_is_right(eventually)
        assert hall.proposed() == {}
        scene.end_sitting()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_power_comes_back_after_the_time_was_over_and_everybody_has_what_they_had(
    stage: Stage, free_port: Callable[[], int], eventually: Callable[..., None], seed: int
) -> None:
    with stage(2, Rules(duration_s=30, grace_s=1), name=f"scene{seed}") as scene:
        hall = Hall(scene, free_port, 30, 2)
        scene.server.kill()
        hall.kill(0, 1)
        over = time.monotonic() + 30
        eventually(lambda: time.monotonic() > over, within_s=60)
        order = [0, 1, 2]
        random.Random(seed).shuffle(order)
        for one in order:
            if one == 2:
                scene.server.start()
            else:
                hall.players[one].kiosk.start()
        for player in hall.players:
            player.kiosk.wait_for("time_up", "submitted", "closed")
        eventually(lambda: kinds(scene, WorkResumed) == 2, what="every machine's word")
        hall.give_back()
        for watch in hall.watches:
            watch.go()
        hall.time_is_right(eventually)
        for player in hall.players:
            assert player.choose(1, [1]), "the paper is there again"
        scene.end_sitting()
