"""Rights, the chain's hash, and the audit of receipts."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import commands, events
from server.domain.audit import objection
from server.domain.chain import GENESIS, link
from server.domain.rights import RIGHTS, TWO_OFFICERS, Right, Role, may, right_for
from server.protocol.receipt import responses_sha256

FIELDS: dict[str, Any] = {
    "seq": 7, "epoch": 2, "source": b"s" * 16, "source_seq": 5, "part": 1, "kind": "seat_paused/1", "at_ms": 1_700,
    "request_sha256": b"r" * 32, "body_sha256": b"b" * 32, "prev_hash": GENESIS,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_hash_hangs_on_every_column(name: str) -> None:
    value = FIELDS[name]
    other = value + 1 if isinstance(value, int) else value[:-1] + (b"!" if isinstance(value, bytes) else "!")
    assert link(**FIELDS) != link(**{**FIELDS, name: other})


def test_the_hash_of_a_known_record_never_changes() -> None:
    """A journal written by this version is verified by every later one."""
    assert link(**FIELDS).hex() == "eae7d09fdf02defe2dc63f60d0188241a9c478bd4309fd9c34017934b59ed2bb"


@given(st.integers(0, 2**53), st.integers(0, 2**53))
def test_two_numbers_are_never_taken_for_two_others(a: int, b: int) -> None:
    swapped = link(**{**FIELDS, "seq": a, "source_seq": b}) == link(**{**FIELDS, "seq": b, "source_seq": a})
    assert swapped == (a == b)


# --- rights ---


def test_every_right_belongs_to_somebody_and_every_officers_command_needs_one() -> None:
    assert set(RIGHTS) == set(Right)
    assert all(RIGHTS.values())
    for kind in get_args(commands.OfficerCommand):
        assert right_for(object.__new__(kind)) in Right


def test_a_proctor_sees_no_marks_and_no_keys_and_opens_no_paper() -> None:
    for right in (Right.SEE_MARKS, Right.OPEN_MARKING, Right.EXPORT_RESULTS, Right.OPEN_PAPER, Right.CHOOSE_SET):
        assert not may(Role.PROCTOR, right)


def test_the_technical_team_sees_no_content_and_decides_nothing_about_people() -> None:
    held = {right for right in Right if may(Role.TECHNICAL, right)}
    assert not held & {Right.OPEN_PAPER, Right.SEE_MARKS, Right.RUN_SITTING, Right.CHANGE_ROSTER, Right.CHOOSE_SET}


def test_only_the_jury_and_the_setters_open_the_key() -> None:
    assert RIGHTS[Right.OPEN_MARKING] == {Role.JURY, Role.SETTING}
    assert Right.CHANGE_ROSTER in TWO_OFFICERS


# --- audit ---


def test_a_receipt_that_is_not_of_the_responses_held_is_objected_to(play: Any) -> None:
    play.started(1)
    play.send(play.sample.save(1, "i01", 1, at=play.now))
    state = play.state
    digest = responses_sha256("a1", 0, {"i01": {"options": ["i01-o1"]}})
    (submitted,) = play.send(play.sample.submit(1, 3, digest, at=play.now))
    assert objection(state, submitted) is None
    wrong = {"receipt": "0000-0000", "responses_sha256": "00" * 32, "attempt_id": "a9", "part": 1}
    assert all(objection(state, dataclasses.replace(submitted, **{name: value})) for name, value in wrong.items())
    twice = objection(play.state, submitted)
    assert twice is not None
    assert twice.message == "a part has ended twice"
    assert objection(state, events.PartClosed(0, "o")) is None
