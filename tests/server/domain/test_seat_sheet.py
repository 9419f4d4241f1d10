"""Seat sheets: what a lonely server knew of a seat comes back from the machines, in any order, once, and takes nothing away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import commands, compensation, sitting, timing
from server.domain.event import EpochBegan
from server.domain.events import AttemptOpened, IncidentRecorded, LateRecorded
from server.domain.reasons import Reason, Refused
from server.domain.rescue_commands import MoveSeat
from server.domain.sheet_acts import requests
from server.domain.sheet_events import SeatRestored, SignInRestored
from server.domain.sheet_making import Told, seat_sheet
from server.domain.sheet_plan import additions
from server.domain.standby_commands import DecideBranchOrder, RecoverRecord
from server.domain.standby_events import BranchOrderKept, BranchSeatKept
from server.domain.time_commands import DecideCompensation
from server.domain.time_ledger import EntryKind, account
from server.domain.too_soon import too_soon
from server.domain.values import BranchDecision, Cause, LateWhy, PartStage
from server.protocol.records import ResumeWork
from server.protocol.seat_sheet import SeatSheet, read_sheet

LONELY, NEXT = 3, 1 << 20


class Sheets:
    """Two servers of one room: `lonely` goes on after `common`, and its sheets are shown to others."""

    def __init__(self, new_play: Callable[[], Any]) -> None:
        self._new_play = new_play
        self.common = new_play().started(1, 2)
        self.lonely = self.beginning(LONELY)

    def beginning(self, epoch: int, not_before: int = 0) -> Any:
        play = self._new_play()
        play.now, play.log, play.sent = self.common.now, list(self.common.log), dict(self.common.sent)
        play.now = max(play.now, not_before)
        event = EpochBegan(epoch, len(play.log), "00" * 32)
        play.log.append((event, play.now, len(play.log) + 1))
        play.state = sitting.evolve(self.common.state, *play.log[-1])
        return play

    def next(self) -> Any:
        """The server that goes on without what the lonely one did."""
        return self.beginning(NEXT, self.lonely.now)

    def sheet(self, n: int, play: Any = None) -> SeatSheet:
        play = play or self.lonely
        attempt = play.state.attempts[f"a{n}"]
        sign_ins = {one.source: hashlib.sha256(one.source.encode()).hexdigest() for one in attempt.seatings}
        seq = len(play.log)
        told = Told("r1", f"M{n}", play.state.epoch, seq, f"{seq:064x}", play.now, sign_ins)
        made = seat_sheet(play.state, attempt, told)
        assert made is not None
        assert read_sheet(made.text()) == made
        return made


def take(play: Any, sheet: SeatSheet, after: int = 0) -> list[Any]:
    """Show a sheet to a server; everything it noted."""
    found = additions(play.state, sheet)
    assert not isinstance(found, Refused), found
    asked = requests(found, sheet, hashlib.sha256(sheet.text().encode()).hexdigest(), sheet.seatings[-1].kiosk_id)
    play.now += after
    return [event for command in asked for event in play.done(command)]


def seats(play: Any) -> dict[str, Any]:
    """All that sheets tell of, as a state has it."""
    return {
        name: (
            attempt.candidate_id, attempt.seatings, attempt.confirmed,
            {index: (part.form_id, part.item_ids, dict(part.option_ids), part.ledger) for index, part in attempt.parts.items()},
            {key: move for key, move in play.state.rescue.moves.items() if key[0] == name},
        )
        for name, attempt in play.state.attempts.items()
    }  # fmt: skip


@pytest.fixture
def both(new_play: Callable[[], Any]) -> Sheets:
    return Sheets(new_play)


def kinds(events: Iterable[Any]) -> list[type]:
    return [type(event) for event in events]


def test_a_late_comer_with_time_and_order_comes_back_to_the_millisecond(both: Sheets) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(sample.seat(3), after=5_000)
    lonely.send(sample.confirm(3), after=1_000)
    lonely.done(sample.start(who=("a3",)), after=1_000)
    lonely.done(sample.extend(300_000, "a3"), after=10_000)
    lonely.done(sample.pause("a3"), after=5_000)
    lonely.done(sample.resume("a3"), after=2_500)
    sheet = both.sheet(3)

    found = both.next()
    noted = take(found, sheet, after=8_000)
    assert kinds(noted)[:1] == [SignInRestored]
    assert AttemptOpened in kinds(noted)
    assert SeatRestored in kinds(noted)
    assert seats(found)["a3"] == seats(lonely)["a3"]
    left = timing.remaining_ms(found.part(3).ledger, found.now)
    assert left == timing.remaining_ms(lonely.part(3).ledger, found.now)
    item = found.part(3).item_ids[0]
    assert not isinstance(found.send(sample.save(3, item, 1, at=found.now)), Refused), "their answers count again"
    head = found.state
    assert take(found, sheet) == []
    assert found.state is head, "a second time changes nothing"


def test_what_was_given_to_somebody_who_is_known_is_added_and_nothing_taken(both: Sheets) -> None:
    lonely = both.lonely
    lonely.done(lonely.sample.extend(120_000, "a1"), after=1_000)
    found = both.next()
    found.done(found.sample.extend(60_000, "a1"), after=1_000)  # given here, before the machine came
    take(found, both.sheet(1))
    assert found.part(1).ledger.allowed_ms == found.sample.DURATION_MS + 180_000


def test_what_was_ordered_there_after_another_server_took_over_is_no_time_here(both: Sheets) -> None:
    """The two could not hear each other: the lonely one was the primary no more, and its branch lists these orders."""
    lonely = both.lonely
    lonely.done(lonely.sample.extend(120_000, "a1"), after=1_000)
    found = both.next()
    lonely.done(lonely.sample.extend(300_000, "a1"), after=1_000)
    lonely.done(lonely.sample.pause("a1"), after=1_000)
    take(found, both.sheet(1), after=10_000)
    ledger = found.part(1).ledger
    assert ledger.allowed_ms == found.sample.DURATION_MS + 120_000
    assert ledger.pauses == ()


def test_a_pause_that_ended_there_ends_here_and_one_that_lasts_lasts(both: Sheets) -> None:
    both.common.done(both.common.sample.pause("a1"), after=1_000)
    both.lonely = both.beginning(LONELY)
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(sample.resume("a1"), after=4_000)
    lonely.done(sample.pause("a2"), after=1_000)
    found = both.next()
    assert found.part(1).ledger.running_pause is not None
    take(found, both.sheet(1))
    take(found, both.sheet(2))
    assert found.part(1).ledger.running_pause is None
    assert found.part(2).ledger == lonely.part(2).ledger
    assert found.part(2).ledger.running_pause is not None


def test_the_later_end_of_a_pause_stands(both: Sheets) -> None:
    both.common.done(both.common.sample.pause("a1"), after=1_000)
    both.lonely = both.beginning(LONELY)
    both.lonely.done(both.lonely.sample.resume("a1"), after=4_000)
    found = both.next()
    found.done(found.sample.resume("a1"), after=20_000)
    before = found.part(1).ledger
    take(found, both.sheet(1))
    assert found.part(1).ledger == before, "nobody loses time that an officer gave here"


def test_a_move_comes_back_with_both_machines(both: Sheets) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(MoveSeat("a1", "k1-2", "M99", "broken screen", Cause.EQUIPMENT, "officer-1", pause=True), after=1_000)
    lonely.done(sample.seat(1, 2), after=30_000)
    found = both.next()
    take(found, both.sheet(1))
    assert seats(found)["a1"] == seats(lonely)["a1"]
    assert found.state.attempts["a1"].generation == 2
    item = found.part(1).item_ids[0]
    (late,) = found.send(sample.save(1, item, 2, at=found.now))
    assert isinstance(late, LateRecorded), "the first machine does not speak any more"
    assert not found.state.time.losses.get("a1"), "nobody lost the time that the servers needed"


def test_who_sits_elsewhere_by_now_stays_there_and_the_other_machines_words_wait(both: Sheets) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(sample.seat(1, 2, "k-there"), after=1_000)
    sheet = both.sheet(1)
    found = both.next()
    source = "cd" * 16
    found.done(commands.SeatCandidate("c1", "a1", "k-here", "M07", source), after=1_000)
    noted = take(found, sheet)
    assert kinds(noted) == [BranchSeatKept, IncidentRecorded]
    assert found.state.attempts["a1"].seat.kiosk_id == "k-here"
    item = found.part(1).item_ids[0]
    word = sample.save(1, item, 2, at=found.now, generation=2)
    (late,) = found.done(commands.KioskRecord(word, sheet.seatings[-1].source, 2))
    assert isinstance(late, LateRecorded)
    assert late.why is LateWhy.OTHER_BRANCH
    assert take(found, sheet) == [], "told once"


def test_somebody_who_came_anew_before_their_machine_is_not_two_people(both: Sheets) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(sample.seat(3), after=1_000)
    lonely.done(sample.start(who=("a3",)))
    found = both.next()
    found.done(commands.SeatCandidate("c3", "other", "k-here", "M07", "cd" * 16), after=1_000)
    assert kinds(take(found, both.sheet(3))) == [BranchSeatKept, IncidentRecorded]
    assert "a3" not in found.state.attempts
    assert found.state.attempt_of("c3").attempt_id == "other"


def test_a_part_begun_otherwise_here_is_told_to_an_official_once(both: Sheets) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    both.common.done(sample.seat(3))
    both.lonely = lonely = both.beginning(LONELY)
    lonely.done(sample.start(who=("a3",)), after=1_000)
    found = both.next()
    found.done(sample.start(who=("a3",)), after=60_000)
    before = found.part(3)
    noted = take(found, both.sheet(3))
    assert IncidentRecorded in kinds(noted)
    assert found.part(3) == before
    assert take(found, both.sheet(3)) == []


def test_a_sheet_of_the_past_of_this_very_journal_tells_nothing(both: Sheets) -> None:
    found = both.next()
    sheet = both.sheet(1, both.common)
    found.done(found.sample.extend(1_000, "a1"))
    assert take(found, sheet) == []


def test_what_an_officer_ended_there_is_asked_here_and_the_answers_come_in_first(both: Sheets) -> None:
    lonely = both.lonely
    lonely.done(commands.CloseSeat("a1", "left the hall", "officer-1"), after=1_000)
    found = both.next()
    (kept,) = [event for event in take(found, both.sheet(1)) if isinstance(event, BranchOrderKept)]
    assert (kept.ordered, kept.attempt_id) == ("seat_closed/1", "a1")
    assert found.part(1).finish is None
    assert take(found, both.sheet(1)) == []


def test_time_that_comes_back_opens_a_part_which_the_clock_had_ended(both: Sheets) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(sample.extend(600_000, "a1"), after=1_000)
    found = both.next()
    found.done(commands.Tick(), after=sample.DURATION_MS + sample.GRACE_MS + 1_000)
    assert found.part(1).finish is not None
    take(found, both.sheet(1))
    assert found.part(1).finish is None
    assert timing.remaining_ms(found.part(1).ledger, found.now) > 0


def test_a_start_of_everybody_that_only_machines_know_opens_the_part_again(new_play: Callable[[], Any]) -> None:
    both = Sheets(new_play)
    both.common = new_play().seated(1, 2)
    both.lonely = both.beginning(LONELY)
    both.lonely.done(both.lonely.sample.start(), after=1_000)
    found = both.next()
    take(found, both.sheet(2))
    assert found.state.parts[0] is PartStage.OPEN
    take(found, both.sheet(1))
    assert seats(found) == seats(both.lonely)


def test_a_sheet_waits_for_its_paper(new_play: Callable[[], Any]) -> None:
    both = Sheets(new_play)
    both.common = new_play()
    for command in (both.common.sample.prepare(), both.common.sample.choose()):
        both.common.done(command)
    both.lonely = lonely = both.beginning(LONELY)
    lonely.done(lonely.sample.unseal())
    lonely.done(lonely.sample.seat(1))
    lonely.done(lonely.sample.start(who=("a1",)))
    found, sheet = both.next(), both.sheet(1)
    assert additions(found.state, sheet).waits  # type: ignore[union-attr]
    take(found, sheet)
    assert found.state.attempts["a1"].parts == {}, "seated, and not started yet"
    found.done(found.sample.unseal())
    take(found, sheet)
    assert seats(found) == seats(lonely)


def test_lost_time_that_was_made_good_there_is_not_proposed_again(both: Sheets) -> None:
    lonely = both.lonely
    since_ms = lonely.now + 1_000
    back = ResumeWork("a1", 1, 0, since_ms, since_ms + 8_000, 5)
    lonely.send(back, after=9_000)
    (lost,) = compensation.proposals(lonely.state, lonely.now)
    accept = DecideCompensation((("a1", lost.loss.number),), True, None, Cause.EQUIPMENT, "", "officer-1")
    lonely.done(accept, after=1_000)
    found = both.next()
    take(found, both.sheet(1))
    found.send(back)  # the machine delivers its record again
    assert list(compensation.proposals(found.state, found.now)) == []
    assert found.part(1).ledger.allowed_ms == lonely.part(1).ledger.allowed_ms
    (entry,) = [
        one for one in account(found.state, found.state.attempts["a1"], found.part(1), found.now) if one.ms > 0
    ][1:]
    assert (entry.kind, entry.loss) == (EntryKind.COMPENSATED, None), "this journal knows of no such loss"


def test_of_two_parts_that_come_back_the_earlier_one_is_closed_by_the_clock_too(both: Sheets) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(sample.seat(3), after=1_000)
    lonely.done(sample.start(who=("a3",)))
    lonely.done(commands.Tick(), after=sample.DURATION_MS + sample.GRACE_MS)
    lonely.done(commands.ClosePart(0, "over", "officer-1"))
    lonely.done(sample.start(1, ("a3",)), after=1_000)
    found = both.next()
    take(found, both.sheet(3))
    attempt = found.state.attempts["a3"]
    assert [part.finish for part in attempt.unfinished] == [None, None], "answers to both are on the way"
    found.done(commands.Tick(), after=sample.GRACE_MS + 1)
    ended = found.part(3, 0).finish
    assert ended is not None
    assert ended.finished_at_ms == lonely.part(3, 0).finish.finished_at_ms
    assert found.part(3, 1).finish is None


# --- what the lonely server did for the whole room ---------------------------------------------------------------------


@pytest.fixture
def on_reserve(both: Sheets) -> Sheets:
    """The lonely server has gone over to the reserve set, and its candidates have answered an item of it."""
    lonely, sample = both.lonely, both.lonely.sample
    lonely.send(sample.save(1, "i01", 1, at=lonely.now), after=1_000)
    lonely.done(sample.switch(), after=5_000)
    lonely.done(sample.reserve(), after=60_000)
    lonely.done(sample.give())
    lonely.done(sample.extend(30_000, "a1"), after=1_000)
    lonely.send(sample.save(1, "r01", 1, at=lonely.now), after=1_000)
    return both


def reserve_word(play: Any, at: int) -> Any:
    """What candidate 1 has answered to an item of the reserve's paper."""
    return replace(play.sample.save(1, "i01", 1, at=at), item_id="r01", response={"options": ["r01-o1"]})


def test_the_reserve_s_paper_comes_back_with_the_same_clock_once_officers_have_gone_over_to_it_again(
    on_reserve: Sheets,
) -> None:
    lonely, found, sheet = on_reserve.lonely, on_reserve.next(), on_reserve.sheet(1)
    asked = additions(found.state, sheet)
    assert not isinstance(asked, Refused)
    assert asked.waits, "that paper is not open here"
    assert not asked.disputed
    assert take(found, sheet) == []
    source, word = lonely.sample.source((1, 1)), reserve_word(lonely, lonely.now)
    assert too_soon(found.state, word, source), "a refusal would be for good"

    found.done(found.sample.switch(), after=20_000)
    stood_from = found.now
    assert additions(found.state, sheet).waits  # type: ignore[union-attr]
    found.done(found.sample.reserve(), after=90_000)
    take(found, sheet, after=3_000)
    theirs, here = lonely.part(1), found.part(1)
    assert (here.form_id, here.item_ids, here.ledger.opened_at_ms) == (
        theirs.form_id, theirs.item_ids, theirs.ledger.opened_at_ms,
    )  # fmt: skip
    left = timing.remaining_ms(here.ledger, found.now)
    assert left == timing.remaining_ms(theirs.ledger, stood_from), "nobody paid for the time the officers needed"
    assert not found.state.hall.switching, "the paper is out"
    assert not too_soon(found.state, word, source)
    found.done(commands.KioskRecord(word, source, 9))
    assert found.part(1).responses == {"r01": {"options": ["r01-o1"]}}
    assert take(found, sheet) == []
    found.done(found.sample.give())  # to the second candidate, whose machine does not come
    assert found.part(1).ledger == here.ledger
    assert found.part(2).form_id == theirs.form_id


def test_a_machine_s_later_paper_that_nobody_may_have_given_holds_nothing_up(on_reserve: Sheets) -> None:
    """Another server had taken over before: what the lonely one gave then is told to an official, and the exam goes on."""
    found = on_reserve.beginning(NEXT)  # at the instant when the two lost each other
    noted = take(found, on_reserve.sheet(1), after=120_000)
    assert IncidentRecorded in kinds(noted)
    word = reserve_word(found, found.now)
    assert not too_soon(found.state, word, found.sample.source((1, 1)))


def test_a_room_with_one_server_judges_everything_at_once(both: Sheets) -> None:
    play = both.common
    word = replace(reserve_word(play, play.now), part=1)
    assert not too_soon(play.state, word, play.sample.source((1, 1)))


@pytest.fixture
def in_part_two(both: Sheets) -> Sheets:
    """The lonely server has ended part 1 for everybody, with two still in it, and started part 2."""
    lonely, sample = both.lonely, both.lonely.sample
    lonely.send(sample.save(1, "i01", 1, at=lonely.now), after=1_000)
    lonely.done(commands.ClosePart(0, "over", "officer-1"), after=1_000)
    lonely.done(sample.start(1), after=20_000)
    lonely.send(sample.save(1, "i11", 1, at=lonely.now), after=1_000)
    return both


def test_a_part_that_candidates_had_left_there_is_ended_here_with_it_and_the_next_one_is_open(
    in_part_two: Sheets,
) -> None:
    lonely, found = in_part_two.lonely, in_part_two.next()
    for n in (1, 2):
        take(found, in_part_two.sheet(n))
    found.send(found.sample.save(1, "i01", 1, at=lonely.now - 22_000))
    found.send(found.sample.save(1, "i11", 1, at=lonely.now))
    assert found.state.parts == (PartStage.OPEN, PartStage.WAITING)
    assert len(found.state.standby.orders) == 2
    refused = found.do(commands.CloseSitting("officer-1"))
    assert isinstance(refused, Refused)
    found.done(commands.ClosePart(0, "as it was ended there", "officer-1"), after=5_000)
    assert found.state.parts == (PartStage.CLOSED, PartStage.OPEN)
    for n in (1, 2):
        here, there = found.part(n).finish, lonely.part(n).finish
        assert (here.finished_at_ms, here.time_taken_ms) == (there.finished_at_ms, there.time_taken_ms)
        assert found.part(n, 1).finish is None, "they work on"
    assert found.part(1).responses == lonely.part(1).responses
    assert not found.state.standby.orders, "what was ordered there has been done"
    for request in branch(in_part_two):
        found.do(request)
    assert "seat_closed/1" not in {one.ordered for one in found.state.standby.orders.values()}
    found.done(commands.ClosePart(1, "over", "officer-1"), after=5_000)
    found.done(commands.CloseSitting("officer-1"))


def test_ending_a_part_again_for_a_candidate_who_has_gone_on_ends_that_part_and_not_the_next(
    in_part_two: Sheets,
) -> None:
    found = in_part_two.next()
    take(found, in_part_two.sheet(1))
    found.done(commands.CloseSeat("a1", "as it was ended there", "officer-1"), after=5_000)
    assert found.part(1).finish.finished_at_ms == in_part_two.lonely.part(1).finish.finished_at_ms
    assert found.part(1, 1).finish is None
    assert not found.state.standby.orders
    assert found.state.attempts["a1"].running is found.part(1, 1)


def test_a_clock_that_ends_a_part_late_ends_it_when_the_candidate_had_left_it(in_part_two: Sheets) -> None:
    found = in_part_two.next()
    take(found, in_part_two.sheet(1))
    found.done(commands.Tick(), after=found.sample.DURATION_MS + found.sample.GRACE_MS)
    assert found.part(1).finish.finished_at_ms == in_part_two.lonely.part(1).finish.finished_at_ms


def test_another_sitting_s_sheet_is_refused(both: Sheets) -> None:
    sheet = replace(both.sheet(1), sitting_id="sitting-0")
    refused = additions(both.next().state, sheet)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.OTHER_SITTING


# --- beside the lonely server's own return ---------------------------------------------------------------------------


def branch(both: Sheets) -> list[RecoverRecord]:
    """Every event of the lonely server as its branch would bring it back, one request each."""
    found = both.lonely.log[len(both.common.log) + 1 :]
    return [
        RecoverRecord((event,), f"{seq:032x}", 1, LONELY, seq, f"{seq:064x}", at_ms, (seq,))
        for event, at_ms, seq in found
    ]


@pytest.mark.parametrize("sheet_first", [True, False])
def test_time_is_given_once_whether_the_sheet_or_the_old_server_comes_first(both: Sheets, sheet_first: bool) -> None:
    lonely, sample = both.lonely, both.lonely.sample
    lonely.done(sample.extend(120_000, "a1"), after=1_000)
    lonely.done(sample.pause("a1"), after=1_000)
    lonely.done(sample.resume("a1"), after=3_000)
    found, sheet = both.next(), both.sheet(1)
    steps: list[Callable[[], Any]] = [
        lambda: take(found, sheet),
        lambda: [found.done(request) for request in branch(both)],
    ]
    for step in steps if sheet_first else reversed(steps):
        step()
    assert found.part(1).ledger == lonely.part(1).ledger
    assert not found.state.standby.orders, "nothing waits for an officer that is in force"


@pytest.mark.parametrize("decision", list(BranchDecision))
def test_an_order_that_an_officer_has_decided_on_is_not_brought_in_again(
    both: Sheets, decision: BranchDecision
) -> None:
    both.lonely.done(both.lonely.sample.extend(120_000, "a1"), after=1_000)
    found = both.next()
    for request in branch(both):
        found.done(request)
    (order,) = found.state.standby.orders.values()
    found.done(DecideBranchOrder(order.hash, decision, "looked at", "officer-1"))
    take(found, both.sheet(1))
    assert found.part(1).ledger.extensions == ()


# --- any order, any subset, any number of times ----------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["seat", "again", "confirm", "start", "extend", "pause", "resume", "move"]),
        st.integers(1, 4),
        st.integers(1, 9_000),
    ),
    max_size=25,
)


def act(play: Any, what: str, n: int, ms: int) -> None:
    """One thing that may happen at a lonely server; what is refused there has not happened."""
    sample, attempt = play.sample, play.state.attempts.get(f"a{n}")
    generation = 0 if attempt is None else attempt.generation
    match what:
        case "seat" if attempt is None:
            play.do(sample.seat(n), after=ms)
        case "again" if attempt is not None:
            play.do(sample.seat(n, generation + 1), after=ms)
        case "confirm" if attempt is not None:
            play.send(sample.confirm(n, generation=generation), after=ms)
        case "start":
            play.do(sample.start(who=(f"a{n}",)), after=ms)
        case "extend":
            play.do(sample.extend(ms, f"a{n}"), after=ms)
        case "pause":
            play.do(sample.pause(f"a{n}"), after=ms)
        case "resume":
            play.do(sample.resume(f"a{n}"), after=ms)
        case "move":
            play.do(MoveSeat(f"a{n}", None, "M50", "noise", Cause.HALL, "officer-1", pause=bool(ms % 2)), after=ms)


@settings(max_examples=60, deadline=None)
@given(history=ACTS, data=st.data())
def test_sheets_come_in_any_order_and_any_number_and_make_one_state(
    new_play: Callable[[], Any], history: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    both = Sheets(new_play)
    made: list[SeatSheet] = []
    for what, n, ms in history:
        act(both.lonely, what, n, ms)
        if f"a{n}" in both.lonely.state.attempts:
            made.append(both.sheet(n))
    newest = {sheet.attempt_id: sheet for sheet in made}
    shown = data.draw(st.lists(st.sampled_from(made), max_size=20)) if made else []
    once, often = both.next(), both.next()
    for sheet in sorted({sheet.text(): sheet for sheet in shown}.values(), key=lambda one: one.age):
        take(once, sheet)
    for sheet in shown:
        take(often, sheet)
    assert seats(once) == seats(often)
    for sheet in data.draw(st.permutations(list(newest.values()))):
        take(often, sheet)
    told = {name: found for name, found in seats(both.lonely).items() if name in newest}
    assert {name: found for name, found in seats(often).items() if name in newest} == told
    for name in newest:
        for part in often.state.attempts[name].parts.values():
            pauses = part.ledger.pauses
            assert all(one.to_ms is not None and one.to_ms <= two.from_ms for one, two in pairwise(pauses))
