"""One exam, one room, end to end, without a person: what `make demo` runs.

Three real kiosks, three candidates in headless Chromium, officers in theirs: pairing (by kit and by code), the opening
ceremony, start, a 60-item paper shortened to two minutes, a pause and a resume, one kiosk and the server killed with
`kill -9` and started again, submission, results. The last line of output is one JSON object from an independent checker.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from client_kiosk.shell import find_browser
from scripts import check_demo, rehearsal, room_pages
from scripts.demo_candidate import DemoCandidate, Part
from scripts.demo_officers import DemoOfficers
from scripts.rehearsal_room import RehearsalRoom, fresh_password
from scripts.stopwatch import Stopwatch

DURATION_S = 120
SEATS = ("A01", "A02", "A03")
KILLED_SEAT = SEATS[1]
FAULTS = ("ack_before_commit", "drop_one_in_500", "swap_results")
GONE = "server_gone"  # not the server's fault but the rehearsal's: it is killed early and never comes back
ITEMS = 60
PASSES = 3  # over the whole paper: with three candidates 540 answers, so that one loss in 500 is met
FEWER_PASSES = {"drop_one_in_500": 1, "swap_results": 1}  # rooms broken on purpose that show it sooner
# When, as shares of all clicks: of the killed seat's; of all seats' together.
KILL_KIOSK_AT, PAUSE_AT, KILL_SERVER_AT = 1 / 4, 2 / 9, 4 / 9
GONE_AT = 3  # clicks
MISSES = (2, 3, 7)  # every n-th item wrong: three different results, so that a swap is seen
PAUSE_S = 2.0
READY_S = 90.0
LEAVE_S = 20.0  # candidates look around every few seconds; those who do not in this time are left where they are


class Demo:
    """The parts of one run."""

    def __init__(self, folder: Path, fault: str | None) -> None:
        self.folder = folder
        self.fault = fault
        self.room = RehearsalRoom(folder, fresh_password())
        self.clicks = folder / "clicks.jsonl"
        self.clicks.touch()
        self.moments = folder / "moments.jsonl"
        self.watch = Stopwatch(self.moments)
        self.seats = SEATS[:1] if fault == GONE else SEATS  # one is enough to keep a process alive
        self.passes = FEWER_PASSES.get(fault or "", PASSES)
        self.candidates: list[DemoCandidate] = []
        self.began = time.monotonic()

    def say(self, sentence: str) -> None:
        """Tell what happens, with the seconds since the start."""
        print(f"{time.monotonic() - self.began:6.1f} s  {sentence}", flush=True)

    def run(self) -> int:
        """The whole demonstration; the exit status."""
        self.say("drawing and sealing both sets from the sample bank")
        material = rehearsal.make(self.folder / "material", candidates=len(self.seats), duration_s=DURATION_S)
        self.room.init("Phòng máy A")
        self.room.serve(fault=self.fault if self.fault in FAULTS else None)
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
            browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
            officers = DemoOfficers(browser, self.room)
            self.say("technical team and secretariat take in sitting, sets, roster; a proctor prints the codes")
            codes = officers.prepare(material)
            self._seat_everyone(officers, material, codes)
            self.say("opening ceremony: shares of two bodies, two officers")
            officers.open_papers(material)
            self._everyone_is_ready()
            self.say("start for all")
            with self.watch.during("start"):
                officers.act("start")
            if self.fault == GONE:
                self._lose_the_server()
            self._disturb(officers)
            self._finish(officers)
            browser.close()
        return self._check(material)

    def end(self) -> None:
        """Stop everything, in a bounded time: candidates would otherwise go on trying for ever."""
        for one in self.candidates:
            one.leave()
        self.room.stop()
        deadline = time.monotonic() + LEAVE_S
        for one in self.candidates:
            if one.is_alive():
                one.join(max(0.0, deadline - time.monotonic()))

    def _everyone_is_ready(self) -> None:
        for one in self.candidates:
            if not one.ready.wait(READY_S):
                raise SystemExit(f"candidate at {one.part.seat}: not ready within {READY_S:g} s")
        self._stop_on_failure()

    def _seat_everyone(self, officers: DemoOfficers, material: rehearsal.Material, codes: dict[str, str]) -> None:
        self.say("two kiosks join by kit, one by comparing codes")
        kit = officers.make_kit(self.folder / "phong-may-a.kit")
        keys = check_demo.keys(material.bank)
        for number, (seat, person) in enumerate(zip(self.seats, material.candidates, strict=True)):
            by_code = number == len(SEATS) - 1
            link = self.room.start_kiosk(seat, number, kit=None if by_code else kit)
            part = Part(seat, person.sbd, codes[person.sbd], MISSES[number], self.passes)
            shown: list[str] = []
            before = self._joining_by_code(shown) if by_code else (lambda page: None)
            one = DemoCandidate(part, keys, self.clicks, self.watch, link, before)
            self.candidates.append(one)
            one.start()
            if by_code:
                self._until(partial(bool, shown), "the kiosk shows a code", 60)
                officers.pair_by_code(shown[0])

    def _joining_by_code(self, shown: list[str]) -> Callable[[Page], None]:
        """What a technician does at a machine without a kit: type the address, compare, confirm."""

        def join(page: Page) -> None:
            room_pages.wait_for_screen(page, "searching", "choose_room")
            page.locator("details:visible summary").click()
            page.locator("[name=address]:visible").fill(f"127.0.0.1:{self.room.server.port}")
            page.locator("form[data-form=address]:visible button").click()
            room_pages.wait_for_screen(page, "compare_code")
            shown.append(str(page.text_content("[data-bind=code]")))
            page.locator("[data-call='/api/pair/confirm']").click()

        return join

    def _disturb(self, officers: DemoOfficers) -> None:
        """The planned misfortunes, each when so many clicks have been made."""
        killed = next(one for one in self.candidates if one.part.seat == KILLED_SEAT)
        each = ITEMS * self.passes
        everybody = each * len(self.seats)
        self._when(lambda: killed.clicked >= KILL_KIOSK_AT * each)
        self.say(f"kill -9 of the kiosk {KILLED_SEAT}")
        self.room.kill_kiosk(KILLED_SEAT)
        killed.links.put(self.room.start_kiosk(KILLED_SEAT, SEATS.index(KILLED_SEAT)))
        self._when(lambda: self._clicked() >= PAUSE_AT * everybody)
        self.say("pause for all, with a reason")
        with self.watch.during("pause"):
            officers.act("pause", reason="Thử tạm dừng")
            officers.sees_everybody_paused(True)
        time.sleep(PAUSE_S)
        self.say("resume for all")
        with self.watch.during("resume"):
            officers.act("resume", reason="Có điện trở lại")
            officers.sees_everybody_paused(False)
        self._when(lambda: self._clicked() >= KILL_SERVER_AT * everybody)
        if self.fault in (None, "ack_before_commit"):
            self.say("kill -9 of the server, and start again")
            self.room.kill_server()
            self.room.serve()

    def _lose_the_server(self) -> None:
        """Kill it, and start it as a broken one: with an opened package it refuses that, and ends at once."""
        self._when(lambda: self._clicked() >= GONE_AT)
        self.say("kill -9 of the server, which will not start again")
        self.room.kill_server()
        self.room.serve(fault=FAULTS[0])

    def _clicked(self) -> int:
        return sum(one.clicked for one in self.candidates)

    def _when(self, true: Callable[[], bool]) -> None:
        self._until(true, "the clicks are made", 150)

    def _until(self, true: Callable[[], bool], what: str, within_s: float) -> None:
        """Wait for it, unless a candidate or the server has failed: that ends the run."""

        def look() -> bool:
            self._stop_on_failure()
            return true()

        room_pages.until(look, what, within_s)

    def _stop_on_failure(self) -> None:
        for one in self.candidates:
            if one.failure is not None:
                raise SystemExit(f"candidate at {one.part.seat}: {one.failure}")
        self.room.still_serves()

    def _finish(self, officers: DemoOfficers) -> None:
        self.say("everybody submits")
        for one in self.candidates:
            one.join(180)
            if one.is_alive():
                raise SystemExit(f"candidate at {one.part.seat} never finished")
        self._stop_on_failure()
        self.say("the part and the sitting are closed")
        officers.close()
        officers.results(self.folder)

    def _check(self, material: rehearsal.Material) -> int:
        self.room.stop()
        arguments = [
            "--clicks", str(self.clicks), "--moments", str(self.moments), "--bank", str(material.bank),
            "--form", str(material.folder / "primary.form.json"), "--sitting", str(material.sitting_file),
            "--journal", str(self.room.journal(rehearsal.SITTING_ID)),
            "--results", str(self.folder / "results.json"), "--workbook", str(self.folder / "results.xlsx"),
            "--page", str(self.folder / "results-page.json"),
            "--acks", *(str(self.room.acks(seat)) for seat in self.seats),
        ]  # fmt: skip
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = check_demo.main(arguments)
        report = {
            **json.loads(said.getvalue()),
            "seconds": round(time.monotonic() - self.began, 1),
            "fault": self.fault,
        }
        print(json.dumps(report, ensure_ascii=False), flush=True)
        return status


@contextmanager
def kept(folder: Path | None) -> Iterator[Path]:
    """The folder asked for, or one that vanishes."""
    if folder is not None:
        folder.mkdir(parents=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="examroom-demo-") as temporary:
        yield Path(temporary)


def main() -> int:
    """Exit status: 0 when nothing was lost and every result is right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fault", choices=(*FAULTS, GONE), help="break the server on purpose: the run must then fail")
    parser.add_argument("--folder", type=Path, help="keep everything here")
    given = parser.parse_args()
    with kept(given.folder) as folder:
        demo = Demo(folder, given.fault)
        try:
            return demo.run()
        finally:
            demo.end()


if __name__ == "__main__":
    sys.exit(main())
