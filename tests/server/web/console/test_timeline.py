"""A seat's history in sentences: minute by minute, and never what was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from question_bank.canonical import encode
from server.domain import events
from server.domain.commands import RecordConnection, RecordIncident
from server.domain.values import IncidentCategory
from server.store.views import Moment
from server.web.console import timeline
from server.web.console.timeline import Line

NewPlay = Callable[[], Any]


def moments(log: Iterable[Any]) -> list[Moment]:
    """What the views would give for these events."""
    return [
        Moment(seq, at, event.kind, None, getattr(event, "officer_id", None), encode(event.body()).decode())
        for event, at, seq in log
    ]


def said(play: Any) -> list[Line]:
    kinds = (events.CandidateSeated, events.IdentityConfirmed, events.AttemptOpened)
    start = next(at for at, (event, _, _) in enumerate(play.log) if isinstance(event, kinds))
    return timeline.lines(moments(play.log[start:]))


def test_the_answers_of_one_minute_are_one_line_and_say_how_many(new_play: NewPlay) -> None:
    play = new_play().started(1)  # at 20 s of a minute; the part has 60 s
    for item in ("i01", "i02", "i01"):
        play.send(play.sample.save(1, item, 1, at=play.now), after=100)
    lines = said(play)
    assert [line.what.message for line in lines[-1:]] == ["answered %(n)s item"]
    assert lines[-1].what.n == 2
    play.send(play.sample.save(1, "i03", 1, at=play.now), after=45_000)
    assert [line.what.n for line in said(play)[-2:]] == [2, 1]


def test_no_line_holds_a_response_an_item_or_an_option(new_play: NewPlay) -> None:
    play = new_play().started(1)
    play.send(play.sample.save(1, "i01", 2, at=play.now))
    play.send(play.sample.clear(1, "i01", at=play.now))
    text = repr(said(play))
    assert "i01" not in text
    assert "-o2" not in text


def test_an_answer_taken_back_alone_is_told_as_such(new_play: NewPlay) -> None:
    play = new_play().started(1)
    play.send(play.sample.save(1, "i01", 2, at=play.now))
    play.now += 45_000
    play.send(play.sample.clear(1, "i01", at=play.now))
    assert said(play)[-1].what.message == "took %(n)s answer back"


def test_officers_acts_carry_their_reason_and_their_officer(new_play: NewPlay) -> None:
    play = new_play().started(1)
    play.done(play.sample.pause("a1"))
    play.done(play.sample.resume("a1"), after=5_000)
    paused, resumed = said(play)[-2:]
    assert (paused.what.message, paused.more, paused.officer_id) == ("paused (%(cause)s)", "power cut", "officer-1")
    assert resumed.what.message == "resumed"


def test_a_lost_line_an_incident_and_a_second_sign_in_stand_out(new_play: NewPlay) -> None:
    play = new_play().started(1)
    play.done(RecordConnection("k1-1", "a1", "lost"))
    play.done(RecordIncident("a1", IncidentCategory.POWER, "cả dãy", "officer-1"))
    play.done(play.sample.seat(1, generation=2, kiosk="k9"))
    lines = said(play)[-3:]
    assert [line.warn for line in lines] == [True, True, True]
    assert lines[1].more == "cả dãy"


def test_a_kind_of_a_newer_version_is_passed_over(new_play: NewPlay) -> None:
    play = new_play().started(1)
    found = [*moments(play.log[3:]), Moment(99, play.now, "seat_painted/7", "a1", None, "{}")]
    assert len(timeline.lines(found)) == len(timeline.lines(found[:-1]))
