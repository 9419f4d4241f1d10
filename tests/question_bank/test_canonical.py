"""The one encoding: equal values give equal bytes, and strange bytes give a named refusal."""

from __future__ import annotations

import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from question_bank.canonical import MAX_DEPTH, MAX_INTEGER, CanonicalError, decode, digest, encode

texts = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_the_encoding_is_that_of_an_independent_library(value: object) -> None:
    assert encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(values)
def test_what_is_encoded_is_read_back_as_it_was(value: object) -> None:
    data = encode(value)
    assert decode(data, len(data), canonical=True) == value


@given(st.dictionaries(texts, st.integers(0, 9)))
def test_the_order_of_keys_leaves_no_trace(value: dict[str, int]) -> None:
    assert encode(dict(reversed(value.items()))) == encode(value)


def test_keys_beyond_the_basic_plane_sort_as_utf16() -> None:
    assert encode({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()
    assert encode([{"a": {"\uffff": 1, "\U00010000": 2}}]) == '[{"a":{"\U00010000":2,"\uffff":1}}]'.encode()


def test_vietnamese_is_written_as_itself() -> None:
    assert encode({"đề": "Phần thi trắc nghiệm"}) == '{"đề":"Phần thi trắc nghiệm"}'.encode()


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        float("nan"),
        1.0,
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        {1: 2},
        {None: 1},
        "\ud800",
        {"\udfff": 1},
        b"x",
        {1, 2},
        {"a": [{"b": 0.1}]},
        {"\U00010000": "\ud800"},
    ],
    ids=repr,
)
def test_a_value_without_an_encoding_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        encode(value)


def _nested(levels: int) -> object:
    value: object = 0
    for _ in range(levels):
        value = [value]
    return value


def test_nesting_is_bounded_both_ways() -> None:
    assert decode(encode(_nested(MAX_DEPTH)), 1000) == _nested(MAX_DEPTH)
    with pytest.raises(CanonicalError):
        encode(_nested(MAX_DEPTH + 1))
    with pytest.raises(CanonicalError):
        decode(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), 1000)
    with pytest.raises(CanonicalError):
        decode(b"[" * 200_000, 1_000_000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1.0",
        b"1e3",
        b"1 2",
        b"\xff",
        b"9007199254740992",
        b"9" * 5000,
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'"\n"',
    ],
    ids=lambda data: repr(data[:24]),
)
def test_bytes_that_are_no_value_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        decode(data, 10_000)


@pytest.mark.parametrize(
    "data", [b'{"b":1,"a":2}', b'{"a": 1}', b'"\\u0061"', b" 1", b"1\n", b"-0", b'"\\/"', b'"\\u001F"'], ids=repr
)
def test_another_spelling_of_a_value_is_refused_where_the_canonical_one_is_asked(data: bytes) -> None:
    assert decode(data, 100) == json.loads(data)
    with pytest.raises(CanonicalError):
        decode(data, 100, canonical=True)


def test_more_bytes_than_allowed_are_not_read() -> None:
    assert decode(b"[1]", 3) == [1]
    with pytest.raises(CanonicalError):
        decode(b"[1]", 2)


def test_the_digest_is_sha256_of_the_bytes_or_of_the_encoding() -> None:
    assert digest(b"abc") == hashlib.sha256(b"abc").digest()
    assert digest({"b": 1, "a": []}) == hashlib.sha256(b'{"a":[],"b":1}').digest()
    assert digest((1, 2)) == digest([1, 2])
