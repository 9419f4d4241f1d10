"""A machine that pretends to be another, or copies one, gets nothing and takes nothing away."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from client_kiosk.config import KioskFolder
from scripts.scene import Scene
from server.drill.virtual_socket import VirtualSocket, connect
from server.protocol import pairing
from server.protocol.trust import host_name

Stage = Callable[..., AbstractContextManager[Scene]]


def test_a_machine_with_a_stolen_membership_and_its_own_key_gets_nothing(
    stage: Stage, free_port: Callable[[], int], eventually: Callable[..., None]
) -> None:
    with stage(1) as scene:
        scene.server.start()
        true = scene.kiosk(0, free_port())
        true.start()
        true.wait_for("sign_in")
        eventually(lambda: true.view()["staging"]["ready"] == 2, what="staging")
        false = scene.kiosk(0, free_port(), name="false")
        shutil.rmtree(false.folder)
        KioskFolder(false.folder).key()  # its own
        shutil.copy(true.folder / "kiosk.json", false.folder / "kiosk.json")
        false.start()
        view = false.wait_for("stopped")
        assert view["stopped"] == "wrong_signature"
        assert view["sitting"] is None
        assert view["staging"] == {"fault": None, "ready": 0, "total": 0}
        assert list(false.folder.glob("packages/*")) == []
        assert true.view()["connected"], "the true kiosk notices nothing"


def test_a_socket_that_has_proven_nothing_is_told_nothing_and_downloads_nothing(stage: Stage) -> None:
    """It knows the room's certificate and the kiosk's id, and asks for everything a kiosk may ask for."""

    async def ask(scene: Scene) -> list[dict[str, Any]]:
        pushed: list[tuple[str, Any]] = []
        address, kiosk_id = scene.address, scene.sheets[0].kiosk_id
        answers = []
        asks: list[tuple[str, dict[str, Any]]] = [
            ("prove", {"kiosk_id": kiosk_id, "signature": "00" * 64}),
            ("records", {"source": "00" * 16, "records": [{"seq": 1, "message": "{}"}]}),
            ("sign_in", {"source": "00" * 16, "message": '{"kind":"sign_in/1"}'}),
            ("clock", {"t1_ms": 1}),
            ("staged", {"package_id": "p" + "a" * 12, "bytes": 1, "verified": True, "fault": None}),
            ("console_ticket", {}),
            ("no_such_message", {}),
        ]
        for event, payload in asks:
            socket = await connect(
                "/kiosk", address.host, address.port, address.tls, host_name(address.room_id),
                lambda event, payload: pushed.append((event, payload)),
            )  # fmt: skip
            hello = {"protocol": 1, "kiosk_id": kiosk_id, "kind": "kiosk", "build": "x", "seat_label": None}
            if event == "prove":
                greeted = await socket.call("hello", hello)
                assert set(greeted) == {"ok", "nonce", "room_id", "room_name", "room_state", "role", "serving"}
            answers.append(await socket.call(event, payload))
            socket.cut()
        assert pushed == []
        return answers

    with stage(1) as scene:
        scene.server.start()
        answers = asyncio.run(ask(scene))
        assert [answer["refused"] for answer in answers] == ["wrong_signature", *["not_proven"] * 6]
        assert all(set(answer) <= {"refused", "hint", "tries_left", "wait_s"} for answer in answers)
        page = scene.officer.request("GET", f"/kiosk/package/{scene.contest.forms['primary'].package_id}")
        assert page.status == 401


def test_a_proof_for_another_room_or_another_certificate_is_worth_nothing(stage: Stage) -> None:
    """The true key, over anything but this room, this socket's nonce, this kiosk and this certificate."""

    async def prove(scene: Scene, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        address, sheet = scene.address, scene.sheets[0]
        socket: VirtualSocket = await connect(
            "/kiosk", address.host, address.port, address.tls, host_name(address.room_id), lambda event, payload: None
        )
        hello = {"protocol": 1, "kiosk_id": sheet.kiosk_id, "kind": "kiosk", "build": "x", "seat_label": None}
        greeted = await socket.call("hello", hello)
        told: dict[str, Any] = {
            "nonce": bytes.fromhex(greeted["nonce"]), "room_id": address.room_id, "kiosk_id": sheet.kiosk_id,
            "leaf_der": socket.leaf_der,
        }  # fmt: skip
        change(told)
        text = pairing.prove_text(told["nonce"], told["room_id"], told["kiosk_id"], told["leaf_der"])
        answer: dict[str, Any] = await socket.call(
            "prove", {"kiosk_id": sheet.kiosk_id, "signature": sheet.key.sign(text).hex()}
        )
        socket.cut()
        return answer

    changes: dict[str, Callable[[dict[str, Any]], None]] = {
        "nothing": lambda told: None,
        "nonce": lambda told: told.update(nonce=bytes(32)),
        "room": lambda told: told.update(room_id="r" + "a" * 12),
        "kiosk": lambda told: told.update(kiosk_id="k" + "0" * 16),
        "certificate": lambda told: told.update(leaf_der=b"another"),
    }
    with stage(1) as scene:
        scene.server.start()
        answers = {name: asyncio.run(prove(scene, change)) for name, change in changes.items()}
    assert answers.pop("nothing")["ok"]
    assert {name: answer["refused"] for name, answer in answers.items()} == dict.fromkeys(answers, "wrong_signature")


def test_of_two_machines_with_one_disk_image_one_is_let_in_at_a_time_and_nothing_is_lost(
    stage: Stage, free_port: Callable[[], int], eventually: Callable[..., None]
) -> None:
    """Labs clone disks: the image of a paired machine, key and all, on a second one."""
    with stage(1) as scene:
        scene.server.start()
        first = scene.kiosk(0, free_port())
        first.start()
        player = scene.sit(0, first, (1, 2, 3))
        eventually(lambda: first.view()["saved"]["pending"] == 0, what="all being stored")
        clone = scene.kiosk(0, free_port(), name="clone")
        shutil.rmtree(clone.folder)
        shutil.copytree(first.folder, clone.folder, ignore=shutil.ignore_patterns("*.sqlite-*", "launch.html"))
        clone.host = "127.0.0.99"
        clone.command[clone.command.index("--local-address") + 1] = clone.host
        clone.start()
        eventually(lambda: clone.view()["connected"], what="the clone being let in")
        assert first.wait_for("stopped")["stopped"] == "replaced"
        clone.kill()
        first.kill()
        first.start()  # the technician has taken the clone away
        first.wait_for("exam")
        assert first.view()["answered"] == 3
        assert player.choose(4, [1])
        player.submit()
        scene.end_sitting()
