"""A studio killed while somebody writes loses nothing that it said was saved, and leaves no plain text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect


def test_a_kill_loses_nothing_that_was_said_to_be_saved_and_leaves_nothing_readable(
    tmp_path: Path, protected: tuple[Path, Path], start: Callable[..., Any], new_page: Callable[..., Page],
    write_marker: Callable[[Page], None], holding: Callable[[Iterable[Path]], list[Path]], kept: Callable[[Path], bool],
) -> None:  # fmt: skip
    bank, passphrase = protected
    temporary, home = tmp_path / "tmp", tmp_path / "home"
    for folder in (temporary, home):
        folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "HOME": str(home)}
    child, link = start(bank, "--passphrase-file", passphrase, env=environment)
    page = new_page()
    page.goto(link)
    write_marker(page)
    child.kill()
    child.wait()
    page.focus("[data-field=stem]")
    page.keyboard.type("thêm")
    expect(page.locator("#saved")).to_have_attribute("data-state", "not_saved")  # and it says so
    assert holding((bank.parent, temporary, home)) == []
    assert kept(bank)
    page.close(run_before_unload=False)
