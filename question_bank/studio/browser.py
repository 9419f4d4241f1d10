"""The browser that shows the studio: its own, in a profile in memory that goes with it.

The link with its one-use token is handed over in a file that only this user can read, never in a command line, which
every user of the machine can see.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from question_bank.disk import replace_private
from question_bank.phrase import phrase
from question_bank.studio.errors import StudioError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "msedge", "chrome")
MEMORY = Path("/dev/shm")  # noqa: S108 - only as the place of folders that tempfile makes
# Nothing of what is shown may be kept: no cache or history on a disk, no crash report, no spelling service, no restoring.
QUIET = (
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--password-store=basic", "--disable-translate", "--incognito",
    "--disk-cache-dir=/dev/null", "--disable-breakpad", "--disable-crash-reporter", "--disable-features=Translate,MediaRouter",
    "--disable-session-crashed-bubble",
)  # fmt: skip
_HELPERS_S = 3.0  # a browser's helpers outlive it by moments, and write into the profile while it is being deleted

_PAGE = (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0; url={link}"><title>examroom</title>'
)


class Launch:
    """One-use tokens: `link()` has a fresh one, `use(token)` says once whether a token is the newest."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._token: str | None = None
        self._lock = threading.Lock()

    def link(self) -> str:
        """A link with a fresh token; every older one is dead."""
        with self._lock:
            self._token = secrets.token_urlsafe(32)
            return f"{self._base_url}/enter?token={self._token}"

    def use(self, token: str) -> bool:
        """Whether this is the newest token and was not used before."""
        with self._lock:
            right = self._token is not None and secrets.compare_digest(token.encode(), self._token.encode())
            if right:
                self._token = None
            return right


def in_memory() -> bool:
    """Whether a profile can be kept out of every disk here."""
    table = Path("/proc/mounts")
    mounts = table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""
    kinds = [line.split(" ")[2] for line in mounts.splitlines() if line.split(" ")[1:2] == [str(MEMORY)]]
    return kinds[-1:] == ["tmpfs"]


@contextlib.contextmanager
def profile_folder() -> Iterator[Path]:
    """A fresh folder for one browser's profile, in memory where the system has such a place; deleted when it is left."""
    folder = Path(tempfile.mkdtemp(prefix="exam-studio-", dir=MEMORY if in_memory() else None))
    try:
        yield folder
    finally:
        deadline = time.monotonic() + _HELPERS_S
        while folder.exists() and time.monotonic() < deadline:
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.05)


def run_browser(launch: Launch, *, sandbox: bool, stopping: threading.Event) -> None:
    """Show the studio until the window is closed or `stopping` is set. Raises StudioError where no browser is installed."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise StudioError(
            phrase("no Chromium, Chrome or Edge is installed"),
            hint=phrase("Install one, or start with --no-browser and open the link that is printed."),
        )
    with profile_folder() as folder:
        page = folder / "studio.html"
        replace_private(page, _PAGE.format(link=launch.link()).encode())
        command = [program, *QUIET, f"--user-data-dir={folder / 'profile'}", *([] if sandbox else ["--no-sandbox"])]
        process = subprocess.Popen([*command, page.as_uri()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while process.poll() is None and not stopping.wait(0.2):
                pass
        finally:
            process.terminate()
            process.wait()
