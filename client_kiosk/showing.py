"""Showing a server the seat sheets that another one made, before anything it says is believed. docs/seat-sheet.md."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from client_kiosk.asking import DeniedError, ask
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from server.protocol.messages import Denial
from server.protocol.seat_sheet import SheetAck
from server.protocol.situation import Paper, Situation


class News:
    """Situations and papers that are pushed; while sheets are shown only the newest are kept, and told afterwards.

    A server that does not know this seat yet says so to every machine that comes in: nobody is to see a sign-in screen
    for a moment because of it. And a paper is opened with what the situation says of it, so it comes after one.
    """

    def __init__(self, tell: Callable[[Situation], object], open_paper: Callable[[Paper], object]) -> None:
        self._tell = tell
        self._open_paper = open_paper
        self._holds = False
        self._kept: Situation | None = None
        self._paper: Paper | None = None
        self._lock = threading.Lock()

    def heard(self, situation: Situation) -> None:
        """A situation was pushed."""
        with self._lock:
            if self._holds:
                if self._kept is None or self._kept.server_at_ms <= situation.server_at_ms:
                    self._kept = situation
                return
        self._tell(situation)

    def got_paper(self, paper: Paper) -> None:
        """A paper was pushed."""
        with self._lock:
            if self._holds:
                self._paper = paper
                return
        self._open_paper(paper)

    @contextmanager
    def held(self, paper: Paper | None) -> Iterator[None]:
        """What is pushed meanwhile is told at the end; not when this fails, for then the line is given up.

        `paper` came before anything that is pushed.
        """
        with self._lock:
            self._holds, self._kept, self._paper = True, None, paper
        try:
            yield
        finally:
            situation, newest = self._release()
        if situation is not None:
            self._tell(situation)
        if newest is not None:
            self._open_paper(newest)

    def _release(self) -> tuple[Situation | None, Paper | None]:
        with self._lock:
            found, self._kept, self._paper, self._holds = (self._kept, self._paper), None, None, False
            return found


@dataclass(frozen=True, slots=True)
class Shown:
    """The situation after a server has looked at this machine's sheets. `waits`: one rests on a paper not open there."""

    situation: Situation
    waits: bool = False


def show_sheets(kiosk: Kiosk, line: Line, situation: Situation) -> Shown:
    """Show what this server has to look at. Raises LinkError: then nothing was replaced."""
    membership = kiosk.membership
    if membership is None or situation.sitting is None:
        return Shown(situation)
    epoch, waits = situation.epoch, False
    for kept in kiosk.sheets.to_show(membership.room_id, situation.sitting.sitting_id, epoch):
        try:
            answer = ask(line, "sheet", kept.signed, SheetAck)
        except DeniedError as denied:
            if denied.reason is Denial.MALFORMED:  # a server that knows no sheets yet
                break
            raise
        if answer.outcome != "waits" and answer.situation.epoch == epoch:
            kiosk.sheets.seen_by(kept.source, epoch)
        waits = waits or answer.outcome == "waits"
        situation = answer.situation
    return Shown(situation, waits)
