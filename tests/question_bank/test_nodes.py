"""YAML from strangers: bounded in depth and size, nothing expands, and every place is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats import nodes
from question_bank.formats.nodes import MAX_DEPTH, Series, Table, Text, Unreadable, locate, parse, plain, repeated_keys


def test_places_count_lines_and_columns_from_one() -> None:
    tree = parse("a: một\nb:\n  - x\n  - c: hai\n")
    assert isinstance(tree, Table)
    assert (locate(tree, ("a",)).line, locate(tree, ("a",)).column) == (1, 4)
    assert (locate(tree, ("b", 1, "c")).line, locate(tree, ("b", 1, "c")).column) == (4, 8)
    assert locate(tree, ("b", 9)) == locate(tree, ("b",))
    assert locate(tree, ("none", 1)) == tree.place


def test_a_key_that_is_there_twice_is_found_at_any_depth() -> None:
    tree = parse("a: 1\nb:\n  - {c: 1, d: 2, c: 3}\na: 2\n")
    assert not isinstance(tree, Unreadable)
    assert sorted((key.text, key.place.line) for key in repeated_keys(tree)) == [("a", 4), ("c", 3)]
    assert plain(tree) == {"a": "1", "b": [{"c": "1", "d": "2"}]}


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")])
def test_nesting_is_bounded_before_it_is_built(opening: str, closing: str) -> None:
    for depth in (MAX_DEPTH + 1, 100_000):
        found = parse(opening * depth + closing * depth)
        assert isinstance(found, Unreadable)
        assert found.code in ("too_deep", "not_plain_yaml")
    assert not isinstance(parse("[" * MAX_DEPTH + "]" * MAX_DEPTH), Unreadable)


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "MAX_NODES", 50)
    found = parse("[" + "a, " * 60 + "a]")
    assert isinstance(found, Unreadable)
    assert found.code == "too_large"


@pytest.mark.parametrize("text", ["a: &x 1", "a: *x", "a: !!str 1", "a: !x 1", "&x a: 1", "!!map {a: 1}", "%YAML 1.1\n---\na: 1",
                                  "<<: *x", "? [a]\n: 1"])  # fmt: skip
def test_what_could_expand_or_construct_is_refused(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Unreadable)
    assert found.code == "not_plain_yaml"


def test_nothing_is_nothing_and_a_quoted_null_is_a_word() -> None:
    tree = parse("a:\nb: ~\nc: null\nd: 'null'\ne: ''\nf: \"~\"\n")
    assert not isinstance(tree, Unreadable)
    assert plain(tree) == {"a": None, "b": None, "c": None, "d": "null", "e": None, "f": "~"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_a_tree_or_says_why_not(text: str) -> None:
    found = parse(text)
    assert isinstance(found, (Text, Series, Table, Unreadable))
    if isinstance(found, Unreadable):
        assert found.place.line >= 1
