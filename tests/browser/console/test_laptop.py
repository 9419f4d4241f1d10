"""A laptop as the console: paired by code, then its own browser on the officers' pages, over TLS with the pinned key."""

from __future__ import annotations

import contextlib
import re
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from client_kiosk import console
from client_kiosk.config import KioskFolder
from server.domain.rights import Role
from server.drill.prepared_room import VERSION, open_room
from server.drill.room_process import OfficerAtServer, RoomProcess
from server.identity import RoomIdentity, load_identity, write_identity
from server.live.transport import listen
from server.store.officers import Officer
from server.web import passwords

PASSWORD = "mot mat khau dai"
HEADLESS = ("--headless", "--disable-gpu", "--no-sandbox")


@dataclass(frozen=True)
class Served:
    """A room whose server runs, with an officer of each of two roles."""

    identity: RoomIdentity
    port: int
    local_port: int

    @property
    def pages(self) -> str:
        """What every address of its pages begins with."""
        return f"https://{self.identity.host_name}:{self.port}"


@pytest.fixture
def served(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Served]:
    folder = tmp_path / "room"
    folder.mkdir()
    write_identity(folder, "Phòng thử")
    hashed = passwords.hash_password(PASSWORD)
    with open_room(folder) as room:
        room.store.officers.add(
            [
                Officer(f"o-{name}", name, name, role, "Ban", hashed, False, 0, "cli")
                for name, role in (("giamthi", Role.PROCTOR), ("kythuat", Role.TECHNICAL))
            ]
        )
    process = RoomProcess(folder, free_port(), free_port())
    process.start()
    yield Served(load_identity(folder), process.port, process.local_port)
    process.stop()


@pytest.fixture
def technician(served: Served) -> OfficerAtServer:
    """Sits at the server."""
    officer = OfficerAtServer(served.local_port, "kythuat", PASSWORD)
    officer.sign_in()
    return officer


@pytest.fixture
def laptop(tmp_path: Path, served: Served, spawn: Callable[..., subprocess.Popen[str]]) -> Callable[..., Any]:
    """`laptop(**Popen options)`: `examroom-kiosk console` on it, paired by code if it is not yet."""

    def run(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        return spawn(
            [sys.executable, "-m", "client_kiosk.cli", "console", "--dir", tmp_path / "laptop", "--name", "BAN-2",
             "--address", f"127.0.0.1:{served.port}", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
        )  # fmt: skip

    return run


def compare(process: subprocess.Popen[str], technician: OfficerAtServer) -> None:
    """Both screens show one code; the officer at the laptop and the technician say so."""
    assert process.stdin is not None
    assert process.stdout is not None
    code = process.stdout.readline().strip()
    assert re.fullmatch(r"\d{3} \d{3}", code)
    page = technician.request("GET", "/console/machines").body
    assert f">{code}<" in page
    pairing = re.search(r"/machines/pair/(p[0-9a-f]+)", page)
    assert pairing is not None
    process.stdin.write("y\n")
    process.stdin.flush()
    action = f"/console/machines/pair/{pairing[1]}"
    assert technician.press("/console/machines", action, seat="BAN-2").status == 303


def pair(laptop: Callable[..., Any], technician: OfficerAtServer) -> tuple[str, str]:
    """Pair without a browser: the way in that is printed, and the key it may accept."""
    process = laptop("--print-link")
    compare(process, technician)
    said = process.communicate(timeout=30)[0].split()  # the question stands before the link
    assert process.returncode == 0
    return said[-2], said[-1]


@contextlib.contextmanager
def ending_browsers(process: psutil.Process) -> Iterator[None]:
    """At the end, close what this process has opened, as a person closes the window."""
    before = {child.pid for child in process.children()}
    try:
        yield
    finally:
        for child in process.children():
            if child.pid not in before:
                child.terminate()


def sign_in(page: Page, served: Served) -> None:
    """The way in leads to the sign-in page, and from there to the proctor's pages."""
    page.wait_for_url(f"{served.pages}/sign-in**")
    page.locator("[name=user_name]").fill("giamthi")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form[action='/sign-in'] button.primary").click()
    page.wait_for_url(f"{served.pages}/console")
    expect(page.locator("form[action='/sign-out'] button")).to_be_visible()


def test_a_laptop_paired_by_code_shows_the_sign_in_page_and_an_officer_works_there(
    served: Served, technician: OfficerAtServer, laptop: Callable[..., Any], started_browser: Any
) -> None:
    process = laptop(env=started_browser.install(*HEADLESS))
    compare(process, technician)
    with ending_browsers(psutil.Process(process.pid)):
        page = started_browser.page()
        sign_in(page, served)
        assert page.evaluate("window.isSecureContext") is True
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert all(cookie["secure"] and cookie["httpOnly"] for cookie in cookies.values())
        assert len(cookies) == 2, "the machine's own, and the officer's"
        started_browser.leave()
    process.wait(timeout=30)
    assert "BAN-2" in technician.request("GET", "/console/machines").body


def test_a_laptop_that_is_paired_opens_the_pages_again_without_asking(
    served: Served, technician: OfficerAtServer, laptop: Callable[..., Any], started_browser: Any
) -> None:
    pair(laptop, technician)
    process = laptop(env=started_browser.install(*HEADLESS))
    with ending_browsers(psutil.Process(process.pid)):
        started_browser.page().wait_for_url(f"{served.pages}/sign-in**")
        started_browser.leave()
    assert process.communicate(timeout=30)[0] == ""


def test_a_way_in_is_good_once(
    served: Served, technician: OfficerAtServer, laptop: Callable[..., Any], started_browser: Any
) -> None:
    pair(laptop, technician)
    process = laptop(env=started_browser.install(*HEADLESS))
    with ending_browsers(psutil.Process(process.pid)):
        page = started_browser.page()
        page.wait_for_url(f"{served.pages}/sign-in**")
        link, key = laptop("--print-link").communicate(timeout=30)[0].split()
        assert link.startswith(f"{served.pages}/console/enter?ticket=")
        assert key == served.identity.leaf_spki_base64
        others = [page.context.browser.new_context().new_page() for _ in range(2)]
        others[0].goto(link)
        others[0].wait_for_url(f"{served.pages}/sign-in**")
        answer = others[1].goto(link)
        assert answer is not None
        assert answer.status == 403
        assert others[1].locator("[name=password]").count() == 0
        started_browser.leave()
    process.wait(timeout=30)


@contextlib.contextmanager
def false_server(identity: RoomIdentity, heard: list[bytes]) -> Iterator[int]:
    """Somebody with the names of the room and another key, on this port; what it hears inside TLS goes to `heard`."""
    listener = listen("127.0.0.1", 0)
    context = identity.tls_context()

    def serve() -> None:
        while True:
            try:
                accepted, _ = listener.accept()
            except OSError:  # closed: the test is over
                return
            with contextlib.suppress(OSError, ssl.SSLError), context.wrap_socket(accepted, server_side=True) as tls:
                heard.append(tls.recv(65536))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(2)
        listener.close()
        thread.join()


def test_a_server_with_another_key_gets_neither_the_officer_nor_the_ticket(
    served: Served, technician: OfficerAtServer, laptop: Callable[..., Any], started_browser: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    pair(laptop, technician)
    monkeypatch.setenv("PATH", started_browser.install(*HEADLESS)["PATH"])
    folder = KioskFolder(tmp_path / "laptop")
    membership = folder.membership()
    assert membership is not None
    ready = console.opening(folder, membership, VERSION)
    (tmp_path / "other").mkdir()
    other, heard = write_identity(tmp_path / "other", "Phòng thử"), list[bytes]()
    with false_server(other, heard) as port:
        astray = replace(ready, url=ready.url.replace(f":{served.port}/", f":{port}/"))
        shown = threading.Thread(target=console.show, args=(membership, astray), kwargs={"sandbox": False})
        with ending_browsers(psutil.Process()):
            shown.start()
            expect(started_browser.page()).to_have_url("chrome-error://chromewebdata/")
            started_browser.leave()
        shown.join(30)
    assert [part for part in heard if part] == [], "nothing was said to it inside TLS"
