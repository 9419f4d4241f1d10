"""The browser's keeper: a screen comes back whatever was in its way, and stopping stops it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from client_kiosk import shell
from client_kiosk.config import KioskFolder
from client_kiosk.errors import KioskError
from client_kiosk.shell import Browser, Mode
from question_bank.local_browser import Launch


@pytest.fixture
def launch() -> Launch:
    return Launch("http://127.0.0.9:8471")


def test_a_machine_without_a_browser_says_so_before_anything_runs(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "BROWSERS", ("no-such-browser",))
    with pytest.raises(KioskError) as raised:
        Browser(launch, tmp_path, Mode.KIOSK, True, lambda: None)
    assert raised.value.hint


def test_a_full_disk_does_not_end_the_screen_for_good(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, tries = threading.Event(), []
    page = launch.page

    def full_at_first(folder: Path) -> Path:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no space left on device")
        begun.set()
        return page(folder)

    monkeypatch.setattr(shell, "BROWSERS", ("true",))
    monkeypatch.setattr(shell, "_RESTART_S", 0.001)
    monkeypatch.setattr(launch, "page", full_at_first)
    browser = Browser(launch, tmp_path, Mode.HEADLESS, True, lambda: None)
    browser.start()
    assert begun.wait(20)
    browser.stop()


def test_a_browser_that_is_stopped_before_it_has_begun_never_begins(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "BROWSERS", ("cat",))  # would wait for ever
    browser = Browser(launch, tmp_path, Mode.HEADLESS, True, lambda: None)
    browser._stopping.set()
    browser._once()
    assert browser._process is None


def test_two_kiosks_never_run_on_one_folder(tmp_path: Path) -> None:
    """They would number their records alike, and each would be the other's conflict."""
    folder = KioskFolder(tmp_path)
    with folder.claim(), pytest.raises(KioskError) as raised:
        KioskFolder(tmp_path).claim()
    assert raised.value.hint
    folder.claim().close()
