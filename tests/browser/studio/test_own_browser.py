"""The browser that the studio starts keeps nothing of what it showed on a disk, and its profile goes with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from question_bank.local_browser import MEMORY


def test_the_studios_own_browser_keeps_nothing_on_a_disk(
    tmp_path: Path, protected: tuple[Path, Path], started_browser: Any, spawn: Callable[..., subprocess.Popen[str]],
    write_marker: Callable[[Page], None], holding: Callable[[Iterable[Path]], list[Path]],
) -> None:  # fmt: skip
    bank, passphrase = protected
    home, before = tmp_path / "home", set(MEMORY.glob("exam-studio-*"))
    home.mkdir()
    environment = started_browser.install("--headless", "--disable-gpu") | {"HOME": str(home), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "question_bank.cli", "studio", "--bank", bank, "--passphrase-file", passphrase]
    child = spawn([*command, "--no-sandbox"], env=environment)
    page = started_browser.page()
    write_marker(page)
    profiles = set(MEMORY.glob("exam-studio-*")) - before
    assert len(profiles) == 1
    assert holding((home, bank.parent, *profiles)) == []
    started_browser.leave()
    child.terminate()
    assert child.wait() == 0
    assert set(MEMORY.glob("exam-studio-*")) - before == set()
    assert holding((tmp_path,)) == []
