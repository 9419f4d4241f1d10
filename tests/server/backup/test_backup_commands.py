"""`backup-key`, `backup`, `serve --backup` and `restore`, as people use them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from server.backup import code
from server.cli import main
from server.domain.access_codes import ALPHABET
from server.drill.room_process import RoomProcess
from server.store.verify import verify_file


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main(["--language", "en", *map(str, words)])
    said = capsys.readouterr()
    return status, said.out, said.err


def halves_on(sheet: Path) -> list[str]:
    """The halves as they stand on the printed sheet."""
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(sheet).pages).split())
    signs = f"[{ALPHABET}]{{4}}"
    found = re.findall(rf"\b{signs}(?: {signs}){{4}}\b", text)
    return [half for one in found if (half := code.read_half(one)) is not None]


@pytest.fixture
def keyed(new_room: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path]:
    """A room with a recovery code, and a file with its two halves."""
    folder, _ = new_room(1)
    status, out, _ = run(capsys, "backup-key", folder, tmp_path / "code.pdf")
    assert (status, "each half to another officer" in out) == (0, True)
    halves = halves_on(tmp_path / "code.pdf")
    assert len(halves) == 2
    assert not any(half in (folder / "backup.recipient").read_text() for half in halves)
    codes = tmp_path / "code.txt"
    codes.write_text("\n".join(map(code.shown, halves)) + "\n")
    return folder, codes


def test_a_room_is_copied_and_put_back_with_the_printed_code(
    keyed: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, codes = keyed
    (tmp_path / "stick").mkdir()
    status, out, _ = run(capsys, "backup", folder, tmp_path / "stick")
    assert (status, "same disk" in out) == (0, True)
    status, out, err = run(capsys, "restore", tmp_path / "stick", tmp_path / "new", "--code-file", codes)
    assert status == 0, err
    assert "Never start the old server again" in out
    for path in (tmp_path / "new").glob("*/*.journal.sqlite"):
        assert verify_file(path).ok


@pytest.mark.parametrize(
    ("text", "said"), [("2345", "half 1"), ("", "half 1"), ("{first}\n2345", "half 2"), ("{first}", "both halves")]
)
def test_a_slip_in_the_code_is_told_for_its_half(
    keyed: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    folder, codes = keyed
    codes.write_text(text.format(first=codes.read_text().split("\n")[0]))
    status, _, err = run(capsys, "restore", folder, tmp_path / "new", "--code-file", codes)
    assert (status, said in err) == (3, True), err


def test_serving_with_a_backup_needs_a_code_first(
    new_room: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = new_room(1)
    status, _, err = run(capsys, "serve", folder, "--backup", tmp_path)
    assert (status, "backup-key" in err) == (3, True)


@pytest.fixture
def served(keyed: tuple[Path, Path], tmp_path: Path) -> Iterator[RoomProcess]:
    """The room's server with a stick, a round each second."""
    (tmp_path / "stick").mkdir()
    options = ("--host", "127.0.0.1", "--no-discovery", "--backup", str(tmp_path / "stick"), "--backup-every", "1")
    server = RoomProcess(keyed[0], 0, 0, *options)
    server.start()
    yield server
    server.kill()


def health(server: RoomProcess) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.local_port}/healthz", timeout=10) as answer:
        return json.loads(answer.read())


def test_a_running_server_keeps_a_stick_and_says_when_it_cannot(
    served: RoomProcess, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    stick = tmp_path / "stick"
    eventually(lambda: health(served)["backup"]["number"] >= 1, what="the first backup")
    assert health(served)["ok"] is True
    away = stick.rename(tmp_path / "pulled")
    eventually(lambda: health(served)["problems"] == ["backup_gone"], what="the stick being missed")
    assert health(served)["backup"]["ok_at_ms"] is not None
    away.rename(stick)
    eventually(lambda: health(served)["ok"], what="the stick being found again")
    assert served.stop() == 0


def test_a_server_that_stops_or_is_killed_leaves_its_last_state_on_the_stick(
    served: RoomProcess, keyed: tuple[Path, Path], tmp_path: Path, eventually: Callable[..., None]
) -> None:
    eventually(lambda: health(served)["backup"]["number"] >= 1, what="the first backup")
    (keyed[0] / "note.txt").write_text("written at the last moment")
    served.kill()

    def put_back() -> bool:
        done = subprocess.run(
            [sys.executable, "-m", "server.cli", "restore", str(tmp_path / "stick"), str(tmp_path / "new"),
             "--code-file", str(keyed[1]), "--replace"], capture_output=True, text=True,
        )  # fmt: skip
        return done.returncode == 0 and (tmp_path / "new" / "note.txt").exists()

    eventually(put_back, what="the last backup after the server's death")
