"""Acceptance: what was decided once stays decided, however often it is delivered, and whatever died in between."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

from scripts import check_demo
from scripts.scene import LoggedKiosk, Scene
from scripts.served_room import served_room
from scripts.wire_tap import WireTap
from server.domain.chain import Head
from server.domain.commands import StartPart
from server.domain.rights import Role
from server.drill.virtual_socket import SocketGoneError
from server.live.actors import OfficerActor
from server.store.journal import Appended, Journal, Moved
from server.store.record import Record

Stage = Callable[..., AbstractContextManager[Scene]]
PROCTOR = OfficerActor("o-proctor", Role.PROCTOR)
# What a broken kiosk program, or another program with a stolen key, might put into a stream.
UNREADABLE = (
    b"not json at all",
    b'{"kind":"save_response/9"}',
    b"[" * 3000,
    b'{"kind":"save_response/1"}',
    b"\x00\x01",
)


async def seated(scene: Scene, n: int = 0) -> LoggedKiosk:
    """A lean kiosk whose candidate sits and waits."""
    kiosk = scene.virtual(n)
    kiosk.start()
    await kiosk.ready.wait()
    await kiosk.stage()
    await kiosk.sign_in()
    return kiosk


async def started(scene: Scene) -> LoggedKiosk:
    """A lean kiosk with the open paper."""
    kiosk = await seated(scene)
    assert (await scene.officer.ordered("start", part=0, who=None))["verdict"] == "accepted"
    await kiosk.opened.wait()
    return kiosk


async def killed_and_back(scene: Scene, kiosk: LoggedKiosk) -> None:
    """kill -9 the server, start it again, and wait until the kiosk has told it everything."""
    await asyncio.to_thread(scene.server.kill)
    kiosk.reconciled.clear()
    await asyncio.to_thread(scene.server.start)
    await kiosk.reconciled.wait()


def played(scene: Scene, play: Callable[[Scene], Awaitable[LoggedKiosk]]) -> LoggedKiosk:
    """Play with a running server, and end everything: the kiosk, to be looked back at."""

    async def whole() -> LoggedKiosk:
        kiosk = await play(scene)
        await kiosk.stop()
        await scene.officer.close()
        return kiosk

    scene.server.start()
    kiosk = asyncio.run(whole())
    assert scene.server.stop() == 0
    return kiosk


def one_row_each(scene: Scene, kiosk: LoggedKiosk) -> bool:
    """Whether each record has exactly one row, however often it came."""
    found = rows(scene, kiosk)
    return sorted(found) == list(range(1, len(kiosk.outbox) + 1)) and all(len(kinds) == 1 for kinds in found.values())


def promise(verdict: dict[str, Any]) -> tuple[object, ...]:
    """What a verdict promises; it must be the same for ever."""
    return tuple(verdict[name] for name in ("seq", "verdict", "reason", "epoch", "at_seq", "hash"))


def rows(scene: Scene, kiosk: LoggedKiosk) -> dict[int, list[str]]:
    """The kinds the journal holds of a stream, by number."""
    connection = sqlite3.connect(f"file:{scene.journal}?mode=ro", uri=True)
    found: dict[int, list[str]] = {}
    query = "SELECT source_seq, kind FROM journal WHERE source = ? ORDER BY seq"
    for seq, kind in connection.execute(query, (bytes.fromhex(kiosk.source),)):
        found.setdefault(seq, []).append(kind)
    connection.close()
    return found


def test_refused_and_unreadable_records_keep_their_verdict_over_kills_and_stop_nobody(stage: Stage) -> None:
    async def play(scene: Scene) -> LoggedKiosk:
        kiosk = await started(scene)
        item_id, other = list(kiosk.items)[:2]
        foreign = {"options": [kiosk.items[other][1][0]]}
        first = await kiosk.deliver(kiosk.put(kiosk.saving(item_id, {"options": [kiosk.items[item_id][1][0]]})))
        refused = await kiosk.deliver(kiosk.put(kiosk.saving(item_id, foreign)))
        unknown = await kiosk.deliver(kiosk.put(kiosk.saving("i2222222", foreign)))
        unreadable = [(await kiosk.deliver(kiosk.put(text)))[0] for text in UNREADABLE]
        last = await kiosk.deliver(kiosk.put(kiosk.saving(other, foreign)))
        said = [*first, *refused, *unknown, *unreadable, *last]
        assert [one["verdict"] for one in said] == [
            "accepted", "refused", "refused", *["unreadable"] * len(UNREADABLE), "accepted",
        ]  # fmt: skip
        for _ in range(2):  # by the same server, and by its successors, which know them from the disk alone
            assert [promise(one) for one in await kiosk.deliver(*range(3, 3 + len(said)))] == [
                promise(one) for one in said
            ]
            await killed_and_back(scene, kiosk)
        assert (await kiosk.deliver(kiosk.put(kiosk.saving(item_id, {"options": [kiosk.items[item_id][1][0]]}))))[0][
            "verdict"
        ] == "accepted"
        return kiosk

    with stage(1) as scene:
        kiosk = played(scene, play)
        assert one_row_each(scene, kiosk)
        assert scene.verified().problems == ()


def test_a_record_cut_off_by_a_kill_before_its_verdict_is_judged_once(stage: Stage) -> None:
    """The server dies with the record in its hands, some time between reading and answering; the kiosk sends it again."""

    async def play(scene: Scene) -> LoggedKiosk:
        kiosk = await started(scene)
        item_id, other = list(kiosk.items)[:2]
        texts = (
            b"neither read nor lost",
            kiosk.saving(item_id, {"options": [kiosk.items[other][1][0]]}),
            kiosk.saving(item_id, {"options": [kiosk.items[item_id][1][0]]}),
        )
        for text in texts * 2:
            number = kiosk.put(text)
            sending = asyncio.ensure_future(kiosk.deliver(number))
            await asyncio.sleep(0)  # the bytes are on their way
            await killed_and_back(scene, kiosk)
            try:
                answered = await sending
            except SocketGoneError:
                answered = []
            again = await kiosk.deliver(number)
            assert [promise(one) for one in answered] in ([], [promise(one) for one in again])
        return kiosk

    with stage(1) as scene:
        kiosk = played(scene, play)
        assert one_row_each(scene, kiosk)
        assert [kept.verdict for kept in kiosk.outbox[2:]] == ["unreadable", "refused", "accepted"] * 2
        assert scene.verified().problems == ()


def test_another_content_under_a_number_that_was_used_is_an_incident_once_and_changes_nothing(stage: Stage) -> None:
    async def play(scene: Scene) -> LoggedKiosk:
        kiosk = await started(scene)
        item_id, (_, options) = next(iter(kiosk.items.items()))
        number = kiosk.put(kiosk.saving(item_id, {"options": [options[0]]}))
        (first,) = await kiosk.deliver(number)
        true = kiosk.outbox[number - 1].text
        kiosk.outbox[number - 1].text = kiosk.saving(item_id, {"options": [options[1]]})
        for _ in range(2):
            (conflict,) = await kiosk.deliver(number)
            assert conflict["verdict"] == "conflict"
        kiosk.outbox[number - 1].text = true
        await killed_and_back(scene, kiosk)
        assert promise((await kiosk.deliver(number))[0]) == promise(first)
        return kiosk

    with stage(1) as scene:
        kiosk = played(scene, play)
        assert rows(scene, kiosk)[3] == ["response_saved/1", "request_conflict/1"]
        with scene.opened() as room:
            assert room.sitting is not None
            (attempt,) = room.sitting.state.attempts.values()
            (response,) = attempt.parts[0].responses.values()
            assert response == {"options": [next(iter(kiosk.items.values()))[1][0]]}


def test_a_verdict_lost_on_the_way_is_asked_for_again_so_the_page_tells_the_truth(
    stage: Stage, free_port: Callable[[], int], eventually: Callable[..., None]
) -> None:
    """The record is on the server's disk, the line dies with the ack on it: "saved on the server" comes all the same."""

    def held(scene: Scene) -> int:
        connection = sqlite3.connect(f"file:{scene.journal}?mode=ro", uri=True)
        (count,) = connection.execute("SELECT count(*) FROM journal WHERE kind LIKE 'response_saved/%'").fetchone()
        connection.close()
        return int(count)

    with stage(1) as scene:
        scene.server.start()
        tap = WireTap(scene.room_folder, free_port(), scene.port)
        tap.start()
        try:
            scene.port = tap.port
            kiosk = scene.kiosk(0, free_port())
            kiosk.start()
            player = scene.sit(0, kiosk)
            tap.swallowing.set()
            for number in (1, 2, 3):
                assert player.choose(number, [1])
                eventually(lambda number=number: held(scene) >= 1, what="the record being stored")
            assert kiosk.view()["saved"]["state"] == "machine", "nobody has told the kiosk"
            tap.cut()
            tap.swallowing.clear()
            eventually(lambda: kiosk.view()["saved"]["state"] == "server", what="the truth")
            assert held(scene) == 3
        finally:
            kiosk.kill()
            tap.stop()
        assert len([ack for ack in check_demo.read_acks(scene.ack_logs) if ack.is_answer]) == 3


# --- duplicates of what is still being written ----------------------------------------------------------------------


class SlowDisk:
    """Lets a test hold the journal in the middle of an append."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.writing = threading.Event()
        self.go_on = threading.Event()
        self.hold = False
        original = Journal.append

        def append(journal: Journal, expected_head: Head, records: Sequence[Record]) -> Appended | Moved:
            if self.hold and any(record.kind == "response_saved/1" for record in records):
                self.hold = False
                self.writing.set()
                assert self.go_on.wait(30)
            return original(journal, expected_head, records)

        monkeypatch.setattr(Journal, "append", append)


def twin_of(scene: Scene, kiosk: LoggedKiosk) -> LoggedKiosk:
    """The same kiosk once more, on a line of its own: it came back before the server noticed that it was gone."""
    twin = LoggedKiosk(scene, 0, scene.folder / "v00", lambda: None)
    twin.source, twin.outbox = kiosk.source, list(kiosk.outbox)
    twin.situation, twin.paper, twin.items = kiosk.situation, kiosk.paper, kiosk.items
    return twin


@pytest.mark.parametrize("place", ["after the batch", "in the same batch"])
def test_a_duplicate_of_a_record_still_being_written_gets_the_verdict_of_the_first(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    disk = SlowDisk(monkeypatch)

    async def play(scene: Scene, room: Any) -> None:
        kiosk, other = await seated(scene, 0), await seated(scene, 1)
        room.order(PROCTOR, bytes(16), 1, StartPart(0, None, bytes(32), PROCTOR.officer_id))
        await kiosk.opened.wait()
        await other.opened.wait()
        item_id, (_, options) = next(iter(kiosk.items.items()))
        number = kiosk.put(kiosk.saving(item_id, {"options": [options[0]]}))
        disk.hold = True
        if place == "in the same batch":  # somebody else's answer keeps the disk busy while both copies queue up
            item, (_, shown) = next(iter(other.items.items()))
            busy = asyncio.ensure_future(other.deliver(other.put(other.saving(item, {"options": [shown[0]]}))))
            await asyncio.to_thread(disk.writing.wait)
            first = asyncio.ensure_future(kiosk.deliver(number))
            await waiting(room, 1)
        else:
            first = busy = asyncio.ensure_future(kiosk.deliver(number))
            await asyncio.to_thread(disk.writing.wait)
        twin = twin_of(scene, kiosk)
        second = asyncio.ensure_future(redeliver(twin, number))
        await waiting(room, 2 if place == "in the same batch" else 1)
        assert not first.done()
        assert not second.done()
        disk.go_on.set()
        await busy
        assert [promise(one) for one in await second] == [promise(one) for one in await first]
        await twin.stop()
        await kiosk.stop()
        await other.stop()

    with stage(2) as scene:
        with served_room(scene.room_folder, scene.contest.committee.raw) as served:
            scene.port = served.address.port
            asyncio.run(play(scene, served.room))
        connection = sqlite3.connect(scene.journal)
        (count,) = connection.execute("SELECT count(*) FROM journal WHERE kind LIKE 'response_saved/%'").fetchone()
        connection.close()
        assert count == (2 if place == "in the same batch" else 1)
        assert scene.verified().problems == ()


async def redeliver(twin: LoggedKiosk, number: int) -> list[dict[str, Any]]:
    """Connect and send that record again, without waiting for what the server says it holds."""
    outbox, twin.outbox = twin.outbox, []
    twin.start()
    await twin.ready.wait()
    twin.outbox = outbox
    return await twin.deliver(number)


async def waiting(room: Any, asks: int) -> None:
    """Until so many askers wait for the journal."""
    async with asyncio.timeout(15):
        while len(room.sitting._committer._queue) < asks:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
