"""What officers see beside the seats of what machines brought back from a lost server. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from server.domain.state import SittingState
from server.live.picture import Object
from server.live.sheet_waiting import WaitingSheets

TOLD_MS = 30 * 60_000  # for so long after the last one it stands on the map; then on the page about servers alone
RESTORED, WAITING, OTHER_SET = "seats_restored", "sheets_waiting", "sheets_other_set"
HARMS: dict[str, int] = {OTHER_SET: 87, WAITING: 86, RESTORED: 33}


def of_the_sheets(state: SittingState, waiting: WaitingSheets | None, now_ms: int) -> Iterator[Object]:
    """The rows: each one thing of the whole room, with how many seats it is about."""
    if waiting is not None:
        yield _row(OTHER_SET if waiting.other_set else WAITING, waiting.machines, waiting.since_ms)
    recent = [one for one in state.sheets.taken if now_ms - state.sheets.taken[-1].at_ms < TOLD_MS]
    if recent:
        yield _row(RESTORED, len({one.event.attempt_id for one in recent}), recent[-1].at_ms)


def _row(code: str, n: int, since_ms: int) -> Object:
    return {
        "code": code, "harm": HARMS[code], "id": None, "attempt_id": None, "since_ms": since_ms, "act": None, "n": n,
    }  # fmt: skip
