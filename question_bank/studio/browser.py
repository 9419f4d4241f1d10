"""The browser that shows the studio: its own, in a profile in memory that goes with it."""

from __future__ import annotations

import subprocess
import threading

from question_bank.local_browser import QUIET, Launch, installed, profile_folder
from question_bank.phrase import phrase
from question_bank.studio.errors import StudioError

PROFILE = "exam-studio-"
# Nothing of what is shown may be kept: no cache or history on a disk, no crash report, no restoring.
FORGETFUL = (
    *QUIET, "--incognito", "--disk-cache-dir=/dev/null", "--disable-breakpad", "--disable-crash-reporter",
    "--disable-features=Translate,MediaRouter", "--disable-session-crashed-bubble",
)  # fmt: skip


def run_browser(launch: Launch, *, sandbox: bool, stopping: threading.Event) -> None:
    """Show the studio until the window is closed or `stopping` is set. Raises StudioError where no browser is installed."""
    program = installed()
    if program is None:
        raise StudioError(
            phrase("no Chromium, Chrome or Edge is installed"),
            hint=phrase("Install one, or start with --no-browser and open the link that is printed."),
        )
    with profile_folder(PROFILE) as folder:
        page = launch.page(folder)
        command = [program, *FORGETFUL, f"--user-data-dir={folder / 'profile'}", *([] if sandbox else ["--no-sandbox"])]
        process = subprocess.Popen([*command, page.as_uri()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while process.poll() is None and not stopping.wait(0.2):
                pass
        finally:
            process.terminate()
            process.wait()
