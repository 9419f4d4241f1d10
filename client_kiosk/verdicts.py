"""What a kiosk does with the room's verdicts beside its outbox: tells the candidate, and writes rehearsals' logs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from client_kiosk.agent import Notice
from client_kiosk.outbox import Outbox
from client_kiosk.papers import ShownPaper
from server.protocol.messages import Outcome, RecordVerdict


def turned_away(verdicts: Sequence[RecordVerdict]) -> list[RecordVerdict]:
    """The verdicts on records that do not count, or not yet."""
    return [one for one in verdicts if one.verdict not in (Outcome.ACCEPTED, Outcome.GAP)]


def notice_of(outbox: Outbox, away: Sequence[RecordVerdict], paper: ShownPaper | None) -> Notice:
    """What the candidate is told of records that were turned away; of a pause, which items they were.

    `away` is not empty. Raises OutboxError.
    """
    last = away[-1]
    if (
        last.hash is None
    ):  # nothing durable was said: the sitting's journal has ended, and this machine has the only copy
        return Notice("kept_here")
    if last.verdict is not Outcome.LATE:
        return Notice(last.verdict.value)
    if last.reason == "replaced":
        return Notice("late_replaced")
    if last.reason != "paused":
        return Notice("late")
    seqs = {one.seq for one in away}
    items = {str(body.get("item_id")) for held, body in outbox.bodies() if held.seq in seqs}
    return Notice("late_paused", _places(items, paper))


def after_a_click(notice: Notice | None, waiting: Collection[str], paper: ShownPaper | None) -> Notice | None:
    """What is still true of a notice once a click is on the disk; `waiting` are the items that wait for a decision."""
    if notice is None or notice.code == "disk_full":
        return None
    if notice.code != "late_paused" or not notice.detail:
        return notice
    places = _places(waiting, paper)
    return Notice("late_paused", places) if places else None


def _places(items: Collection[str], paper: ShownPaper | None) -> str:
    shown = paper.items if paper is not None else ()
    return ", ".join(str(number) for number, item in enumerate(shown, 1) if item.item_id in items)


def bodies(outbox: Outbox) -> list[tuple[str | None, Mapping[str, object]]]:
    """Every record of an outbox, oldest first, with its verdict (None while there is none). Raises OutboxError."""
    return [(held.verdict, body) for held, body in outbox.bodies()]


class AckLog:
    """One JSON line for each ack, at its instant, for an independent checker; None: nobody asked for one."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def write(self, outbox: Outbox, sbd: str | None, verdicts: Sequence[RecordVerdict]) -> None:
        """Add these acks. Raises OSError."""
        if self._file is None:
            return
        with self._file.open("a", encoding="utf-8") as file:
            for one in verdicts:
                held = outbox.after(one.seq - 1, 1)
                line = {
                    "sbd": sbd,
                    "source": outbox.stream.source,
                    "seq": one.seq,
                    "verdict": one.verdict.value,
                    "epoch": one.epoch,
                    "hash": one.hash,
                    "message": held[0].message if held else None,
                }
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
