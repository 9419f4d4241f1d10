"""examroom-kiosk as a technician starts it: what cannot be used is said in one sentence, before anything runs."""

from __future__ import annotations

import contextvars
import io
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from client_kiosk import console
from client_kiosk import running as composition
from client_kiosk.cli import main
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.console import Ask, Say
from client_kiosk.errors import KioskError
from client_kiosk.outbox import Outbox, Stream
from client_kiosk.running import Options, running

HOST = "127.0.0.77"
MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",))


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """`told("run", …)`: exit status and everything the program said."""
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)

    def run(*words: str | Path) -> tuple[int, str]:
        try:
            status = contextvars.copy_context().run(main, ["--language", "en", *map(str, words)])
        except SystemExit as ended:
            status = int(str(ended.code))
        return status, "".join(capfd.readouterr())

    return run


@pytest.fixture
def options(tmp_path: Path, free_port: Callable[[], int]) -> Callable[[Path | None], Options]:
    """`options(kit)`: a kiosk without a browser that does not search."""
    port = free_port()

    def chosen(kit: Path | None) -> Options:
        return Options(
            folder=tmp_path / "kiosk", seat="", local_host=HOST, local_port=port, address=None, kit=kit, browser=None,
            sandbox=True, search=False, interfaces=(), ack_log=None, internet_probe=False,
        )  # fmt: skip

    return chosen


def is_one_sentence_with_a_hint(said: str) -> bool:
    first, second = said.splitlines()
    return first.startswith("error: ") and second.startswith("  → ")


@pytest.mark.parametrize("kit", ["missing.kit", "damaged.kit", "folder.kit"])
def test_a_kit_that_cannot_be_read_is_refused(told: Callable[..., tuple[int, str]], tmp_path: Path, kit: str) -> None:
    (tmp_path / "damaged.kit").write_text("{")
    (tmp_path / "folder.kit").mkdir()
    status, said = told("run", "--dir", tmp_path / "own", "--kit", tmp_path / kit)
    assert status == 3, said
    assert is_one_sentence_with_a_hint(said), said
    assert kit in said


@pytest.mark.parametrize("command", ["run", "console", "leave"])
def test_a_folder_that_cannot_be_used_is_refused(
    told: Callable[..., tuple[int, str]], tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        status, said = told(command, "--dir", folder)
        assert status == 3, said
        assert is_one_sentence_with_a_hint(said), said


def test_a_damaged_membership_is_refused(told: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    KioskFolder(tmp_path).join(MEMBER)
    (tmp_path / "kiosk.json").write_bytes((tmp_path / "kiosk.json").read_bytes()[:-5])
    status, said = told("console", "--dir", tmp_path)
    assert status == 3, said
    assert is_one_sentence_with_a_hint(said), said


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x"])
def test_a_port_that_is_none_is_wrong_usage(told: Callable[..., tuple[int, str]], tmp_path: Path, port: str) -> None:
    status, said = told(
        "run", "--dir", tmp_path, "--no-browser", "--no-search", "--no-internet-probe", f"--port={port}"
    )
    assert status == 2, said
    assert "65535" in said


def test_a_paired_machine_needs_no_stick(
    options: Callable[[Path | None], Options], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kit paired it once; the stick is in the technician's pocket, or it hangs."""

    def unreadable(path: Path) -> None:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(composition, "read_kit_file", unreadable)
    KioskFolder(tmp_path / "kiosk").join(MEMBER)
    with running(options(tmp_path / "pulled.kit")):
        assert "kiosk-ticker" in {thread.name for thread in threading.enumerate()}


def test_a_kiosk_that_cannot_start_holds_nothing(options: Callable[[Path | None], Options], tmp_path: Path) -> None:
    folder = KioskFolder(tmp_path / "kiosk")
    folder.outboxes.mkdir()
    Outbox.create(folder.outboxes, Stream("ab" * 16, "ca-1", "a1", 1)).close()
    given = options(None)
    with socket.create_server((HOST, given.local_port)), pytest.raises(KioskError, match="is taken"), running(given):
        pass
    folder.claim().close()
    with running(given):
        pass


def test_codes_that_nobody_compares_are_not_the_same(
    told: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started by a script, without anybody to answer."""
    answers = []

    def compared(folder: KioskFolder, build: str, address: str, name: str, say: Say, equal: Ask) -> None:
        say("123456")
        answers.append(equal("123456"))

    monkeypatch.setattr(console, "join_by_code", compared)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    status, said = told("console", "--dir", tmp_path, "--address", "127.0.0.1:1")
    assert (status, answers) == (3, [False])
    assert "123 456" in said
