"""Messages, raised hands, the next word, locks and notes to incidents: facts beside the answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import commands, events, hall_commands, sitting
from server.domain.hall_events import HandRaised, SeatLocked, SeatUnlocked
from server.domain.reasons import Reason, Refused
from server.domain.timing import remaining_ms
from server.domain.values import Cause, IncidentCategory
from server.protocol.hall import MAX_MESSAGE, HandCategory, Seen
from server.protocol.records import LowerHand, NoteSeen, RaiseHand

MINUTE_MS = 60_000
HEALTH, PAPER = HandCategory.HEALTH, HandCategory.PAPER


def reason(decided: object) -> Reason:
    assert isinstance(decided, Refused), decided
    return decided.reason


def send(who: tuple[str, ...] | None, text: str = "Còn 10 phút", *, confirm: bool = False, n: int = 1) -> Any:
    return hall_commands.SendMessage(f"m{n}", who, text, confirm, "o1")


def seen(n: int, how: Seen, at: int, message: str = "m1") -> NoteSeen:
    return NoteSeen(f"a{n}", 1, message, how, at, 5)


def lock(*who: str, stands: bool = True) -> Any:
    return hall_commands.LockSeat(who, "Mời anh/chị chờ cán bộ", stands, Cause.HALL, "o1")


def unlock(*who: str) -> Any:
    return hall_commands.UnlockSeat(who, "o1")


def test_a_message_knows_who_has_seen_it_and_who_has_confirmed(play: Any) -> None:
    play.started(1, 2, 3)
    play.done(send(("a1", "a2"), confirm=True))
    play.send(seen(1, Seen.SHOWN, play.now), after=1_000)
    message = play.state.hall.messages["m1"]
    assert (message.is_for("a1"), message.is_for("a3")) == (True, False)
    assert not message.has_reached("a1")
    play.send(seen(1, Seen.CONFIRMED, play.now), after=2_000)
    again = play.state.hall.messages["m1"]
    assert again.has_reached("a1")
    assert not again.has_reached("a2")
    assert again.shown["a1"] < again.confirmed["a1"]


def test_shown_is_enough_where_nobody_is_asked_and_saying_so_twice_changes_nothing(play: Any) -> None:
    play.started(1)
    play.done(send(None))
    play.send(seen(1, Seen.SHOWN, play.now))
    before = play.state.hall
    play.send(seen(1, Seen.SHOWN, play.now), after=MINUTE_MS)
    assert before == play.state.hall
    assert before.messages["m1"].has_reached("a1")


@pytest.mark.parametrize(
    ("command", "why"),
    [(send(None, " "), Reason.TEXT_NEEDED), (send(None, "x" * (MAX_MESSAGE + 1)), Reason.TEXT_NEEDED),
     (send(("a9",)), Reason.UNKNOWN_ATTEMPT), (send(()), Reason.NOTHING_TO_DO),
     (hall_commands.WithdrawMessage("m7", "o1"), Reason.NOTHING_TO_DO),
     (hall_commands.AnswerHand(("a1",), "", "o1"), Reason.NOTHING_TO_DO),
     (hall_commands.SetNextWord("x", None, "o1"), Reason.NOTHING_TO_DO),
     (hall_commands.SetNextWord("x", 0, "o1"), Reason.NOTHING_TO_DO), (unlock("a1"), Reason.NOT_LOCKED),
     (hall_commands.LockSeat(("a1",), " ", True, Cause.HALL, "o1"), Reason.REASON_NEEDED),
     (hall_commands.AddToIncident(1, "thêm", "o1"), Reason.UNKNOWN_INCIDENT)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_reason(play: Any, command: Any, why: Reason) -> None:
    play.started(1)
    assert reason(play.do(command)) is why


def test_messages_are_bounded_and_a_withdrawn_one_is_not_withdrawn_again(play: Any) -> None:
    play.started(1)
    for n in range(200):
        play.done(send(None, n=n))
    assert reason(play.do(send(None, n=200))) is Reason.TOO_MANY
    play.done(hall_commands.WithdrawMessage("m5", "o1"))
    assert reason(play.do(hall_commands.WithdrawMessage("m5", "o1"))) is Reason.NOTHING_TO_DO


def test_a_hand_keeps_its_age_when_it_changes_what_it_is_about_and_goes_down_either_way(play: Any) -> None:
    play.started(1, 2)
    play.now += 5_000
    play.send(RaiseHand("a1", 1, PAPER, play.now, 5))
    since = play.state.hall.hands["a1"].since_ms
    play.send(RaiseHand("a1", 1, HEALTH, play.now, 5), after=MINUTE_MS)
    assert play.state.hall.hands["a1"] == type(play.state.hall.hands["a1"])(HEALTH, since)
    play.send(LowerHand("a1", 1, play.now, 5))
    assert not play.state.hall.hands
    play.send(RaiseHand("a2", 1, PAPER, play.now, 5))
    play.done(hall_commands.AnswerHand(("a1", "a2"), "đã đổi bàn phím", "o1"))
    assert not play.state.hall.hands
    assert not isinstance(play.send(LowerHand("a2", 1, play.now, 5)), Refused)


def test_a_hand_raised_off_the_line_counts_from_when_it_was_raised_and_an_older_machines_says_nothing(
    play: Any,
) -> None:
    play.started(1)
    made = play.now
    play.send(RaiseHand("a1", 1, PAPER, made, 5), after=3 * MINUTE_MS // 4)
    assert play.state.hall.hands["a1"].since_ms == made
    play.send(LowerHand("a1", 1, play.now, 5))
    play.done(play.sample.seat(1, 2))
    decided = play.send(RaiseHand("a1", 1, PAPER, play.now, 5))
    assert isinstance(decided[0], HandRaised)
    assert not play.state.hall.hands


def test_a_lock_that_stops_the_clock_starts_it_again_with_the_unlocking(play: Any) -> None:
    play.started(1)
    decided = play.done(lock("a1"), after=10_000)
    assert [type(event) for event in decided] == [SeatLocked, events.SeatPaused]
    assert reason(play.do(lock("a1"))) is Reason.ALREADY_LOCKED
    decided = play.done(unlock("a1"), after=MINUTE_MS)
    assert [type(event) for event in decided] == [SeatUnlocked, events.SeatResumed]
    assert remaining_ms(play.part(1).ledger, play.now) == 50_000


def test_a_lock_leaves_a_running_clock_running_and_another_pause_alone(play: Any) -> None:
    play.started(1, 2)
    assert [type(event) for event in play.done(lock("a1", stands=False))] == [SeatLocked]
    play.done(play.sample.pause("a2"))
    assert [type(event) for event in play.done(lock("a2"), after=1_000)] == [SeatLocked]
    assert [type(event) for event in play.done(unlock("a1", "a2"))] == [SeatUnlocked, SeatUnlocked]
    assert play.part(2).ledger.running_pause is not None


def test_an_unlocking_ends_no_pause_that_came_after_the_lock(play: Any) -> None:
    play.started(1)
    play.done(lock("a1"))
    play.done(play.sample.resume("a1"), after=1_000)
    play.done(play.sample.pause("a1"), after=1_000)
    assert [type(event) for event in play.done(unlock("a1"), after=1_000)] == [SeatUnlocked]
    assert play.part(1).ledger.running_pause is not None


def test_an_answer_given_before_a_lock_was_known_counts_while_the_clock_runs(play: Any) -> None:
    play.started(1)
    play.done(lock("a1", stands=False))
    play.send(play.sample.save(1, "i01", 1, at=play.now + 5_000), after=5_000)
    assert play.part(1).answered == 1


def test_who_has_handed_in_is_not_locked(play: Any) -> None:
    play.started(1)
    play.done(commands.CloseSeat("a1", "left", "o1"))
    assert reason(play.do(lock("a1"))) is Reason.PART_SUBMITTED


def test_the_next_word_is_an_instant_of_room_time_and_can_be_taken_away(play: Any) -> None:
    play.started(1)
    play.done(hall_commands.SetNextWord("Chờ điện lực", 10 * MINUTE_MS, "o1"))
    assert play.state.hall.next_word.due_at_ms == play.now + 10 * MINUTE_MS
    play.done(hall_commands.SetNextWord("", None, "o1"))
    assert play.state.hall.next_word is None


def test_an_incident_is_added_to_and_never_changed(play: Any) -> None:
    play.started(1)
    play.done(commands.RecordIncident("a1", IncidentCategory.POWER, "mất điện", "o1"))
    (seq,) = play.state.hall.incidents
    assert isinstance(play.log[seq - 1][0], events.IncidentRecorded)
    play.done(hall_commands.AddToIncident(seq, "có điện lúc 9:10", "o2"))
    assert play.state.incidents == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["raise", "lower", "answer", "lock", "unlock", "pause", "resume", "save"]), st.integers(1, 2)), max_size=30))  # fmt: skip
def test_nothing_of_the_hall_changes_a_response_or_loses_time(new_play: Any, acts: list[tuple[str, int]]) -> None:
    play = new_play().started(1, 2)
    stood = {1: 0, 2: 0}
    for what, n in acts:
        name = f"a{n}"
        for one in (1, 2):
            stood[one] += 500 if play.part(one).ledger.running_pause is not None else 0
        play.now += 500
        match what:
            case "raise":
                play.send(RaiseHand(name, 1, PAPER, play.now, 5))
            case "lower":
                play.send(LowerHand(name, 1, play.now, 5))
            case "answer":
                play.do(hall_commands.AnswerHand((name,), "", "o1"))
            case "lock":
                play.do(lock(name))
            case "unlock":
                play.do(unlock(name))
            case "pause":
                play.do(play.sample.pause(name))
            case "resume":
                play.do(play.sample.resume(name))
            case _:
                play.send(play.sample.save(n, f"i0{n}", 1, at=play.now))
    for n in (1, 2):
        used = play.now - play.sample.START_MS - stood[n]
        assert remaining_ms(play.part(n).ledger, play.now) == max(0, play.sample.DURATION_MS - used)
    state = sitting.EMPTY
    for entry in play.log:
        state = sitting.evolve(state, *entry)
    assert state == play.state
