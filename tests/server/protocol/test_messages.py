"""Every message: read back as written, within its bounds, and anything else is malformed with its place."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.canonical import encode
from server.protocol.messages import (
    MAX_MESSAGE_BYTES,
    MAX_RECORDS,
    MESSAGES,
    Clock,
    ClockAck,
    Denial,
    Denied,
    Hello,
    NumberedRecord,
    Outcome,
    ProveAck,
    Records,
)
from server.protocol.records import MAX_RECORD_BYTES, RECORDS, SaveResponse, SignIn, read_record
from server.protocol.shape import Malformed, Shaped
from server.protocol.situation import Paper

AnyOf = Callable[[type[Any]], st.SearchStrategy[Any]]
SHAPES: dict[str, type[Shaped]] = {
    **{name: spec.payload for name, spec in MESSAGES.items()},
    **{f"{name} ack": spec.ack for name, spec in MESSAGES.items() if spec.ack is not None},
    "denied": Denied,
}


def over_the_wire(value: Shaped) -> Any:
    return json.loads(json.dumps(value.wire()))


@pytest.mark.parametrize("name", sorted(SHAPES))
@given(data=st.data())
def test_a_message_is_read_back_as_it_was_sent(any_of: AnyOf, name: str, data: st.DataObject) -> None:
    message = data.draw(any_of(SHAPES[name]))
    assert SHAPES[name].parse(over_the_wire(message)) == message


@pytest.mark.parametrize("name", sorted(SHAPES))
@given(data=st.data())
def test_nothing_a_peer_sends_makes_reading_fail(any_of: AnyOf, name: str, data: st.DataObject) -> None:
    good = over_the_wire(data.draw(any_of(SHAPES[name])))
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )
    bad = data.draw(anything)
    if good:
        good[data.draw(st.sampled_from(sorted(good)))] = bad
    for obj in (good, bad):
        read = SHAPES[name].parse(obj)
        assert isinstance(read, (SHAPES[name], Malformed))
        if isinstance(read, Malformed):
            assert read.why


@pytest.mark.parametrize(
    ("obj", "where"),
    [
        ([], ""),
        ({}, "build"),
        ({"protocol": 1, "kiosk_id": None, "kind": "kiosk", "build": "1", "seat_label": None, "x": 1}, "x"),
        ({"protocol": True, "kiosk_id": None, "kind": "kiosk", "build": "1", "seat_label": None}, "protocol"),
        ({"protocol": 1, "kiosk_id": "", "kind": "kiosk", "build": "1", "seat_label": None}, "kiosk_id"),
        ({"protocol": 1, "kiosk_id": None, "kind": "toaster", "build": "1", "seat_label": None}, "kind"),
        ({"protocol": 1, "kiosk_id": None, "kind": "kiosk", "build": "a\x00", "seat_label": None}, "build"),
        ({"protocol": 1, "kiosk_id": None, "kind": "kiosk", "build": "\ud800", "seat_label": None}, "build"),
        ({"protocol": 1, "kiosk_id": None, "kind": "kiosk", "build": "x" * 101, "seat_label": None}, "build"),
    ],
)
def test_a_malformed_hello_says_where(obj: object, where: str) -> None:
    read = Hello.parse(obj)
    assert isinstance(read, Malformed)
    assert read.where == where


def test_a_place_deep_inside_is_named() -> None:
    good = {"seq": 1, "message": "{}"}
    read = Records.parse({"source": "00" * 16, "records": [good, good, {"seq": 0, "message": "{}"}]})
    assert isinstance(read, Malformed)
    assert read.where == "records[2].seq"


def test_no_more_records_in_a_message_than_agreed() -> None:
    records = [{"seq": n, "message": "{}"} for n in range(1, MAX_RECORDS + 2)]
    assert isinstance(Records.parse({"source": "00" * 16, "records": records[:-1]}), Records)
    assert isinstance(Records.parse({"source": "00" * 16, "records": records}), Malformed)


def test_an_unreadable_record_travels_all_the_same() -> None:
    found = NumberedRecord.parse({"seq": 1, "message": "\x00\x01 not JSON"})
    assert isinstance(found, NumberedRecord)
    assert isinstance(read_record(found.message.encode()), Malformed)


def test_an_ack_is_told_from_a_denial() -> None:
    spec = MESSAGES["clock"]
    assert spec.read_ack({"t2_ms": 1, "t3_ms": 2}) == ClockAck(1, 2)
    denied = Denied(Denial.WRONG_CODE, "", 3, 10)
    assert spec.read_ack(over_the_wire(denied)) == denied
    assert isinstance(spec.read_ack({"refused": "because"}), Malformed)
    assert isinstance(MESSAGES["stop"].read_ack({"ok": True}), Malformed)
    assert Clock.parse({"t1_ms": -5}) == Clock(-5)  # a monotonic clock may begin anywhere


def test_only_what_joins_a_room_is_answered_before_proof() -> None:
    unproven = {name for name, spec in MESSAGES.items() if spec.open_to_unproven}
    assert unproven == {"hello", "prove", "vouch", "pair_offer", "pair_reveal", "pair_kit"}


def test_every_shape_has_bounds_at_every_depth() -> None:
    """An annotation without a bound is refused when it is compiled; compiling all of them is the test."""
    for shape in SHAPES.values():
        assert isinstance(shape.parse(None), Malformed)

    @dataclasses.dataclass(frozen=True, slots=True)
    class Unbounded(Shaped):
        name: str

    with pytest.raises(TypeError, match="no bound"):
        Unbounded.parse({})


# --- records ---


@pytest.mark.parametrize("kind", sorted(RECORDS))
@given(data=st.data())
def test_a_record_is_read_back_from_its_text(any_of: AnyOf, kind: str, data: st.DataObject) -> None:
    record = data.draw(any_of(RECORDS[kind]))
    assert read_record(record.text()) == record


SAVE = SaveResponse("a1", 1, 0, "i1", {"options": ["o1"]}, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"kind":3}', b'{"kind":"save_response/2"}',
        SAVE.text().replace(b'"save_response/1"', b'"save_response/1","kind":"save_response/1"'),
        SAVE.text().replace(b",", b", "), SAVE.text() + b"\n", SAVE.text().replace(b'"part":0', b'"part":0.0'),
        SAVE.text().replace(b'"part":0', b'"part":16'), SAVE.text().replace(b'"generation":1', b'"generation":0'),
        SAVE.text().replace(b'["o1"]', b'["' + b"o" * MAX_RECORD_BYTES + b'"]'),
        encode({"kind": "sign_in/1", "sbd": "1", "code": "2", "salt": "short", "made_at_ms": 1, "uncertainty_ms": 1}),
    ],
)  # fmt: skip
def test_what_is_no_canonical_record_is_malformed(text: bytes) -> None:
    assert isinstance(read_record(text), Malformed)


def test_the_largest_record_fits_a_message() -> None:
    assert MAX_RECORD_BYTES < MAX_MESSAGE_BYTES


@given(data=st.data())
def test_no_secret_is_in_what_a_log_or_a_traceback_would_print(any_of: AnyOf, data: st.DataObject) -> None:
    paper = dataclasses.replace(data.draw(any_of(Paper)), identity="AGE-SECRET-KEY-1XYZ")
    proven = dataclasses.replace(data.draw(any_of(ProveAck)), token="bearer-xyz-0123456789", paper=paper)
    sign_in = dataclasses.replace(data.draw(any_of(SignIn)), code="K7P2-XYZ")
    assert "XYZ" not in repr(sign_in)
    assert "XYZ" not in repr(proven)
    assert "bearer" not in repr(proven)


def test_a_gap_is_a_place_and_not_a_verdict_that_is_stored() -> None:
    assert {outcome.value for outcome in Outcome} - {"gap"} == {"accepted", "late", "refused", "unreadable", "conflict"}
