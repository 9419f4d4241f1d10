"""The whole sitting goes over to the reserve set in the middle of a part: shares, kiosks, marks, and a restart."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from question_bank.custody import SecretKind
from question_bank.items._choice import right_options
from question_bank.marking_scheme import MarkingSection
from server.domain.commands import KioskRecord, SeatCandidate, StartPart
from server.domain.hall_commands import GiveReserve
from server.domain.reasons import Reason
from server.domain.state import PartAttempt
from server.domain.values import SetName
from server.drill.prepared_room import (
    JURY,
    ORGANISING,
    PROCTOR,
    SETTING,
    SITTING_ID,
    SealedContest,
    hold_ceremony,
    open_room,
)
from server.live.ceremony import CeremonyRefused
from server.live.clock import RoomClock
from server.live.room import Room
from server.protocol.hall import ClockRule
from server.protocol.receipt import responses_sha256
from server.protocol.records import ConfirmIdentity, SaveResponse, SubmitPart
from server.store.batch import Delivery

Halls = Callable[..., AbstractContextManager[Any]]
PAGE = bytes(16)


def start(room: Room) -> None:
    assert room.order(PROCTOR, PAGE, 1, StartPart(0, None, bytes(32), PROCTOR.officer_id)).reason is None


def give(room: Room) -> str | None:
    return room.order(PROCTOR, bytes(15) + b"\1", 1, GiveReserve(None, bytes(32), PROCTOR.officer_id)).reason


def switch(room: Room, contest: SealedContest, *, marking: bool = True) -> None:
    """Two officers, the reserve's own shares, and the paper is open."""
    desk = room.opening
    assert desk.switch_to_reserve(SETTING, ORGANISING, "đề bị lộ", ClockRule.FULL) is None
    for words in contest.shares("reserve", SecretKind.PAPER)[:2]:
        assert hasattr(desk.enter_share(SETTING, SecretKind.PAPER, words), "body")
    assert desk.open_paper(SETTING, ORGANISING) is None
    if marking:
        open_marking(room, contest)


def open_marking(room: Room, contest: SealedContest) -> None:
    for words in contest.shares("reserve", SecretKind.MARKING)[:2]:
        assert hasattr(room.opening.enter_share(JURY, SecretKind.MARKING, words), "body")
    assert room.opening.open_marking(JURY, SETTING) is None


class Candidate:
    """One candidate at a machine, without the machine."""

    def __init__(self, room: Room, n: int) -> None:
        assert room.sitting is not None
        self.sitting, self.n, self.seq = room.sitting, n, 0
        self.source = secrets.token_bytes(16)
        entry = room.store.candidates.of_sitting(SITTING_ID)[n]
        self.deliver(SeatCandidate(entry.candidate_id, f"a{n}", f"k{n}", f"M{n}", self.source.hex()))
        self.deliver(ConfirmIdentity(f"a{n}", 1, 0, 0))

    @property
    def part(self) -> PartAttempt:
        return self.sitting.state.attempts[f"a{self.n}"].parts[0]

    def deliver(self, what: Any) -> str:
        self.seq += 1
        command = what if isinstance(what, SeatCandidate) else KioskRecord(what, self.source.hex(), self.seq)
        return self.sitting.submit([Delivery(self.source, self.seq, str(self.seq).encode(), command)])[0].verdict.value

    def answer(self, scheme: MarkingSection, count: int) -> None:
        for item in scheme.items[:count]:
            response: Any = {"options": sorted(right_options(item))}
            assert self.deliver(SaveResponse(f"a{self.n}", 1, 0, item.item_id, response, 0, 0)) == "accepted"

    def submit(self) -> str:
        digest = responses_sha256(f"a{self.n}", 0, self.part.responses).hex()
        return self.deliver(SubmitPart(f"a{self.n}", 1, 0, self.seq, digest, 0, 0, self.part.form_id))


def scheme(contest: SealedContest, name: str) -> MarkingSection:
    return contest.forms[name].sections[0].marking


def test_only_what_was_answered_on_the_reserve_is_marked_and_a_mark_of_the_first_paper_is_set_aside(
    room: Room, contest: SealedContest, eventually: Callable[..., None]
) -> None:
    hold_ceremony(room, contest)
    first, second = Candidate(room, 0), Candidate(room, 1)
    start(room)
    first.answer(scheme(contest, "primary"), 7)
    assert first.submit() == "accepted"
    eventually(lambda: room.marks.shown_result("a0", 0))
    switch(room, contest, marking=False)
    assert give(room) is None
    assert room.marks.shown_result("a0", 0) is None
    second.answer(scheme(contest, "reserve"), 3)
    assert second.submit() == "accepted"
    first.answer(scheme(contest, "reserve"), 4)
    assert first.submit() == "accepted"
    open_marking(room, contest)
    eventually(lambda: len(room.marks.state.marks) == 2 and {one.right for one in room.marks.results()} == {4, 3})
    assert [(row.right, row.answered) for row in room.marks.results()] == [(4, 4), (3, 3)]
    shown = room.marks.shown_result("a0", 0)
    assert shown is not None
    assert shown.right == 4


def test_a_server_that_starts_again_in_the_middle_of_the_switch_goes_on_where_it_was(
    contest: SealedContest, clock: RoomClock, new_room: Callable[..., tuple[Path, Any]]
) -> None:
    folder, _ = new_room(2)
    with open_room(folder, clock) as room:
        hold_ceremony(room, contest)
        Candidate(room, 0).answer(scheme(contest, "primary"), 0)
        start(room)
        switch(room, contest, marking=False)
    with open_room(folder, clock) as room:
        assert room.sitting is not None
        state = room.sitting.state
        assert (state.chosen, state.hall.switching) == (SetName.RESERVE, True)
        assert room.opening.is_readable(room.sitting)
        assert room.sitting.how_chosen == ("reserve", None)
        assert give(room) is None
        assert room.sitting.state.attempts["a0"].former[0].section_id == scheme(contest, "primary").section_id
        assert room.sitting.state.attempts["a0"].parts[0].section_id == scheme(contest, "reserve").section_id


def test_the_switch_takes_two_officers_who_may_choose_the_set(room: Room, contest: SealedContest) -> None:
    hold_ceremony(room, contest)
    Candidate(room, 0)
    start(room)
    desk = room.opening
    for second, code in ((None, "two_officers"), (SETTING, "two_officers"), (PROCTOR, "not_allowed")):
        refused = desk.switch_to_reserve(SETTING, second, "đề bị lộ")
        assert isinstance(refused, CeremonyRefused)
        assert refused.code == code
    assert give(room) == Reason.NOTHING_TO_DO
    status = desk.status()
    assert status is not None
    assert "switch_to_reserve" in status.next_steps


def test_a_kiosk_is_told_of_the_switch_and_one_that_was_off_the_line_comes_back_right(
    hall: Halls, soon: Callable[..., Any]
) -> None:
    async def run() -> None:
        here, away = [await found.ready_kiosk(n) for n in range(2)]
        start(found.room)
        for kiosk in (here, away):
            await asyncio.wait_for(kiosk.opened.wait(), 10)
            await kiosk.answer()
        first = here.form_id
        kept = dict(away.responses)
        away.room = replace(away.room, port=1)  # the line is down for good, until its address is right again
        away._socket.cut()
        await asyncio.to_thread(lambda: switch(found.room, found.contest, marking=False))
        await soon(lambda: here.situation["hall"]["switch"])
        assert here.situation["hall"]["switch"]["opened"] in (True, False)
        assert here.situation["attempt"]["part"]["phase"] == "paused"
        for _ in range(3):
            await away.answer()
        await asyncio.to_thread(lambda: give(found.room))
        await soon(lambda: here.form_id != first)
        assert here.situation["hall"]["switch"] is None or here.form_id != first
        away.room = here.room
        await soon(lambda: away.form_id == here.form_id and away.pending == 0)
        assert away.verdicts()["late"] == 3
        state = found.room.sitting.state
        theirs = next(one for one in state.attempts.values() if one.seat.source == away.source)
        assert theirs.parts[0].responses == {}
        assert set(theirs.former[0].responses) == set(kept)
        assert [late.why for late in theirs.former[0].late] == ["replaced"] * 3
        await away.answer()
        await away.submit()
        await soon(lambda: away.situation["attempt"]["part"]["submitted"])
        theirs = found.room.sitting.state.attempts[theirs.attempt_id]
        assert theirs.parts[0].finish is not None
        assert not theirs.parts[0].finish.disputed

    with hall(2) as found:
        found.ceremony()
        found.run(run)
