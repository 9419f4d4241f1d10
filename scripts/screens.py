"""Take a picture of every page, role and state, in both languages: `make screens`.

The pictures are in .tmp/screens/<language>/, with .tmp/screens/index.html to look at them all. Each is examined on the
way: sideways scrolling, cut or covered text, a sentence in the other language (and, with --axe, what axe finds). Every
fault is printed, and the exit status is 1 when there is one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from client_kiosk.shell import find_browser
from scripts import screens_kiosk, screens_officers, screens_standby, screens_studio
from scripts.handbook_pictures import cut_all
from scripts.screens_checks import faults
from scripts.screens_index import write_index
from scripts.screens_picture import LANGUAGES, Picture, Shown, Wish

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".tmp" / "screens"
# The READMEs' own: name in docs/images -> the picture.
README = {
    "room-map.png": "console-map--running--coithi1.png", "exam.png": "kiosk-exam--item-23.png",
    "sign-in.png": "kiosk-sign-in--plain.png", "opening.png": "console-ceremony--one-share-given--bande.png",
}  # fmt: skip
KIOSK, STUDIO = "kiosk", "studio"
# Hangs before everybody and asks nobody for a language: Vietnamese, with English beside it, marked as such.
ONE_LANGUAGE = {"hall_display.page": "vi"}
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# What one process takes: rooms, and languages. The hall is the longest, so that each language has its own.
SHARDS: Sequence[tuple[str, str]] = (
    ("hall", "vi"), ("hall", "en"), ("new,lots", "vi,en"), (KIOSK, "vi,en"), (STUDIO, "vi,en"),
)  # fmt: skip
# The three-hundredth row of a table is made as the first: a dozen rows and a few rows of seats say what there is to say.
AXE_RUN = """async () => (await axe.run(
    { exclude: [["tbody tr:nth-child(n+13)"], [".tile:nth-child(n+81)"]] }, { resultTypes: ["violations"] })).violations"""


def pictures() -> list[Picture[object]]:
    """Everything that is pictured, the candidate's screens first."""
    return [*screens_kiosk.pictures(), *screens_officers.pictures(), *screens_studio.pictures()]  # type: ignore[list-item]


class Taker:
    """Photographs and examines what it is shown. Prints lines of JSON: every fault, and every group that is done."""

    def __init__(self, out: Path | None, axe: str | None, barriers_in: Sequence[str] = LANGUAGES) -> None:
        self.out = out
        self.axe = axe
        self.barriers_in = barriers_in  # barriers are looked for in these languages
        self.taken = 0
        self.faults = 0

    def look(self, shown: Shown) -> None:
        """One picture."""
        if self.out is not None:
            file = self.out / shown.language / shown.file_name
            file.parent.mkdir(parents=True, exist_ok=True)
            shown.page.screenshot(path=str(file))
        self.taken += 1
        found = faults(shown.page, ONE_LANGUAGE.get(shown.picture.page, shown.language))
        if self.axe is not None and not shown.light and shown.language in self.barriers_in:
            found += violations(shown.page, self.axe)
        for fault in found:
            self.faults += 1
            print(json.dumps({"picture": str(shown), "fault": fault}, ensure_ascii=False), flush=True)

    def done(self, group: str) -> None:
        """All pictures of a group were taken."""
        print(json.dumps({"done": group, "taken": self.taken}, ensure_ascii=False), flush=True)
        self.taken = 0


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds on the page as it stands, a line each."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {axe} }} }}")
    found = page.evaluate(AXE_RUN)
    return [f"axe {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def take(rooms: Sequence[str], wish: Wish, taker: Taker) -> None:
    """Take the pictures of some rooms (or of the kiosk, or the studio) in this process."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="examroom-screens-") as folder:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(QUIET))
        if KIOSK in rooms:
            screens_kiosk.show_all(browser, taker.look, wish)
        if STUDIO in rooms:
            screens_studio.show_all(browser, Path(folder), taker.look, wish)
        officers = [room for room in rooms if room not in (KIOSK, STUDIO)]
        screens_officers.show_all(browser, Path(folder), taker.look, wish, officers)
        browser.close()


def take_all(arguments: Sequence[str], say: Callable[[str], None]) -> tuple[int, int]:
    """Take everything, several processes side by side: (pictures, faults). `say` gets each line about a fault."""
    shards = [
        subprocess.Popen(
            [sys.executable, "-m", "scripts.screens", "--rooms", rooms, "--languages", languages, *arguments],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for rooms, languages in SHARDS
    ]  # fmt: skip
    taken = bad = 0
    for shard in shards:
        assert shard.stdout is not None
        with shard.stdout as lines:
            for line in lines:
                said = json.loads(line)
                taken += said.get("taken", 0)
                if "fault" in said:
                    bad += 1
                    say(f"{said['picture']}: {said['fault']}")
        if shard.wait() > 1:
            bad += 1
            say(f"a process that takes pictures ended with {shard.returncode}")
    return taken, bad


def main() -> int:
    """Exit status: 0 when every picture was taken and nothing is wrong with any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--rooms", help=f"only these, in this process: {KIOSK}, {STUDIO}, {', '.join(screens_officers.ROOMS)}"
    )
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--only", default="", help="only pictures whose name holds this")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--no-photographs", action="store_true", help="examine only")
    parser.add_argument(
        "--brief", action="store_true", help="one language where another picture is nearly the same, and for barriers"
    )
    parser.add_argument(
        "--readme", action="store_true", help="put the READMEs' and handbooks' pictures into docs/images"
    )
    parser.add_argument("--axe", type=Path, help="axe-core's file: look for barriers too")
    given = parser.parse_args()
    if given.rooms:
        axe = given.axe.read_text(encoding="utf-8") if given.axe else None
        taker = Taker(None if given.no_photographs else given.out, axe, LANGUAGES[:1] if given.brief else LANGUAGES)
        wish = Wish(given.languages.split(","), given.only, given.brief, taker.done)
        take(given.rooms.split(","), wish, taker)
        return 1 if taker.faults else 0
    shutil.rmtree(given.out, ignore_errors=True)
    passed_on = ["--out", str(given.out), "--only", given.only]
    passed_on += ["--axe", str(given.axe)] if given.axe else []
    passed_on += ["--no-photographs"] if given.no_photographs else []
    taken, bad = take_all(passed_on, print)
    if not given.no_photographs:
        write_index(given.out)
    for name, picture in README.items() if given.readme else ():
        shutil.copyfile(given.out / "vi" / picture, ROOT / "docs" / "images" / name)
    if given.readme:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=list(QUIET))
            screens_standby.take(browser, given.out, LANGUAGES)
            browser.close()
        cut_all(given.out, ROOT / "docs" / "images", tuple(LANGUAGES))
    print(f"{taken} pictures, {bad} faults: {given.out / 'index.html'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
