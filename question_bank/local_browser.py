"""The installed browser on pages of a program of ours on this machine: found, let in once, in a profile that vanishes.

What the browser is told is one page behind a one-use launch token; the token is handed over in a file that only this
user can read and that is deleted once it was used, never in the command line (which every user can see).
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from question_bank.disk import replace_private

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "msedge", "chrome")
# No first-run pages, no calls home, no password bubble.
QUIET = (
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--password-store=basic", "--disable-translate",
)  # fmt: skip
MEMORY = Path("/dev/shm")  # noqa: S108 - only as the place of folders that tempfile makes
PROFILE_BYTES = 256 * 1024 * 1024  # a profile takes a tenth; containers have 64 MiB there, too little for one
_HELPERS_S = 3.0  # a browser's helpers outlive it by moments, and write into the profile while it is being deleted

# No script: a file page may not run one under the pages' policy, and a refresh header carries the token only once.
_PAGE = (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0; url={link}"><title>examroom</title>'
)


class Launch:
    """One-use tokens: `page()` gives the file to open, `use(token)` says once whether a token is the newest one."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._token: str | None = None
        self._file: Path | None = None
        self._lock = threading.Lock()
        self.used = threading.Event()

    def link(self) -> str:
        """A link with a fresh token, for a person to open in any browser of this machine; every older one is dead."""
        with self._lock:
            self._token = secrets.token_urlsafe(32)
            self.used.clear()
            return f"{self._base_url}/enter?token={self._token}"

    def page(self, folder: Path) -> Path:
        """A private file that leads to a fresh link; deleted when the link is used. Raises OSError."""
        self._file = folder / "launch.html"
        replace_private(self._file, _PAGE.format(link=self.link()).encode())
        return self._file

    def use(self, token: str) -> bool:
        """Whether this is the newest token and was not used before."""
        with self._lock:
            right = self._token is not None and secrets.compare_digest(token.encode(), self._token.encode())
            if right:
                self._token = None
                if self._file is not None:
                    self._file.unlink(missing_ok=True)
                self.used.set()
            return right


def installed(names: Sequence[str] = BROWSERS) -> str | None:
    """The path of the first of these that is installed."""
    return next((found for name in names if (found := shutil.which(name))), None)


def profile_home(mounts: str | None = None) -> str | None:
    """The file system in memory that a profile belongs on; None, the usual folder, where there is none or it is small.

    `mounts` is the text of /proc/mounts, read when it is not given.
    """
    if mounts is None:
        table = Path("/proc/mounts")
        mounts = table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""
    kinds = [line.split(" ")[2] for line in mounts.splitlines() if line.split(" ")[1:2] == [str(MEMORY)]]
    in_memory = kinds[-1:] == ["tmpfs"] and shutil.disk_usage(MEMORY).free >= PROFILE_BYTES
    return str(MEMORY) if in_memory else None


@contextlib.contextmanager
def profile_folder(prefix: str) -> Iterator[Path]:
    """A fresh folder for the profile of one browser, its name beginning with `prefix`; deleted when it is left."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=profile_home()))
    try:
        yield folder
    finally:
        deadline = time.monotonic() + _HELPERS_S
        while folder.exists() and time.monotonic() < deadline:
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.05)
