"""Marks: when they are awarded, what they rest on, and what stops them from being shown or published."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from question_bank.custody import SecretKind
from question_bank.form import Form
from question_bank.items._choice import right_options
from question_bank.marking_scheme import MarkingSection, Response
from question_bank.scoring import SectionScore, score_section
from scripts.every_type_contest import seal_every_type
from server.domain.commands import ClosePart, CloseSitting, KioskRecord, SeatCandidate, StartPart
from server.domain.reasons import Reason, Refused
from server.domain.rights import Role
from server.drill.prepared_room import (
    JURY,
    ORGANISING,
    PROCTOR,
    SETTING,
    SITTING_ID,
    Rules,
    SealedContest,
    hold_ceremony,
    open_room,
    seal_contest,
)
from server.live.actors import OfficerActor
from server.live.room import Room
from server.protocol.receipt import responses_sha256
from server.protocol.records import CandidateRecord, ConfirmIdentity, SaveResponse, SubmitPart
from server.store.batch import Delivery

NewRoom = Callable[..., tuple[Path, Any]]
SECOND = OfficerActor("o-organising-2", Role.ORGANISING)


class Candidate:
    """One candidate at a machine, without the machine."""

    def __init__(self, room: Room, n: int) -> None:
        assert room.sitting is not None
        self.sitting = room.sitting
        self.candidate = room.store.candidates.of_sitting(SITTING_ID)[n]
        self.source = secrets.token_bytes(16)
        self.seq = 0
        self.responses: dict[str, dict[str, Any]] = {}
        seat = SeatCandidate(self.candidate.candidate_id, f"a{n}", f"k{n}", f"M{n}", self.source.hex())
        self.attempt_id, self.generation = f"a{n}", 1
        self._deliver(seat)
        self.record(ConfirmIdentity(self.attempt_id, 1, 0, 0))

    def record(self, record: CandidateRecord) -> None:
        """One record of the outbox, accepted."""
        self._deliver(KioskRecord(record, self.source.hex(), self.seq + 1))

    def answer(self, item_id: str, *options: str) -> None:
        """Save a response."""
        response: Any = {"options": sorted(options)}
        self.responses[item_id] = response
        self.record(SaveResponse(self.attempt_id, 1, 0, item_id, response, 0, 0))

    def submit(self, digest: str | None = None) -> None:
        """End the part, with the right digest unless another is given."""
        own = responses_sha256(self.attempt_id, 0, self.responses).hex()
        self.record(SubmitPart(self.attempt_id, 1, 0, self.seq, digest or own, 0, 0))

    def _deliver(self, command: Any) -> None:
        self.seq += 1
        verdict = self.sitting.submit([Delivery(self.source, self.seq, str(self.seq).encode(), command)])[0]
        assert verdict.reason is None, verdict


def key_of(contest: SealedContest) -> MarkingSection:
    return contest.forms["primary"].sections[0].marking


def start(room: Room) -> None:
    verdict = room.order(PROCTOR, bytes(16), 1, StartPart(0, None, bytes(32), "o-proctor"))
    assert verdict.reason is None, verdict


def close(room: Room) -> None:
    for seq, command in ((2, ClosePart(0, "hết giờ", "o-proctor")), (3, CloseSitting("o-proctor"))):
        verdict = room.order(PROCTOR, bytes(16), seq, command)
        assert verdict.reason is None, verdict


def answer_right(candidate: Candidate, contest: SealedContest, count: int) -> None:
    for item in key_of(contest).items[:count]:
        candidate.answer(item.item_id, *sorted(right_options(item)))


def test_a_part_is_marked_when_it_is_handed_in_and_the_candidate_is_told(
    room: Room, contest: SealedContest, eventually: Callable[..., None]
) -> None:
    hold_ceremony(room, contest)
    candidate = Candidate(room, 0)
    start(room)
    answer_right(candidate, contest, 7)
    candidate.submit()
    eventually(lambda: room.marks.shown_result("a0", 0))
    shown = room.marks.shown_result("a0", 0)
    assert shown is not None
    assert (shown.right, shown.of, shown.marks, shown.max_marks) == (7, 10, 700, 1000)
    mark = room.marks.state.marks["a0", 0]
    assert room.sitting is not None
    finish = room.sitting.state.attempts["a0"].parts[0].finish
    assert finish is not None
    assert mark.responses_sha256 == finish.responses_sha256
    assert mark.time_taken_ms == finish.time_taken_ms
    assert 0 < mark.sitting_head.seq <= room.sitting.head.seq


def test_where_results_come_later_everything_is_marked_when_the_marking_part_is_opened(
    new_room: NewRoom, contest: SealedContest, eventually: Callable[..., None]
) -> None:
    folder, _ = new_room(3, Rules(show_result="later", marking_opens="after_close"))
    with open_room(folder) as room:
        hold_ceremony(room, contest, marking=False)
        candidates = [Candidate(room, n) for n in range(3)]
        start(room)
        for n, candidate in enumerate(candidates[:2]):
            answer_right(candidate, contest, 3 + n)
            candidate.submit()
        close(room)  # the third is closed with nothing
        assert room.marks.state.marks == {}
        for words in contest.shares("primary", SecretKind.MARKING)[:2]:
            room.opening.enter_share(JURY, SecretKind.MARKING, words)
        assert room.opening.open_marking(JURY, SETTING) is None
        eventually(lambda: len(room.marks.state.marks) == 3)
        rows = room.marks.results()
        assert [(row.sbd, row.right, row.forced) for row in rows] == [
            ("TS0001", 3, False), ("TS0002", 4, False), ("TS0003", 0, True),
        ]  # fmt: skip
        assert room.marks.shown_result("a0", 0) is None


def test_marking_again_after_a_restart_adds_nothing(
    new_room: NewRoom, contest: SealedContest, eventually: Callable[..., None]
) -> None:
    folder, _ = new_room(2)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        candidate = Candidate(room, 0)
        start(room)
        answer_right(candidate, contest, 2)
        candidate.submit()
        eventually(lambda: room.marks.state.marks)
        first = room.marks.state.marks
    with open_room(folder) as room:  # no custodian: the identity is in the room's own safe
        room.marks.wake()
        late = Candidate(room, 1)
        verdict = room.order(PROCTOR, bytes(16), 2, StartPart(0, ("a1",), bytes(32), "o-proctor"))
        assert verdict.reason is None
        late.submit()
        eventually(lambda: len(room.marks.state.marks) == 2)
        assert room.marks.state.marks["a0", 0] == first["a0", 0]
        assert room.marks.state.marks["a1", 0].right == 0


def test_a_part_with_something_that_people_mark_waits_for_them_and_says_what_the_rest_came_to(
    new_room: NewRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    contest = seal_every_type(tmp_path)
    folder, _ = new_room(2, None, contest)
    marked: list[Mapping[str, object]] = []

    def counted(section: MarkingSection, responses: Mapping[str, Response]) -> SectionScore:
        marked.append(responses)
        return score_section(section, responses)

    monkeypatch.setattr("server.live.marks.score_section", counted)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        first, second = Candidate(room, 0), Candidate(room, 1)
        start(room)
        choice = next(item for item in key_of(contest).items if item.rule == "single")
        first.answer(choice.item_id, *right_options(choice))
        first.submit()
        eventually(lambda: [row.waiting for row in room.marks.results()] == [1], what="the rest being marked")
        second.submit()
        eventually(lambda: [row.waiting for row in room.marks.results()] == [1, 1], what="the second one's too")
        assert len(marked) == 2, "what waits is not marked again at every turn"
        rows = room.marks.results()
        assert [(row.marks, row.right, row.marks_so_far) for row in rows] == [(None, None, 100), (None, None, 0)]
        assert room.marks.state.marks == {}
        refused = room.marks.publish(ORGANISING, SECOND)
        assert refused is not None
    with open_room(folder) as room:  # and after a restart
        eventually(lambda: [row.marks_so_far for row in room.marks.results()] == [100, 0], what="the rest being marked")


def test_a_digest_that_differs_is_marked_but_not_shown(
    room: Room, contest: SealedContest, eventually: Callable[..., None]
) -> None:
    hold_ceremony(room, contest)
    candidate = Candidate(room, 0)
    start(room)
    answer_right(candidate, contest, 1)
    candidate.submit("0" * 64)
    eventually(lambda: room.marks.state.marks)
    assert room.marks.state.marks["a0", 0].disputed
    assert room.marks.shown_result("a0", 0) is None
    assert room.marks.results()[0].disputed


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> SealedContest:
    """A contest whose first canary expects one more right item than its responses have."""

    def change(form: Form) -> Form:
        first, *others = form.canaries
        wrong = replace(first, expected_right=first.expected_right + 1)
        return replace(form, canaries=(wrong, *others))

    return seal_contest(tmp_path_factory.mktemp("spoilt"), small=True, change=change)


def test_a_wrong_canary_lets_the_exam_go_on_but_nothing_is_shown_or_published(
    new_room: NewRoom, spoilt: SealedContest, eventually: Callable[..., None]
) -> None:
    folder, _ = new_room(2, None, spoilt)
    with open_room(folder) as room:
        hold_ceremony(room, spoilt)
        wrong = room.marks.canaries_wrong()
        assert [(one.canary, one.expected_right - one.right) for one in wrong] == [(1, 1)]
        candidate = Candidate(room, 0)
        start(room)
        candidate.submit()
        eventually(lambda: room.marks.state.marks)
        assert room.marks.shown_result("a0", 0) is None
        close(room)
        refused = room.marks.publish(ORGANISING, SECOND)
        assert refused == Refused(Reason.WRONG_CANARY, SITTING_ID)
    with open_room(folder) as room:  # nor after a restart
        assert len(room.marks.canaries_wrong()) == 1


def test_results_are_published_by_two_officers_once_everything_is_marked(
    room: Room, contest: SealedContest, eventually: Callable[..., None]
) -> None:
    def reason(outcome: Refused | None) -> Reason | None:
        return None if outcome is None else outcome.reason

    assert reason(room.marks.publish(ORGANISING, SECOND)) is Reason.MARKING_NOT_OPEN
    hold_ceremony(room, contest)
    candidate = Candidate(room, 0)
    start(room)
    candidate.submit()
    eventually(lambda: room.marks.state.marks)
    assert reason(room.marks.publish(ORGANISING, None)) is Reason.SECOND_OFFICER_NEEDED
    assert reason(room.marks.publish(ORGANISING, ORGANISING)) is Reason.SECOND_OFFICER_NEEDED
    assert reason(room.marks.publish(ORGANISING, PROCTOR)) is Reason.NOT_ALLOWED
    assert room.marks.publish(ORGANISING, SECOND) is None
    assert reason(room.marks.publish(ORGANISING, SECOND)) is Reason.ALREADY_PUBLISHED
    assert room.marks.state.published[SITTING_ID].count == 1


def test_keys_leave_memory_when_the_room_stops(room: Room, contest: SealedContest) -> None:
    hold_ceremony(room, contest)
    room.marks.stop()
    assert room.marks._schemes == {}
    assert room.marks.shown_result("a0", 0) is None
