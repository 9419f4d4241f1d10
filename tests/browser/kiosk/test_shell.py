"""The kiosk's program as a candidate's machine runs it: its own browser on its own pages, and nobody else's."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import expect

from client_kiosk.config import KioskFolder, Membership
from client_kiosk.outbox import Outbox, Stream, open_all
from question_bank.local_browser import MEMORY, PROFILE_BYTES, profile_home

Kiosk = Callable[..., subprocess.Popen[str]]
HOST = "127.0.0.1"
SOURCE = "ab" * 16


@pytest.fixture
def port(free_port: Callable[[], int]) -> int:
    return free_port()


@pytest.fixture
def kiosk(tmp_path: Path, port: int, spawn: Callable[..., subprocess.Popen[str]]) -> Iterator[Kiosk]:
    """`kiosk("--headless", …, env=…)`: `examroom-kiosk run` in a folder of its own, without a room to find."""
    started = []

    def run(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        process = spawn(
            [sys.executable, "-m", "client_kiosk.cli", "--language", "en", "run", "--dir", tmp_path / "kiosk", "--no-search", "--no-internet-probe",
             "--local-address", HOST, "--port", str(port), *arguments],
            **options,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:  # asked, not killed: then it takes its browser with it
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def noted(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment whose only Chromium shows nothing, and the file in which it notes how it was started."""
    (tmp_path / "bin").mkdir()
    starts, program = tmp_path / "starts", tmp_path / "bin" / "chromium"
    program.write_text(f'#!/bin/sh\necho "$@" >> {starts}\nexec sleep 600\n')
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}, starts


def browsers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """What the kiosk started, and what that started."""
    return psutil.Process(process.pid).children(recursive=True)


def words(process: subprocess.Popen[str]) -> list[str]:
    """Every word of their command lines, which any user of the machine can read."""
    found: list[str] = []
    for child in browsers(process):
        with contextlib.suppress(psutil.Error):  # helpers come and go
            found += child.cmdline()
    return found


def profile_of(process: subprocess.Popen[str]) -> Path:
    """Where its browser keeps what it keeps."""
    given = [word.partition("=")[2] for word in words(process) if word.startswith("--user-data-dir=")]
    return Path(given[0])


def status_of(link: str) -> int:
    """What the kiosk answers to whoever opens this link."""
    try:
        with urllib.request.urlopen(link, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_the_browser_shows_the_pages_behind_a_cookie_of_its_own(
    kiosk: Kiosk, started_browser: Any, tmp_path: Path, port: int
) -> None:
    running = kiosk("--headless", "--no-sandbox", env=started_browser.install())
    page = started_browser.page()
    page.wait_for_selector("body[data-screen=searching]")
    assert page.url == f"http://{HOST}:{port}/"
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["domain"]) == (True, "Strict", HOST)
    assert not (tmp_path / "kiosk" / "launch.html").exists(), "the token was used, and its file is gone"
    told = " ".join(words(running))
    assert "launch.html" in told
    assert "token" not in told
    assert cookie["value"] not in told


def test_a_killed_browser_comes_back_on_the_same_page_and_its_profile_is_gone(
    kiosk: Kiosk, started_browser: Any, eventually: Callable[..., None]
) -> None:
    running = kiosk("--headless", "--no-sandbox", env=started_browser.install())
    page = started_browser.page()
    page.wait_for_selector("body[data-screen=searching]")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    first = profile_of(running)
    started_browser.leave()
    for child in browsers(running):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    eventually(lambda: not first.exists(), what="the dead browser's profile being deleted")
    again = started_browser.page()
    again.wait_for_selector("body[data-screen=searching]")
    expect(again.locator("html")).to_have_attribute("lang", "en")
    assert profile_of(running) != first


def test_a_kiosk_that_is_stopped_takes_its_browser_and_the_profile_with_it(kiosk: Kiosk, started_browser: Any) -> None:
    running = kiosk("--headless", "--no-sandbox", env=started_browser.install())
    started_browser.page().wait_for_selector("body[data-screen=searching]")
    left, profile = browsers(running), profile_of(running)
    started_browser.leave()
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=30) == 0
    assert psutil.wait_procs(left, timeout=10)[1] == []
    assert not profile.exists()


def test_the_profile_is_in_memory_where_there_is_such_a_place(
    kiosk: Kiosk, noted: tuple[dict[str, str], Path], eventually: Callable[..., None]
) -> None:
    environment, starts = noted
    kiosk(env=environment)
    eventually(starts.exists, what="the browser being started")
    home = profile_home()
    if home is None:
        pytest.skip("this machine has no file system in memory that is large enough")
    assert f"--user-data-dir={home}/" in starts.read_text()
    assert home == str(MEMORY)


@pytest.mark.parametrize(
    ("mounts", "free", "home"),
    [
        ("tmpfs /dev/shm tmpfs rw,nosuid 0 0\n", PROFILE_BYTES, str(MEMORY)),
        ("shm /dev/shm tmpfs rw,size=65536k 0 0\n", PROFILE_BYTES - 1, None),
        ("/dev/sda1 / ext4 rw 0 0\n", PROFILE_BYTES, None),
        ("tmpfs /dev/shm tmpfs rw 0 0\n/dev/sda2 /dev/shm ext4 rw 0 0\n", PROFILE_BYTES, None),
        ("", PROFILE_BYTES, None),
    ],
    ids=["a desktop", "a container", "a folder of the disk", "a disk mounted over it", "no list"],
)
def test_a_place_in_memory_is_told_from_a_folder_of_that_name(
    monkeypatch: pytest.MonkeyPatch, mounts: str, free: int, home: str | None
) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    assert profile_home(mounts) == home


def test_a_launch_token_opens_the_pages_once(
    kiosk: Kiosk, noted: tuple[dict[str, str], Path], tmp_path: Path, eventually: Callable[..., None]
) -> None:
    environment, starts = noted
    kiosk(env=environment)
    eventually(starts.exists, what="the browser being started")
    file = tmp_path / "kiosk" / "launch.html"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = re.search(r"url=([^\"]+)", file.read_text())
    assert found is not None
    pages = "{0.scheme}://{0.netloc}/".format(urlsplit(found[1]))
    assert status_of(pages) == 403, "without the cookie nobody gets in"
    assert status_of(found[1] + "x") == 403
    assert file.exists(), "a wrong token uses nothing up"
    assert status_of(found[1]) == 200
    assert not file.exists()
    assert status_of(found[1]) == 403


def test_a_new_link_kills_the_one_before_and_a_used_one_brings_the_next(kiosk: Kiosk) -> None:
    running = kiosk("--no-browser", stdout=subprocess.PIPE)
    assert running.stdout is not None
    first = running.stdout.readline().strip()
    assert status_of(first) == 200
    second = running.stdout.readline().strip()
    assert second != first
    assert (status_of(first), status_of(second)) == (403, 200)
    assert browsers(running) == []


@pytest.mark.parametrize(
    ("asked", "there", "missing"),
    [
        ((), {"--kiosk"}, {"--headless", "--no-sandbox"}),
        (("--windowed",), set(), {"--kiosk", "--headless", "--no-sandbox"}),
        (("--headless",), {"--headless"}, {"--kiosk", "--no-sandbox"}),
        (("--headless", "--no-sandbox"), {"--headless", "--no-sandbox"}, {"--kiosk"}),
    ],
    ids=["nothing said", "windowed", "headless", "in a container"],
)
def test_how_the_browser_is_shown_is_what_was_asked_for(
    kiosk: Kiosk, noted: tuple[dict[str, str], Path], eventually: Callable[..., None], asked: tuple[str, ...],
    there: set[str], missing: set[str],
) -> None:  # fmt: skip
    environment, starts = noted
    kiosk(*asked, env=environment)
    eventually(lambda: starts.exists() and starts.read_text().endswith("\n"), what="the browser being started")
    given = set(starts.read_text().split())
    assert there <= given
    assert missing & given == set()
    assert {"--no-first-run", "--disable-sync", "--disable-background-networking"} <= given


def test_a_machine_without_a_browser_says_so_and_what_to_install(kiosk: Kiosk, tmp_path: Path) -> None:
    running = kiosk(env={**os.environ, "PATH": str(tmp_path)}, stderr=subprocess.PIPE)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 3
    assert "Install the package “chromium”" in said


def test_leaving_forgets_the_room_and_keeps_key_and_every_answer_that_was_not_delivered(tmp_path: Path) -> None:
    folder = KioskFolder(tmp_path / "kiosk")
    folder.join(Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",)))
    key = folder.key().private_bytes_raw()
    folder.outboxes.mkdir()
    outbox = Outbox.create(folder.outboxes, Stream(SOURCE, "ca-1", "a1", 1))
    for number in range(3):
        outbox.append({"kind": "flag_item/1", "n": number})
    before = [(held.seq, held.message) for held in outbox.after(0, 64)]
    outbox.close()
    assert len(before) == 3
    leave = [sys.executable, "-m", "client_kiosk.cli", "leave", "--dir", str(folder.path)]
    for _ in range(2):  # the second time there is nothing to forget
        subprocess.run(leave, check=True)
        assert folder.membership() is None
        assert folder.key().private_bytes_raw() == key
        kept = open_all(folder.outboxes).outboxes[SOURCE]
        assert [(held.seq, held.message) for held in kept.after(0, 64)] == before
        kept.close()
