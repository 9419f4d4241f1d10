"""Acceptance: a kiosk that was wiped, reimaged or set back loses nothing that was acknowledged, and pretends nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scripts import check_demo
from scripts.kiosk_process import KioskProcess, Player
from scripts.scene import Scene

Stage = Callable[..., AbstractContextManager[Scene]]
HOUR_MS = 3_600_000


@pytest.fixture
def stored(eventually: Callable[..., None]) -> Callable[[KioskProcess], None]:
    """`stored(kiosk)`: wait until its page says that everything is on the server."""

    def wait(kiosk: KioskProcess) -> None:
        eventually(lambda: kiosk.view()["saved"]["pending"] == 0 and kiosk.view()["connected"], what="all being stored")

    return wait


def answered(player: Player) -> dict[str, list[str]]:
    """What the page shows as answered, by stem, in texts: another kiosk shows the same though in its own numbers."""
    items = player.kiosk.get("/api/paper")["items"]
    responses = player.kiosk.view()["responses"]
    found: dict[str, list[str]] = {}
    for number, response in responses.items():
        item = items[int(number) - 1]
        texts = {option["option_id"]: option["text"] for option in item["view"]["options"]}
        found[item["stem"]] = [texts[option] for option in response["options"]]
    return found


def kit_of(scene: Scene) -> Path:
    """The technician's stick, made before the day."""
    kit = scene.folder / "room.kit"
    with scene.opened() as room:
        made = room.pairing.kits.make("o-kythuat", 3, HOUR_MS, [f"127.0.0.1:{scene.port}"], scene.port)
        kit.write_bytes(made.to_bytes())
    return kit


def reimaged(scene: Scene, kit: Path, local_port: int) -> KioskProcess:
    """The same machine with a new image: no key, no room, no outbox, but the stick."""
    kiosk = scene.kiosk(0, local_port, "--kit", str(kit), "--seat", "M001", name="reimaged", paired=False)
    kiosk.start()
    return kiosk


def come_back(scene: Scene, kiosk: KioskProcess) -> Player:
    """The first candidate signs in at this machine in the middle of the exam."""
    player = scene.player(0, kiosk)
    player.arrive()
    player.read_paper()
    return player


def test_a_wiped_and_reimaged_kiosk_finds_every_acknowledged_answer_again(
    stage: Stage, free_port: Callable[[], int], stored: Callable[[KioskProcess], None]
) -> None:
    with stage(1) as scene:
        kit = kit_of(scene)
        scene.server.start()
        first = scene.kiosk(0, free_port())
        first.start()
        player = scene.sit(0, first)
        for number in range(1, 7):
            assert player.choose(number, [number % 3 + 1])
        stored(first)
        before = answered(player)
        assert len(before) == 6

        first.kill()
        shutil.rmtree(first.folder)  # a new image: no key, no room, no outbox
        player = come_back(scene, reimaged(scene, kit, free_port()))
        assert answered(player) == before
        for number in range(5, 11):  # two changed, four new
            assert player.choose(number, [1])
        assert player.submit()["submitted"]["answered"] == len(answered_stems(scene))
        scene.end_sitting()
        (row,) = scene.results()
        assert not row.disputed
        assert row.answered == len(answered_stems(scene))


def answered_stems(scene: Scene) -> set[str]:
    return {str(one["stem"]) for one in check_demo.lines(scene.clicks)}


def test_answers_that_only_the_wiped_disk_had_are_shown_as_not_given(
    stage: Stage, free_port: Callable[[], int], stored: Callable[[KioskProcess], None]
) -> None:
    """The server was down for the last answers and the kiosk's disk died: nobody acknowledged them, nobody shows them."""
    with stage(1) as scene:
        kit = kit_of(scene)
        scene.server.start()
        first = scene.kiosk(0, free_port())
        first.start()
        player = scene.sit(0, first, (1, 2, 3))
        stored(first)
        before = answered(player)
        scene.server.kill()
        clicks = scene.clicks.read_text(encoding="utf-8")
        assert player.choose(4, [1])
        assert player.choose(1, [2])
        saved = first.view()["saved"]
        assert (saved["state"], saved["pending"]) == ("machine", 2)
        first.kill()
        shutil.rmtree(first.folder)
        scene.clicks.write_text(clicks, encoding="utf-8")

        scene.server.start()
        player = come_back(scene, reimaged(scene, kit, free_port()))
        assert answered(player) == before
        assert player.submit()["submitted"]["answered"] == 3
        scene.end_sitting()


def test_a_disk_set_back_to_an_older_copy_never_overwrites_what_the_server_holds(
    stage: Stage, free_port: Callable[[], int], stored: Callable[[KioskProcess], None]
) -> None:
    """A lab's restore card puts yesterday's, or the last hour's, disk back at every restart."""
    with stage(1) as scene:
        scene.server.start()
        kiosk = scene.kiosk(0, free_port())
        kiosk.start()
        player = scene.sit(0, kiosk, (1, 2, 3))
        stored(kiosk)
        kiosk.kill()
        image = scene.folder / "image"
        shutil.copytree(kiosk.folder, image)
        kiosk.start()
        kiosk.wait_for("exam")
        for number in (2, 3, 4, 5, 6):
            assert player.choose(number, [2])
        stored(kiosk)
        before = answered(player)

        kiosk.kill()
        shutil.rmtree(kiosk.folder)
        shutil.copytree(image, kiosk.folder)
        kiosk.start()
        # The old stream cannot go on here: the candidate signs in again, and finds everything.
        assert kiosk.wait_for("sign_in")["notice"]["code"] == "outbox_held_back"
        player.arrive()
        player.read_paper()
        assert answered(player) == before
        assert player.choose(7, [1])
        player.submit()
        scene.end_sitting()
        (row,) = scene.results()
        assert not row.disputed
        assert row.answered == 7


def test_a_candidate_who_moves_to_another_machine_in_mid_exam_goes_on_where_they_were(
    stage: Stage, free_port: Callable[[], int], stored: Callable[[KioskProcess], None]
) -> None:
    """The other machine waits with the sealed paper on its disk, so its paper may arrive before anything else does."""
    with stage(2) as scene:
        scene.server.start()
        broken, spare = scene.kiosk(0, free_port()), scene.kiosk(1, free_port())
        for kiosk in (broken, spare):
            kiosk.start()
            kiosk.wait_for("sign_in")
        while spare.view()["staging"]["ready"] < 2:
            pass
        player = scene.sit(0, broken, (1, 2, 3))
        assert broken.post("flag", number=4, flagged=True)["ok"]
        stored(broken)
        before = answered(player)

        player = come_back(scene, spare)
        assert answered(player) == before
        assert spare.view()["flagged"] == [4]
        assert broken.wait_for("sign_in")["notice"]["code"] == "moved"
        assert not broken.post("save", number=1, response={"options": ["oaaaaa"]})["ok"], (
            "the machine that was left writes nothing more"
        )
        assert player.choose(1, [2])
        player.submit()
        scene.end_sitting()
        (row,) = scene.results()
        assert not row.disputed
        assert row.answered == 3
