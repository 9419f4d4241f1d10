"""Every step of a sitting with the server killed in the middle of it: each step happens once, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from scripts.kiosk_process import KioskProcess, Player
from scripts.scene import Scene
from server.drill.room_process import Keeper
from server.store.journal import Journal, pages

T = TypeVar("T")
MORE_MS = 90_000


class Dying:
    """A room whose server is killed at every step; `killed` counts how often that found one to kill."""

    def __init__(self, scene: Scene, keeper: Keeper) -> None:
        self.scene = scene
        self.keeper = keeper
        self.killed = 0

    async def during(self, step: Awaitable[T]) -> T:
        """Begin the step, kill the server at once, and wait until the step is done all the same."""
        await asyncio.to_thread(self.keeper.wait_open)
        doing = asyncio.ensure_future(step)
        await asyncio.sleep(0)
        self.killed += self.keeper.strike()
        return await doing

    async def command(self, kind: str, **arguments: Any) -> None:
        """One command of the proctor, the server killed with it in its hands."""
        await self.scene.officer.command("incident", attempt_id=None, category="other", note="kênh đang mở")
        answer = await self.during(self.scene.officer.ordered(kind, **arguments))
        assert answer["verdict"] == "accepted", (kind, answer)

    async def at(self, act: Callable[[], T]) -> T:
        """Something a candidate does at a kiosk, the server killed meanwhile."""
        return await self.during(asyncio.to_thread(act))


def sign_in(player: Player) -> None:
    """Try until it works, as a candidate told "no server" does; then confirm, read, type."""
    kiosk = player.kiosk
    while kiosk.wait_for("sign_in", "confirm", "rules", "typing", "waiting")["screen"] == "sign_in":
        kiosk.post("sign-in", sbd=player.sbd, code=player.code)
    player.arrive()


def stored(kiosk: KioskProcess) -> None:
    while (view := kiosk.view())["saved"]["pending"] or not view["connected"]:
        pass


async def play(scene: Scene, players: list[Player], dying: Dying) -> None:
    for player in players:
        await asyncio.to_thread(player.kiosk.start)
        await dying.at(lambda player=player: sign_in(player))  # type: ignore[misc]
    await dying.command("start", part=0, who=None)
    for player in players:
        await asyncio.to_thread(player.read_paper)
    for number in range(1, len(players[0].items) + 1):
        for player in players:
            assert await asyncio.to_thread(player.choose, number, [number % 3 + 1])
        if number % 3 == 0:
            dying.killed += dying.keeper.strike()
    await dying.command("pause", who=None, reason="Mất điện", cause="hall")
    for player in players:
        await asyncio.to_thread(player.kiosk.wait_for, "paused")
    await dying.command("extend", who=None, ms=MORE_MS, reason="Bù giờ", cause="hall")
    await dying.command("resume", who=None, reason="power is back")
    for player in players:
        await asyncio.to_thread(player.kiosk.wait_for, "exam")
        assert await asyncio.to_thread(player.choose, 1, [2])
        await dying.at(player.submit)
    await dying.command("close_part", part=0, reason="Hết giờ")
    await dying.command("close_sitting", reason="Hết giờ")
    for player in players:
        await asyncio.to_thread(stored, player.kiosk)
        assert (await asyncio.to_thread(player.kiosk.wait_for, "submitted"))["result"]["of"] == len(player.items)
    await scene.officer.close()


def test_each_step_of_a_sitting_happens_once_though_the_server_dies_in_every_one(
    stage: Callable[..., AbstractContextManager[Scene]], free_port: Callable[[], int]
) -> None:
    with stage(2) as scene:
        players = [scene.player(n, scene.kiosk(n, free_port())) for n in range(2)]
        keeper = Keeper(scene.server)
        dying = Dying(scene, keeper)
        keeper.start()
        try:
            asyncio.run(play(scene, players, dying))
        finally:
            keeper.stop()
        assert dying.killed >= 12
        assert scene.verified().problems == ()
        assert scene.problems() == []
        kinds = kinds_of(scene)
        once = ("sitting_opened/1", "part_closed/1", "sitting_closed/1")
        each = ("attempt_opened/1", "seat_paused/1", "seat_resumed/1", "time_extended/1", "seat_submitted/1")
        assert {kind: kinds[kind] for kind in once} == dict.fromkeys(once, 1)
        assert {kind: kinds[kind] for kind in each} == dict.fromkeys(each, 2)
        assert kinds["epoch_began/1"] > dying.killed // 2
        rows = scene.results()
        assert [(row.answered, row.disputed) for row in rows] == [(10, False)] * 2


def kinds_of(scene: Scene) -> Counter[str]:
    """How many records of each kind the journal holds; an extension must be of the right length."""
    found: Counter[str] = Counter()
    with Journal.open_to_read(scene.journal) as journal:
        for page in pages(journal):
            for record in page:
                found[record.kind] += 1
                if record.kind == "time_extended/1" and record.body is not None:
                    assert json.loads(record.body)["ms"] == MORE_MS
    return found
