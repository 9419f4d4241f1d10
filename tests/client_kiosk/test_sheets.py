"""What a machine keeps of the room's word about its seats, and when another word may take its place."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from client_kiosk import sheets as keeping
from client_kiosk.sheets import Sheets
from client_kiosk.showing import News
from server.protocol.seat_sheet import FORMAT, SeatSheet, SheetSeating, SignedSheet
from server.protocol.situation import Paper, Situation, Stage

SOURCE, LONELY, NEXT = "ab" * 16, 3, 1 << 20


def sheet(epoch: int, seq: int, *, sitting_id: str = "ca-1", source: str = SOURCE) -> SignedSheet:
    seating = SheetSeating(1, "k1", "B07", source, 5, "cd" * 32)
    made = SeatSheet(
        FORMAT, "r1", sitting_id, "a1", "c1", "TS01", epoch, seq, "ef" * 32, epoch * 1000 + seq, (seating,), (), True, ()
    )  # fmt: skip
    return SignedSheet(made.text(), "00" * 64)


def ages(folder: Path) -> list[tuple[int, int]]:
    """Of every sheet on the disk, as a machine that is started anew finds them."""
    return [kept.sheet.age for kept in Sheets(folder).to_show("r1", "ca-1", -1)]


def test_only_the_newest_word_of_one_server_is_kept_whatever_comes_late(tmp_path: Path) -> None:
    sheets = Sheets(tmp_path)
    for seq in (5, 9, 7):
        sheets.told(SOURCE, sheet(LONELY, seq))
    assert ages(tmp_path) == [(LONELY, 9)]


def test_a_server_that_has_not_looked_at_it_yet_does_not_replace_it(tmp_path: Path) -> None:
    sheets = Sheets(tmp_path)
    sheets.told(SOURCE, sheet(LONELY, 9))
    sheets.told(SOURCE, sheet(NEXT, 40))
    assert ages(tmp_path) == [(LONELY, 9)], "the server that goes on may know less"
    sheets = Sheets(tmp_path)  # started again in between: it is shown again
    (kept,) = sheets.to_show("r1", "ca-1", NEXT)
    sheets.seen_by(kept.source, NEXT)
    sheets.told(SOURCE, sheet(NEXT, 41))
    assert ages(tmp_path) == [(NEXT, 41)]
    assert sheets.to_show("r1", "ca-1", NEXT) == [], "its own word needs no look"


def test_who_has_looked_at_an_older_sheet_has_not_looked_at_the_newer_one(tmp_path: Path) -> None:
    """What came since is on this machine alone: a third server must see it before its own word takes the place."""
    later, sheets = NEXT << 1, Sheets(tmp_path)
    sheets.told(SOURCE, sheet(LONELY, 9))
    for epoch in (NEXT, later):
        sheets.seen_by(SOURCE, epoch)
    sheets.told(SOURCE, sheet(NEXT, 41))
    sheets.told(SOURCE, sheet(later, 3))
    assert ages(tmp_path) == [(NEXT, 41)]


def test_sheets_of_other_rooms_and_sittings_are_not_shown(tmp_path: Path) -> None:
    sheets = Sheets(tmp_path)
    sheets.told(SOURCE, sheet(LONELY, 9, sitting_id="ca-0"))
    assert sheets.to_show("r1", "ca-1", NEXT) == []
    assert sheets.to_show("r2", "ca-0", NEXT) == []
    sheets.told(SOURCE, sheet(LONELY, 1))
    assert ages(tmp_path) == [(LONELY, 1)], "another sitting's sheet is no reason to keep nothing"


def test_a_disk_that_takes_nothing_keeps_the_last_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space")

    sheets = Sheets(tmp_path)
    sheets.told(SOURCE, sheet(LONELY, 5))
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "replace_private", full)
        with pytest.raises(OSError, match="no space"):
            sheets.told(SOURCE, sheet(LONELY, 9))
    assert ages(tmp_path) == [(LONELY, 5)]
    sheets.write()
    assert ages(tmp_path) == [(LONELY, 9)]


def test_what_is_damaged_or_of_a_later_version_stops_nobody(tmp_path: Path) -> None:
    sheets = Sheets(tmp_path)
    sheets.told(SOURCE, sheet(LONELY, 5))
    sheets.told(SOURCE, SignedSheet('{"format":"exam-seat-sheet/2"}', "00" * 64))
    (tmp_path / ("cd" * 16 + ".json")).write_bytes(b"\xff torn")
    assert ages(tmp_path) == [(LONELY, 5)]


def test_a_sheet_goes_with_its_outbox_and_the_folder_stays_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MAX_SHEETS", 2)
    sheets = Sheets(tmp_path)
    for number in range(1, 5):
        sheets.told(f"{number:032x}", sheet(LONELY, number, source=f"{number:032x}"))
    assert ages(tmp_path) == [(LONELY, 3), (LONELY, 4)]
    sheets.forget(f"{3:032x}")
    assert ages(tmp_path) == [(LONELY, 4)]


# --- news while sheets are being shown ---------------------------------------------------------------------------------


def news(at_ms: int) -> Situation:
    return Situation(at_ms, 1, "Phòng A", "B07", None, Stage(None, ()), None, (), ())


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def heard(told: list[int]) -> News:
    tell: Callable[[Any], None] = lambda situation: told.append(situation.server_at_ms)  # noqa: E731
    return News(tell, lambda paper: told.append(-1))


def test_what_is_pushed_while_sheets_are_shown_waits_and_only_the_newest_is_told(heard: News, told: list[int]) -> None:
    heard.heard(news(1))
    with heard.held(None):
        heard.heard(news(3))
        heard.heard(news(2))
        assert told == [1]
    assert told == [1, 3]
    heard.heard(news(4))
    assert told == [1, 3, 4]


def test_a_paper_that_is_pushed_while_sheets_are_shown_is_opened_after_the_news_it_belongs_to() -> None:
    """A kiosk that has just started does not know yet who sealed it."""
    said: list[object] = []
    old, new = cast("list[Paper]", [object(), object()])
    pushed = News(said.append, said.append)
    with pushed.held(old):
        pushed.got_paper(new)
        pushed.heard(news(1))
        assert said == []
    assert said == [news(1), new]
    with pushed.held(old):
        pass
    pushed.got_paper(new)
    assert said[2:] == [old, new]


def test_a_full_disk_holds_no_newer_word_back_from_the_next_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space")

    sheets = Sheets(tmp_path)
    sheets.told(SOURCE, sheet(LONELY, 5))
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "replace_private", full)
        with pytest.raises(OSError, match="no space"):
            sheets.told(SOURCE, sheet(LONELY, 9))
        sheets.told(SOURCE, sheet(LONELY, 7))  # came late
        sheets.told(SOURCE, sheet(NEXT, 40))
        assert [kept.sheet.age for kept in sheets.to_show("r1", "ca-1", NEXT)] == [(LONELY, 9)]
    sheets.write()
    assert ages(tmp_path) == [(LONELY, 9)]


def test_a_line_that_breaks_meanwhile_tells_nothing_of_what_waited(heard: News, told: list[int]) -> None:
    with contextlib.suppress(OSError), heard.held(None):
        heard.heard(news(3))
        raise OSError("gone")
    heard.heard(news(5))
    assert told == [5]
