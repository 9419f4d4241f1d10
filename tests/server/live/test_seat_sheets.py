"""Sheets at the room's edge: who may show one, what is refused and why, and that a lost server's word comes in once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from question_bank.custody import SecretKind
from question_bank.items._choice import right_options
from server.domain.commands import Extend, SeatCandidate, StartPart
from server.domain.hall_commands import GiveReserve
from server.domain.reasons import Reason
from server.domain.standby_commands import NoteStandby
from server.domain.values import Cause
from server.drill.prepared_room import ORGANISING, PROCTOR, SETTING, SealedContest, hold_ceremony, open_room
from server.live.clock import RoomClock
from server.live.kiosk_records import RecordDesk
from server.live.room import Room
from server.protocol.hall import ClockRule
from server.protocol.messages import NumberedRecord, Records, RecordsAck
from server.protocol.records import FlagItem, SaveResponse
from server.protocol.seat_sheet import SeatSheet, SignedSheet, read_sheet
from server.protocol.sheet_messages import signed_text
from server.store.batch import Delivery
from server.store.machines import Machine

PAGE, SEED = bytes(16), bytes(range(32))


class Lost:
    """A room whose last minutes are lost: `room` is its copy from before, `sheet` what it said of its second candidate."""

    def __init__(self, room: Room, sheet: SignedSheet, machine: Machine, attempt_id: str) -> None:
        self.room = room
        self.sheet = sheet
        self.machine = machine
        self.attempt_id = attempt_id

    def shown(self, sheet: SignedSheet | None = None, machine: Machine | None = None) -> tuple[str, Reason | None]:
        return self.room.sheets.shown(machine or self.machine, sheet or self.sheet)

    def signed(self, **changes: Any) -> SignedSheet:
        """Another sheet, which bears the room's signature all the same."""
        sheet = read_sheet(self.sheet.text)
        assert isinstance(sheet, SeatSheet)
        text = replace(sheet, **changes).text()
        return SignedSheet(text, self.room.identity.signing_key.sign(signed_text(text)).hex())


def seat(room: Room, n: int) -> str:
    """The n-th candidate signs in at the n-th machine: the attempt's id."""
    assert room.sitting is not None
    machine = room.pairing.machines()[n]
    candidate = room.store.candidates.of_sitting(room.sitting.sitting_id)[n]
    source = f"{n + 1:032x}"
    command = SeatCandidate(candidate.candidate_id, f"a{n}", machine.machine_id, machine.seat_label, source)
    room.sitting.submit([Delivery(bytes.fromhex(source), 1, b"sign in", command)])
    return f"a{n}"


@pytest.fixture
def lose(
    tmp_path: Path, clock: RoomClock, contest: SealedContest, new_room: Callable[..., Any]
) -> Iterator[Callable[..., Lost]]:
    """`lose(opened=True)`: the paper was open before the copy was made, or only afterwards."""
    with ExitStack() as stack:

        def make(*, opened: bool = True) -> Lost:
            folder, _ = new_room(2)
            copy = tmp_path / "copy"
            with open_room(folder, clock) as room:
                if opened:
                    hold_ceremony(room, contest)
                seat(room, 0)
            shutil.copytree(folder, copy)
            with open_room(folder, clock) as room:
                assert room.sitting is not None
                if not opened:
                    hold_ceremony(room, contest)
                attempt_id = seat(room, 1)
                started = StartPart(0, (attempt_id,), SEED, PROCTOR.officer_id)
                ordered: tuple[Any, ...] = (started, given(attempt_id))
                for number, command in enumerate(ordered, 1):
                    assert room.order(PROCTOR, PAGE, number, command).reason is None
                sheet, machine = room.sheets.sheet(attempt_id), room.pairing.machines()[1]
                assert sheet is not None
            return Lost(stack.enter_context(open_room(copy, clock)), sheet, machine, attempt_id)

        yield make


def given(attempt_id: str) -> Extend:
    return Extend((attempt_id,), 300_000, "máy hỏng", Cause.EQUIPMENT, PROCTOR.officer_id)


def test_a_seat_that_the_copy_does_not_know_is_back_with_its_time_once(lose: Callable[..., Lost]) -> None:
    lost = lose()
    assert lost.shown() == ("taken", None)
    sitting = lost.room.sitting
    assert sitting is not None
    attempt = sitting.attempt(lost.attempt_id)
    assert attempt is not None
    assert [one.ms for one in attempt.parts[0].ledger.extensions] == [300_000]
    assert sitting.stream(bytes.fromhex(attempt.seat.source)).contiguous == 1, "the outbox goes on after its sign-in"
    assert sitting.carried(lost.machine.machine_id) is not None
    head = sitting.head
    assert lost.shown() == ("known", None)
    assert sitting.head == head
    own = lost.room.sheets.sheet(lost.attempt_id)
    assert own is not None
    assert lost.shown(own) == ("known", None), "its own word is no news"
    mine, theirs = read_sheet(own.text), read_sheet(lost.sheet.text)
    assert isinstance(mine, SeatSheet)
    assert isinstance(theirs, SeatSheet)
    assert (mine.seatings, mine.parts) == (theirs.seatings, theirs.parts), "and tells the same to the next server"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"room_id": "another"}, Reason.OTHER_ROOM),
        ({"sitting_id": "yesterday"}, Reason.OTHER_SITTING),
        ({"candidate_id": "nobody"}, Reason.UNKNOWN_CANDIDATE),
    ],
)
def test_a_sheet_of_another_room_sitting_or_candidate_is_refused(
    lose: Callable[..., Lost], change: dict[str, str], reason: Reason
) -> None:
    lost = lose()
    assert lost.room.sitting is not None
    head = lost.room.sitting.head
    assert lost.shown(lost.signed(**change)) == ("refused", reason)
    assert lost.room.sitting.head == head
    assert [one.reason for one in lost.room.sheets.refused] == [reason]


def test_a_forged_sheet_and_another_machine_s_are_refused(lose: Callable[..., Lost]) -> None:
    lost = lose()
    text = lost.sheet.text.replace("300000", "900000")
    assert text != lost.sheet.text
    assert lost.shown(SignedSheet(text, lost.sheet.signature)) == ("refused", Reason.SHEET_FORGED)
    lost.shown(SignedSheet(text, lost.sheet.signature))
    assert len(lost.room.sheets.refused) == 1, "said once, however often it is shown"
    stranger = lost.room.pairing.machines()[0]
    assert lost.shown(machine=stranger) == ("refused", Reason.OTHER_MACHINE)


def test_a_seat_comes_back_before_its_paper_and_its_clock_with_it(
    lose: Callable[..., Lost], contest: SealedContest
) -> None:
    lost = lose(opened=False)
    assert lost.shown() == ("waits", None)
    assert lost.room.sitting is not None
    attempt = lost.room.sitting.attempt(lost.attempt_id)
    assert attempt is not None
    assert attempt.parts == {}
    waiting = lost.room.sheets.waiting()
    assert waiting is not None
    assert waiting.machines == 1
    assert lost.room.sheets.released() == ()
    hold_ceremony(lost.room, contest)
    assert lost.room.sheets.released() == (lost.machine.machine_id,), "it is asked to come anew"
    assert lost.shown() == ("taken", None)
    attempt = lost.room.sitting.attempt(lost.attempt_id)
    assert attempt is not None
    assert 0 in attempt.parts
    assert lost.room.sheets.waiting() is None


def test_a_sheet_of_a_paper_that_is_not_this_one_calls_nobody_again_and_again(lose: Callable[..., Lost]) -> None:
    lost = lose()
    sheet = read_sheet(lost.sheet.text)
    assert isinstance(sheet, SeatSheet)
    other = lost.signed(parts=tuple(replace(part, form_id="another") for part in sheet.parts))
    assert lost.shown(other) == ("waits", None)
    assert lost.room.sheets.released() == (), "the same paper is open as when it was shown"
    waiting = lost.room.sheets.waiting()
    assert waiting is not None
    assert waiting.machines == 1


def test_who_came_anew_sits_there_and_the_old_machine_s_word_goes_to_an_official(lose: Callable[..., Lost]) -> None:
    lost = lose()
    assert lost.room.sitting is not None
    candidate = lost.room.store.candidates.of_sitting(lost.room.sitting.sitting_id)[1]
    source, first = "ee" * 16, lost.room.pairing.machines()[0]
    anew = SeatCandidate(candidate.candidate_id, "anew", first.machine_id, first.seat_label, source)
    lost.room.sitting.submit([Delivery(bytes.fromhex(source), 1, b"anew", anew)])
    assert lost.shown() == ("refused", Reason.SITS_ELSEWHERE)
    assert lost.room.sitting.attempt(lost.attempt_id) is None
    state = lost.room.sitting.state
    assert state.standby.kiosks == {f"{2:032x}": lost.machine.machine_id}, "its records are taken, for a decision"


def test_the_lost_server_s_own_sign_in_is_no_conflict_when_it_comes_back(lose: Callable[..., Lost]) -> None:
    lost = lose()
    lost.shown()
    sitting = lost.room.sitting
    assert sitting is not None
    before = sitting.head
    command = SeatCandidate("", "", "", "", f"{2:032x}")
    (verdict,) = sitting.submit([Delivery(bytes.fromhex(f"{2:032x}"), 1, b"sign in", command)])
    assert verdict.verdict.value == "accepted", "the same number with the same bytes"
    assert sitting.head == before


# --- what the lonely server did for the whole room ---------------------------------------------------------------------


def switched(room: Room, contest: SealedContest) -> None:
    """Two officers have gone over to the reserve set, and its paper is open."""
    assert room.opening.switch_to_reserve(SETTING, ORGANISING, "đề bị lộ", ClockRule.FULL) is None
    for words in contest.shares("reserve", SecretKind.PAPER)[:2]:
        assert hasattr(room.opening.enter_share(SETTING, SecretKind.PAPER, words), "body")
    assert room.opening.open_paper(SETTING, ORGANISING) is None


class AfterTheSwitch:
    """`room` was promoted; its first machine has answered an item of a paper that only the lost server had given out."""

    def __init__(self, room: Room, machine: Machine, sheet: SignedSheet, outbox: list[str]) -> None:
        self.room = room
        self._machine = machine
        self._sheet = sheet
        self._outbox = outbox
        self._desk = RecordDesk(room, cast("Any", SimpleNamespace(situation=lambda *_: None)))

    def connected(self) -> str:
        """The machine comes in and shows its sheet: what became of that."""
        return self.room.sheets.shown(self._machine, self._sheet)[0]

    def sent(self, first: int = 2) -> tuple[list[str], int]:
        """It sends its outbox from there: verdicts, and how far the room holds it."""
        numbered = tuple(NumberedRecord(seq, text) for seq, text in enumerate(self._outbox, 2) if seq >= first)
        session = cast("Any", SimpleNamespace(machine=self._machine, connection="c"))
        answer = self._desk.records(session, Records(f"{1:032x}", numbered))
        assert isinstance(answer, RecordsAck)
        assert answer.gap_at is None
        return [one.verdict.value for one in answer.verdicts], answer.contiguous

    @property
    def responses(self) -> dict[str, Any]:
        assert self.room.sitting is not None
        return dict(self.room.sitting.state.attempts["a0"].parts[0].responses)


@pytest.fixture
def after_the_switch(
    tmp_path: Path, clock: RoomClock, contest: SealedContest, new_room: Callable[..., Any]
) -> Iterator[AfterTheSwitch]:
    folder, _ = new_room(1)
    with open_room(folder, clock) as room:
        hold_ceremony(room, contest)
        seat(room, 0)
        assert room.order(PROCTOR, PAGE, 1, StartPart(0, ("a0",), SEED, PROCTOR.officer_id)).reason is None
        assert room.sitting is not None
        room.sitting.by_room(NoteStandby("rejoined", "second"))
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    with open_room(folder, clock) as room:
        assert room.sitting is not None
        switched(room, contest)
        assert room.order(PROCTOR, PAGE, 2, GiveReserve(None, SEED, PROCTOR.officer_id)).reason is None
        now_ms, sheet, machine = room.clock.now_ms(), room.sheets.sheet("a0"), room.pairing.machines()[0]
        assert sheet is not None
        before, after = (contest.forms[name].sections[0].marking.items[0] for name in ("primary", "reserve"))
        made = [
            SaveResponse("a0", 1, 0, item.item_id, {"options": sorted(right_options(item))}, now_ms, 0)
            for item in (before, after)
        ]
        outbox = [
            one.text().decode() for one in (made[0], made[1], FlagItem("a0", 1, 0, after.item_id, True, now_ms, 0))
        ]
    with open_room(copy, clock) as room:
        yield AfterTheSwitch(room, machine, sheet, outbox)


def test_answers_to_a_paper_that_only_the_lost_server_had_given_wait_for_it_and_count(
    after_the_switch: AfterTheSwitch, contest: SealedContest
) -> None:
    here = after_the_switch
    assert here.connected() == "waits"
    waiting = here.room.sheets.waiting()
    assert waiting is not None
    assert waiting.other_set, "officers are told which order is to be given again"
    assert here.sent() == (["accepted"], 2), "what was made on the paper that is open here counts as it comes"
    assert here.sent(3) == ([], 2)
    assert here.sent(4) == ([], 2), "and nothing behind it is a gap"
    switched(here.room, contest)
    assert here.room.sheets.released(), "the machine is asked to come anew"
    assert here.connected() == "taken"
    assert here.sent(3) == (["accepted", "accepted"], 4)
    reserve = contest.forms["reserve"].sections[0].marking.items[0]
    assert here.responses == {reserve.item_id: {"options": sorted(right_options(reserve))}}
    assert here.room.sheets.waiting() is None
