"""From the sitting's file to the first second of a candidate's clock."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from server.domain import commands, events
from server.domain.events import ItemPlan, PackagePair, PartPlan, SectionPlan
from server.domain.opening_acts import drawn_set
from server.domain.reasons import Reason, Refused
from server.domain.values import HowChosen, Opening, PartStage, SetName, SittingStage


def reason(decided: object) -> Reason:
    assert isinstance(decided, Refused), decided
    return decided.reason


def test_a_sitting_goes_from_absent_to_unsealed(play: Any) -> None:
    assert play.state.stage is SittingStage.ABSENT
    for command, stage in [
        (play.sample.prepare(), SittingStage.PREPARED),
        (play.sample.choose(), SittingStage.CHOSEN),
        (play.sample.unseal(), SittingStage.UNSEALED),
    ]:
        play.done(command)
        assert play.state.stage is stage
    assert play.state.paper.package_id == "p-primary"
    assert play.state.parts == (PartStage.WAITING, PartStage.WAITING)


def test_nothing_is_done_with_a_sitting_that_is_not_there(play: Any) -> None:
    sample = play.sample
    assert reason(play.do(sample.choose())) is Reason.NOT_PREPARED
    assert reason(play.do(sample.unseal())) is Reason.NOT_PREPARED
    assert reason(play.do(sample.seat(1))) is Reason.NOT_PREPARED
    assert reason(play.do(sample.start())) is Reason.UNKNOWN_PART


def test_a_sitting_is_prepared_once_and_has_parts_in_order(play: Any) -> None:
    sample = play.sample
    assert reason(play.do(sample.prepare(parts=()))) is Reason.NO_PARTS
    assert reason(play.do(sample.prepare(parts=(PartPlan(1, "x", 60),)))) is Reason.NO_PARTS
    play.done(sample.prepare())
    assert reason(play.do(sample.prepare())) is Reason.ALREADY_PREPARED


@pytest.mark.parametrize(
    "changes",
    [
        {"set": SetName.RESERVE},
        {"set": SetName.RESERVE, "how": HowChosen.DRAW, "draw_seed": "ff" * 32},
        {"how": HowChosen.DRAW, "draw_seed": "00" * 32},
    ],
)
def test_where_the_rule_is_the_primary_no_lot_is_drawn(play: Any, changes: dict[str, Any]) -> None:
    play.done(play.sample.prepare())
    assert reason(play.do(play.sample.choose(**changes))) is Reason.NOT_BY_THE_RULE


@pytest.mark.parametrize(
    ("seed", "drawn"),
    [("00" * 32, SetName.PRIMARY), ("7f" + "ff" * 31, SetName.PRIMARY), ("80" + "00" * 31, SetName.RESERVE),
     ("00" * 31, None), ("zz" * 32, None), (None, None)],
)  # fmt: skip
def test_a_lot_is_the_first_bit_of_its_seed(play: Any, seed: str | None, drawn: SetName | None) -> None:
    assert drawn_set(seed) is drawn
    rules = dataclasses.replace(play.sample.prepare().rules, opening=Opening.DRAW)
    play.done(play.sample.prepare(rules=rules))
    for found in SetName:
        decided = play.do(play.sample.choose(set=found, how=HowChosen.DRAW, draw_seed=seed))
        if found is drawn:
            assert not isinstance(decided, Refused)
            return
        assert reason(decided) is Reason.NOT_BY_THE_RULE


def test_the_reserve_takes_a_reason_and_two_officers_and_comes_before_anybody_begins(play: Any) -> None:
    sample = play.sample
    wish = sample.choose(
        set=SetName.RESERVE, how=HowChosen.RESERVE, reason="primary damaged", second_officer_id="officer-2"
    )
    play.done(sample.prepare())
    assert reason(play.do(dataclasses.replace(wish, reason=" "))) is Reason.REASON_NEEDED
    assert reason(play.do(dataclasses.replace(wish, second_officer_id=None))) is Reason.SECOND_OFFICER_NEEDED
    assert reason(play.do(dataclasses.replace(wish, second_officer_id=sample.OFFICER))) is Reason.SECOND_OFFICER_NEEDED
    assert reason(play.do(dataclasses.replace(wish, set=SetName.PRIMARY))) is Reason.NOT_BY_THE_RULE
    play.done(sample.choose())
    play.done(wish)
    assert play.state.chosen is SetName.RESERVE
    assert reason(play.do(wish)) is Reason.SET_ALREADY_CHOSEN
    assert reason(play.do(sample.choose())) is Reason.SET_ALREADY_CHOSEN
    assert reason(play.do(sample.unseal())) is Reason.WRONG_PACKAGE


def test_the_reserve_is_not_chosen_in_the_middle_of_a_part(play: Any) -> None:
    play.started(1)
    wish = play.sample.choose(set=SetName.RESERVE, how=HowChosen.RESERVE, reason="leak", second_officer_id="officer-2")
    assert reason(play.do(wish)) is Reason.SET_ALREADY_CHOSEN


def test_a_sitting_without_a_reserve_never_opens_one(play: Any) -> None:
    play.done(play.sample.prepare(packages=PackagePair(play.sample.PRIMARY, None)))
    wish = play.sample.choose(set=SetName.RESERVE, how=HowChosen.RESERVE, reason="x", second_officer_id="officer-2")
    assert reason(play.do(wish)) is Reason.NO_RESERVE


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"package_id": "p-other"}, Reason.WRONG_PACKAGE),
        ({"manifest_sha256": "cc" * 32}, Reason.WRONG_PACKAGE),
        ({"set": SetName.RESERVE}, Reason.WRONG_PACKAGE),
        ({"bodies": ("A", "A")}, Reason.TOO_FEW_BODIES),
        ({"bodies": ()}, Reason.TOO_FEW_BODIES),
        ({"sections": ()}, Reason.SECTIONS_DO_NOT_FIT),
        (
            {"sections": (SectionPlan("s", "f", 60, (ItemPlan("i", "telepathy", (), {}),), (), False),) * 2},
            Reason.SECTIONS_DO_NOT_FIT,
        ),
    ],
)
def test_only_the_pinned_package_from_two_bodies_is_taken(play: Any, changes: dict[str, Any], why: Reason) -> None:
    play.done(play.sample.prepare())
    assert reason(play.do(play.sample.unseal())) is Reason.SET_NOT_CHOSEN
    play.done(play.sample.choose())
    assert reason(play.do(play.sample.unseal(**changes))) is why
    play.done(play.sample.unseal())
    assert reason(play.do(play.sample.unseal())) is Reason.ALREADY_UNSEALED


def test_start_for_all_starts_those_who_confirmed_and_nobody_else(play: Any) -> None:
    play.seated(1, 2)
    play.done(play.sample.seat(3))
    opened = [event for event in play.done(play.sample.start()) if isinstance(event, events.AttemptOpened)]
    assert {event.attempt_id for event in opened} == {"a1", "a2"}
    assert {event.opened_at_ms for event in opened} == {play.now}
    assert play.state.parts == (PartStage.OPEN, PartStage.WAITING)


def test_a_late_comer_is_started_later_with_the_whole_time(play: Any) -> None:
    play.started(1)
    play.done(play.sample.seat(2), after=30_000)
    (opened,) = play.done(play.sample.start(0, ("a2",)))
    assert isinstance(opened, events.AttemptOpened)
    assert opened.opened_at_ms == play.now
    assert opened.duration_ms == play.sample.DURATION_MS


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (commands.StartPart(2, None, b"\7" * 32, "o"), Reason.UNKNOWN_PART),
        (commands.StartPart(-1, None, b"\7" * 32, "o"), Reason.UNKNOWN_PART),
        (commands.StartPart(1, None, b"\7" * 32, "o"), Reason.PREVIOUS_PART_OPEN),
        (commands.StartPart(0, ("a9",), b"\7" * 32, "o"), Reason.UNKNOWN_ATTEMPT),
        (commands.StartPart(0, ("a1",), b"\7" * 32, "o"), Reason.ALREADY_STARTED),
        (commands.StartPart(0, (), b"\7" * 32, "o"), Reason.NOBODY_READY),
        (commands.StartPart(0, None, b"\7" * 32, "o"), Reason.NOBODY_READY),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(play: Any, command: commands.StartPart, why: Reason) -> None:
    assert reason(play.started(1).do(command)) is why


def test_nobody_starts_before_the_paper_is_unsealed(play: Any) -> None:
    play.done(play.sample.prepare())
    play.done(play.sample.seat(1))
    play.send(play.sample.confirm(1))
    assert reason(play.do(play.sample.start())) is Reason.NOT_UNSEALED


def test_parts_follow_each_other_and_a_closed_one_stays_closed(play: Any) -> None:
    play.started(1, 2)
    play.done(commands.ClosePart(0, "end", play.sample.OFFICER))
    assert reason(play.do(play.sample.start(0, ("a1",)))) is Reason.PART_CLOSED
    opened = play.done(play.sample.start(1))
    assert {event.section_id for event in opened if isinstance(event, events.AttemptOpened)} == {"s1"}
    assert play.state.parts == (PartStage.CLOSED, PartStage.OPEN)


def test_each_candidate_has_their_own_order_and_the_same_seed_gives_it_again(new_play: Any) -> None:
    everyone = range(1, 13)
    orders = []
    for _ in range(2):
        play = new_play().started(*everyone)
        orders.append([(play.part(n).item_ids, tuple(play.part(n).option_ids.items())) for n in everyone])
        for items, options in orders[-1]:
            assert sorted(items) == sorted(play.sample.items(0))
            assert all(sorted(found) == sorted(play.sample.options(item)) for item, found in options)
    assert orders[0] == orders[1]
    assert len(set(orders[0])) > 6
