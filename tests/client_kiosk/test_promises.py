"""Which server a machine talks to: never again to one below what it has promised or seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_kiosk.promises import Epochs, PromiseFile, after_meeting, after_standby
from server.protocol.epoch import next_term, outranks, term_of
from server.protocol.standby_messages import EpochProof

NEXT = next_term(0)
epochs = st.integers(0, 5 << 20)


def proof(epoch: int) -> EpochProof:
    return EpochProof(epoch, "ab" * 64)


def test_a_promise_is_on_the_disk_and_outlives_the_program(tmp_path: Path) -> None:
    PromiseFile(tmp_path).keep(Epochs("room", proof(0), NEXT))
    again = PromiseFile(tmp_path).of("room")
    assert again == Epochs("room", proof(0), NEXT)
    assert not again.accepts(7)
    assert again.accepts(NEXT)


def test_what_was_promised_to_one_room_binds_in_that_room_alone(tmp_path: Path) -> None:
    PromiseFile(tmp_path).keep(Epochs("room", None, NEXT))
    assert PromiseFile(tmp_path).of("another").accepts(0)


def test_a_standby_that_will_never_begin_the_promised_epoch_frees_the_machine() -> None:
    promised = Epochs("room", None, NEXT)
    assert after_standby(promised, NEXT) == promised
    assert after_standby(promised, next_term(NEXT)).accepts(3)


def test_a_disk_that_takes_nothing_leaves_no_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = PromiseFile(tmp_path)

    def full(path: Path, data: bytes) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("client_kiosk.promises.replace_private", full)
    with pytest.raises(OSError, match="no space"):
        file.keep(Epochs("room", None, NEXT))
    assert file.of("room").promised == 0


@given(st.lists(st.tuples(st.booleans(), epochs), max_size=30))
def test_once_a_term_was_served_no_earlier_one_is_accepted_again(steps: list[tuple[bool, int]]) -> None:
    known, highest = Epochs("room"), 0
    for is_promise, epoch in steps:
        if is_promise:
            known = replace(known, promised=max(known.promised, epoch))
        elif known.accepts(epoch):
            known = after_meeting(known, proof(epoch))
            highest = max(highest, term_of(epoch))
    assert not any(known.accepts(term << 20) for term in range(highest))


@given(epochs, epochs)
def test_a_promotion_outranks_every_restart_that_it_knew_of(one: int, other: int) -> None:
    promoted = next_term(one, other)
    assert outranks(promoted, one)
    assert outranks(promoted, other)
    assert not outranks(one, promoted)
