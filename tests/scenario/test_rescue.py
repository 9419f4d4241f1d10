"""Acceptance: what a dead machine alone held is carried by hand into a running room, and counts."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from client_kiosk.carrying import code_picture
from client_kiosk.rescue import rescue
from scripts.kiosk_process import KioskProcess
from scripts.scene import Scene
from server.drill.room_process import OfficerAtServer
from server.protocol.rescue_frames import frames

Stage = Callable[..., AbstractContextManager[Scene]]


def told(module: str, *words: str | Path, status: int = 0) -> Any:
    """What a program prints as JSON."""
    return json.loads(said(module, *words, "--json", status=status))


def said(module: str, *words: str | Path, status: int = 0) -> str:
    """What a program prints."""
    command = [sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


def test_a_machine_killed_with_answers_nobody_has_is_emptied_onto_a_stick_and_merged(
    stage: Stage, free_port: Callable[[], int], eventually: Callable[..., None], tmp_path: Path
) -> None:
    """Its pairing is from before there was such a thing: it hears the room's recipient when it comes on the line."""
    with stage(1) as scene:
        scene.server.start()
        kiosk = scene.kiosk(0, free_port())
        assert not (kiosk.folder / "rescue.json").exists()
        kiosk.start()
        player = scene.sit(0, kiosk, (1, 2, 3))
        eventually(lambda: kiosk.view()["saved"]["pending"] == 0, what="the first answers being stored")
        scene.server.kill()
        for number in (3, 4, 5):
            assert player.choose(number, [2])
        stick = tmp_path / "stick"
        stick.mkdir()
        beside = told("client_kiosk.cli", "rescue", "--dir", kiosk.folder, "--out", stick)
        assert [one["unsettled"] for one in beside["files"]] == [3]
        kiosk.kill()
        (written,) = told("client_kiosk.cli", "rescue", "--dir", kiosk.folder, "--out", stick)["files"]
        assert [path.name for path in stick.iterdir()] == [Path(written["file"]).name], (
            "the same answers, the same name"
        )

        scene.server.start()
        for new, known in ((3, written["records"] - 3), (0, written["records"])):
            (taken,) = told("server.cli", "rescue", "import", scene.room_folder, stick)["files"]
            (line,) = taken["report"]["lines"]
            assert (line["new"], line["known"], line["kept"]) == (new, known, 0)
            assert taken["report"]["head"] == "same"
        assert not list((scene.room_folder / "rescue" / "inbox").iterdir())
        scene.end_sitting()
        (row,) = scene.results()
        assert (row.answered, row.disputed) == (5, False)

        # The sitting is closed, the server at rest: the same stick once more changes nothing, and says so.
        (late,) = told("server.cli", "rescue", "import", scene.room_folder, stick)["files"]
        assert late["report"]["lines"][0]["known"] == written["records"]
        (file,) = stick.iterdir()
        shown = json.loads(said("server.cli", "rescue", "show", scene.room_folder, file))
        assert [one["seat"] for one in shown["signed_by"]] == ["M001"]
        kinds = [json.loads(text)["kind"] for text in shown["streams"][0]["records"]]
        assert kinds.count("save_response/1") >= 5
        (stick / "x.exam-rescue").write_bytes(b"nothing")
        faults = told("server.cli", "rescue", "import", scene.room_folder, stick, status=3)["files"]
        assert [one["fault"] for one in faults] == [None, "not_rescue"]


@pytest.fixture
def stored(eventually: Callable[..., None]) -> Callable[[KioskProcess], None]:
    """`stored(kiosk)`: wait until its page says that everything is on the server."""
    return lambda kiosk: eventually(
        lambda: kiosk.view()["saved"]["pending"] == 0 and kiosk.view()["connected"], what="all being stored"
    )


def test_a_candidate_is_sent_from_a_dead_machine_whose_last_answers_come_when_it_is_back(
    stage: Stage, free_port: Callable[[], int], stored: Callable[[KioskProcess], None], eventually: Callable[..., None]
) -> None:
    with stage(2) as scene:
        scene.server.start()
        broken, spare = scene.kiosk(0, free_port()), scene.kiosk(1, free_port())
        broken.start()
        player = scene.sit(0, broken, (1, 2, 3))
        stored(broken)
        scene.server.kill()
        assert player.choose(4, [2])
        broken.kill()
        scene.server.start()
        with closing(sqlite3.connect(f"file:{scene.journal}?mode=ro", uri=True)) as journal:
            query = "SELECT json_extract(body, '$.attempt_id') FROM journal WHERE kind = 'candidate_seated/1'"
            (attempt_id,) = journal.execute(query).fetchone()
        scene.officer.order(
            "move", attempt_id=attempt_id, to=None, seat="M002", reason="Máy hỏng", cause="equipment", pause=True
        )
        spare.start()
        again = scene.player(0, spare)
        again.arrive()
        again.read_paper()
        view = spare.view()
        assert (view["answered"], view["clock"]["running"]) == (3, True), (
            "all that was acknowledged, and the clock runs"
        )
        assert again.choose(5, [1])

        broken.start()
        assert broken.wait_for("sign_in")["notice"]["code"] == "moved"
        assert not broken.post("save", number=1, response={"options": ["oaaaaa"]})["ok"]
        eventually(lambda: spare.view()["answered"] == 5, what="the answer of the machine that came back")
        again.submit()
        scene.end_sitting()
        (row,) = scene.results()
        assert (row.answered, row.disputed) == (5, False)


def test_the_real_server_reads_photographs_of_codes(
    stage: Stage, free_port: Callable[[], int], stored: Callable[[KioskProcess], None]
) -> None:
    """On green threads too, where a library in C++ that is asked on the hub would stop the whole room."""
    with stage(1) as scene:
        scene.server.start()
        kiosk = scene.kiosk(0, free_port())
        kiosk.start()
        player = scene.sit(0, kiosk, (1, 2))
        stored(kiosk)
        scene.server.kill()
        assert player.choose(3, [1])
        kiosk.kill()
        (file,) = rescue(kiosk.folder, "test").files
        scene.server.start()
        pictures = [code_picture(frame.to_bytes()) for frame in frames(file.data)]
        status, page = photographs(scene.officer, scene.server.local_port, pictures)
        assert status == 200, page[:2000]
        assert "M001" in page
        taken = told(
            "server.cli", "rescue", "import", scene.room_folder, write(scene.folder / "again.exam-rescue", file.data)
        )
        assert taken["files"][0]["report"]["times"] == 2
        assert taken["files"][0]["report"]["lines"][0]["new"] == 0
        scene.end_sitting()
        assert [row.answered for row in scene.results()] == [3]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def photographs(officer: OfficerAtServer, port: int, pictures: list[bytes]) -> tuple[int, str]:
    """Send the form of the console's page, as a browser does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', officer.request("GET", "/console/rescue").body)
    assert token is not None
    edge = "----edge"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token[1]}\r\n'.encode()]
    for n, picture in enumerate(pictures):
        head = f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="{n}.png"\r\nContent-Type: image/png\r\n\r\n'
        parts.append(head.encode() + picture + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    headers = {
        "Cookie": officer.cookie, "Origin": f"http://127.0.0.1:{port}", "Content-Type": f"multipart/form-data; boundary={edge}",
    }  # fmt: skip
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/console/rescue/photos", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
