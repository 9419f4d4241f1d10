"""A picture of the standby's own page with its primary gone, from the two real programs, for the handbooks."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from server.web.language import COOKIE

PROGRAM = (sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main())")
NAME = "standby--primary-silent.png"
CAUGHT_UP_MS = 20_000  # the room's data is copied within a second; twenty on a busy computer
_PORT = re.compile(r"(\d+)\D+http://127\.0\.0\.1:(\d+)")


@contextmanager
def _serving(arguments: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A server until the end of the block: its process, the port for machines, the port of its own pages."""
    everywhere = ("--host", "127.0.0.1", "--port", "0", "--local-port", "0", "--no-discovery")
    with subprocess.Popen([*PROGRAM, *arguments, *everywhere], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = _PORT.search(process.stdout.readline())
            assert found is not None
            yield process, found[1], found[2]
        finally:
            process.kill()


def take(browser: Browser, out: Path, languages: Sequence[str]) -> None:
    """Make a room of two servers, end the first, and photograph the second into `out`/<language>/."""
    with tempfile.TemporaryDirectory(prefix="examroom-screens-") as name:
        folder = Path(name)
        room, kit, words = folder / "room", folder / "standby.kit", folder / "words.txt"
        password = folder / "password.txt"
        password.write_text("một mật khẩu đủ dài\n", encoding="utf-8")
        officer = ("--officer", "kythuat", "--full-name", "Kỹ thuật mẫu", "--body", "Tổ Kỹ thuật")
        _run("init", str(room), "--name", "Phòng máy A", *officer, "--password-file", str(password))
        words.write_text(_run("standby-kit", str(room), "--out", str(kit)).splitlines()[-1], encoding="utf-8")
        with _serving(["serve", str(room)]) as (primary, port, _):
            second = ["standby", str(folder / "second"), "--kit", str(kit), "--words-file", str(words)]
            with _serving([*second, "--of", f"127.0.0.1:{port}"]) as (_, _, own):
                _photograph(browser, f"http://127.0.0.1:{own}/", primary, out, languages)


def _run(*arguments: str) -> str:
    return subprocess.run([*PROGRAM, *arguments], check=True, capture_output=True, text=True).stdout


def _photograph(
    browser: Browser, url: str, primary: subprocess.Popen[str], out: Path, languages: Sequence[str]
) -> None:
    for language in languages:
        with browser.new_context(viewport={"width": 1366, "height": 768}) as context:
            context.add_cookies([{"name": COOKIE, "value": language, "url": url}])
            page = context.new_page()
            page.goto(url)
            if primary.poll() is None:
                page.wait_for_selector("#heard:not([hidden])", timeout=CAUGHT_UP_MS)
                primary.kill()
                primary.wait()
            page.wait_for_selector("#silent:not([hidden])", timeout=CAUGHT_UP_MS)
            (out / language).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(out / language / NAME))
