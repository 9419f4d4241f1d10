"""The browser that shows the studio: its own, in a profile in memory that goes with it."""

from __future__ import annotations

import os
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
    """Show the studio until the window is closed or `stopping` is set. Raises StudioError where no browser is installed or it fails."""
    program = installed()
    if program is None:
        raise StudioError(
            phrase("no Chromium, Chrome or Edge is installed"),
            hint=phrase("Install one, or start with --no-browser and open the link that is printed."),
        )
    with profile_folder(PROFILE) as folder:
        page = launch.page(folder)
        command = [program, *FORGETFUL, f"--user-data-dir={folder / 'profile'}", *([] if sandbox else ["--no-sandbox"])]
        # Its temporary files go where its profile is; a longer path than a socket's name may have would end it, too.
        process = subprocess.Popen(
            [*command, page.as_uri()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(folder)},
        )  # fmt: skip
        try:
            while process.poll() is None and not stopping.wait(0.2):
                pass
            if process.poll():
                raise StudioError(
                    phrase("the browser ended with status %(status)s", status=process.returncode),
                    hint=phrase(
                        "Start with --no-browser, and open the link that is printed in a browser of your choice."
                    ),
                )
        finally:
            process.terminate()
            process.wait()
