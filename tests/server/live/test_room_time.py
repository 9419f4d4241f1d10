"""Setting room time: who may, how far back, and that clock and journals agree afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain.commands import AnchorClock, Pause, StartPart
from server.domain.event import ClockAnchored
from server.domain.reasons import Reason
from server.domain.timing import remaining_ms
from server.domain.values import Cause
from server.drill.prepared_room import PROCTOR, SETTING, SealedContest, hold_ceremony, open_room
from server.errors import NotStored
from server.heartbeat import wall_ms
from server.live.clock import RoomClock
from server.live.room import Room
from server.store.journal import Journal
from server.store.verify import verify_file

NewRoom = Callable[..., tuple[Path, Any]]
DAY_MS = 86_400_000
PAGE = bytes(16)


class Monotonic:
    """A computer's clock that a test moves."""

    def __init__(self) -> None:
        self.now_ms = 5_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def monotonic() -> Monotonic:
    return Monotonic()


@pytest.fixture
def ahead(monotonic: Monotonic, new_room: NewRoom) -> Iterator[Room]:
    """A room whose computer is a day ahead."""
    folder, _ = new_room(2)
    with open_room(folder, RoomClock(monotonic, wall_ms, wall_ms() + DAY_MS)) as room:
        yield room


def test_before_the_paper_is_opened_an_officer_sets_room_time_back(ahead: Room, contest: SealedContest) -> None:
    sitting = ahead.sitting
    assert sitting is not None
    right_ms = ahead.clock.now_ms() - DAY_MS
    assert ahead.time.confirm(SETTING, PAGE, "corrected by an officer", right_ms).reason is None
    assert ahead.clock.now_ms() == right_ms
    assert sitting.last_at_ms == right_ms
    hold_ceremony(ahead, contest)
    assert sitting.last_at_ms == right_ms, "what is decided now bears the right time"
    (contests,) = (ahead.directory / "contests").glob("*.journal.sqlite")
    assert verify_file(sitting.journal_path).ok
    assert verify_file(contests).ok
    assert ahead.marks.state.opened


def test_shares_that_were_given_do_not_outlive_the_step(ahead: Room, contest: SealedContest) -> None:
    from question_bank.custody import SecretKind

    ahead.opening.choose_set(SETTING)
    ahead.opening.enter_share(SETTING, SecretKind.PAPER, contest.shares("primary", SecretKind.PAPER)[0])
    ahead.time.confirm(SETTING, PAGE, "corrected by an officer", ahead.clock.now_ms() - DAY_MS)
    status = ahead.opening.status()
    assert status is not None
    assert status.paper is not None
    assert status.paper.held == 0


def test_once_the_paper_is_open_room_time_stands_still_for_two_minutes_at_most(
    ahead: Room, contest: SealedContest, monotonic: Monotonic
) -> None:
    hold_ceremony(ahead, contest)
    now = ahead.clock.now_ms()
    assert ahead.time.confirm(SETTING, PAGE, "corrected by an officer", now - 120_001).reason is Reason.TIME_IN_USE
    assert ahead.time.confirm(SETTING, b"\1" * 16, "corrected by an officer", now - 120_000).reason is None
    monotonic.now_ms += 120_000
    assert ahead.clock.now_ms() == now
    monotonic.now_ms += 1
    assert ahead.clock.now_ms() == now + 1


def test_while_clocks_run_nobody_sets_room_time_ahead_and_while_they_stand_it_costs_nobody_anything(
    new_room: NewRoom, contest: SealedContest, monotonic: Monotonic
) -> None:
    folder, sheets = new_room(2)
    with open_room(folder, RoomClock(monotonic, wall_ms, wall_ms())) as room:
        hold_ceremony(room, contest)
        seat(room, sheets)
        assert room.sitting is not None
        assert room.order(PROCTOR, PAGE, 1, StartPart(0, None, bytes(32), PROCTOR.officer_id)).reason is None
        now = room.clock.now_ms()
        refused = room.time.confirm(SETTING, b"\1" * 16, "corrected by an officer", now + 3_600_000)
        assert refused.reason is Reason.CLOCKS_RUN
        assert room.clock.now_ms() == now
        before = {
            one.attempt_id: remaining_ms(one.parts[0].ledger, now) for one in room.sitting.state.attempts.values()
        }
        pause = Pause(None, "the clock is put right", Cause.HALL, PROCTOR.officer_id)
        assert room.order(PROCTOR, b"\2" * 16, 1, pause).reason is None
        assert room.time.confirm(SETTING, b"\3" * 16, "corrected by an officer", now + 3_600_000).reason is None
        at_ms = room.clock.now_ms()
        assert at_ms == now + 3_600_000
        after = {
            one.attempt_id: remaining_ms(one.parts[0].ledger, at_ms) for one in room.sitting.state.attempts.values()
        }
        assert after == before


def test_what_is_not_recorded_moves_no_clock(ahead: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    now = ahead.clock.now_ms()
    refused = ahead.time.confirm(PROCTOR, PAGE, "corrected by an officer", now - DAY_MS)
    assert refused.reason is Reason.NOT_ALLOWED
    assert ahead.clock.now_ms() == now
    assert ahead.sitting is not None

    def full(deliveries: object) -> object:
        raise NotStored("the disk is full")

    monkeypatch.setattr(ahead.sitting, "submit", full)
    with pytest.raises(NotStored):
        ahead.time.confirm(SETTING, PAGE, "corrected by an officer", now - DAY_MS)
    assert ahead.clock.now_ms() == now


def test_a_computer_that_comes_back_ahead_in_mid_exam_follows_its_kiosks(
    new_room: NewRoom, contest: SealedContest, monotonic: Monotonic
) -> None:
    """A clock set to local time and read as UTC is seven hours off: nobody's part may be closed for it."""
    folder, sheets = new_room(3)
    seven_h = 7 * 3_600_000
    started = RoomClock(monotonic, wall_ms, wall_ms())
    with open_room(folder, started) as room:
        hold_ceremony(room, contest)
        seat(room, sheets)
        assert room.order(PROCTOR, PAGE, 1, StartPart(0, None, bytes(32), PROCTOR.officer_id)).reason is None
        monotonic.now_ms += 60_000
        stopped_ms = room.clock.now_ms()
    with open_room(folder, RoomClock(monotonic, wall_ms, stopped_ms + seven_h)) as room:
        assert room.sitting is not None
        monotonic.now_ms += 5_000
        for n, sheet in enumerate(sheets):
            room.witness(sheet.kiosk_id, stopped_ms + 5_000 + n)
        assert room.clock.now_ms() == stopped_ms + 5_001
        assert room.sitting.last_at_ms == stopped_ms + 5_001
        assert room.sitting.state.confirmed_at_ms is None, "nobody has looked at a clock"
        assert all(one.running is not None for one in room.sitting.state.attempts.values())
        path = room.sitting.journal_path
    assert verify_file(path).ok
    with Journal.open_to_read(path) as journal:
        (anchored,) = [json.loads(row.body or "") for row in journal.read() if row.kind == ClockAnchored.kind]
    assert anchored["moved_ms"] == 1 - seven_h, "with it the minutes put the outage's length right"


def seat(room: Room, sheets: list[Any]) -> None:
    """Everybody sits at their machine and has confirmed who they are."""
    from server.domain.commands import KioskRecord, SeatCandidate
    from server.protocol.records import ConfirmIdentity
    from server.store.batch import Delivery

    assert room.sitting is not None
    candidates = room.store.candidates.of_sitting(room.sitting.sitting_id)
    for n, (sheet, one) in enumerate(zip(sheets, candidates, strict=True), 1):
        source = f"{n:032x}"
        stream = bytes.fromhex(source)
        confirm = ConfirmIdentity(f"a{n}", 1, room.clock.now_ms(), 5)
        deliveries = [
            Delivery(stream, 1, b"in", SeatCandidate(one.candidate_id, f"a{n}", sheet.kiosk_id, f"S{n}", source)),
            Delivery(stream, 2, confirm.text(), KioskRecord(confirm, source, 2)),
        ]
        assert [verdict.reason for verdict in room.sitting.submit(deliveries)] == [None, None]


def test_a_room_whose_heartbeat_was_lost_goes_on_where_its_journal_ends(
    new_room: NewRoom, contest: SealedContest, monotonic: Monotonic
) -> None:
    """Else a start would be judged by one time and shown by another: a kiosk would give half an hour too much."""
    folder, _ = new_room(2)
    with open_room(folder, RoomClock(monotonic, wall_ms, wall_ms())) as room:
        hold_ceremony(room, contest)
        last_ms = room.clock.now_ms()
    with open_room(folder, RoomClock(monotonic, wall_ms, last_ms - 1_800_000)) as room:
        assert room.sitting is not None
        assert room.clock.now_ms() == room.sitting.last_at_ms == last_ms
        monotonic.now_ms += 7
        assert room.clock.now_ms() == last_ms + 7


def test_a_journal_of_before_the_correction_goes_by_the_corrected_time(new_room: NewRoom, monotonic: Monotonic) -> None:
    folder, _ = new_room(2)
    right_ms = wall_ms()
    with open_room(folder, RoomClock(monotonic, wall_ms, right_ms + DAY_MS)):
        pass
    with open_room(folder, RoomClock(monotonic, wall_ms, right_ms)) as room:
        assert room.sitting is not None
        assert room.clock.now_ms() == room.sitting.last_at_ms == right_ms
        assert room.sitting.state.began_at_ms == right_ms
        path = room.sitting.journal_path
    assert verify_file(path).ok


def test_a_plain_confirmation_moves_nothing(ahead: Room, contest: SealedContest, monotonic: Monotonic) -> None:
    hold_ceremony(ahead, contest)
    now = ahead.clock.now_ms()
    assert ahead.time.confirm(SETTING, PAGE, "confirmed by an officer").reason is None
    assert ahead.clock.now_ms() == now
    assert ahead.sitting is not None
    assert ahead.sitting.state.confirmed_at_ms == now
    anchored = AnchorClock(now, 0, "room")
    assert ahead.sitting.by_room(anchored).reason is None
    assert ahead.sitting.state.confirmed_at_ms == now
