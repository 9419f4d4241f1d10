"""The general editor knows every field of every type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from question_bank.canonical import JSON
from question_bank.items import types
from question_bank.studio.form_fields import form


def names(made: JSON) -> Iterator[str]:
    """The fields that a form shows at its top, columns included."""
    assert isinstance(made, list)
    for one in made:
        assert isinstance(one, dict)
        yield str(one["name"])
        columns = one.get("columns", [])
        assert isinstance(columns, list)
        yield from (str(column["name"]) for column in columns if isinstance(column, dict))


@pytest.mark.parametrize("name", list(types()))
def test_every_field_of_a_type_has_its_place_in_the_form_once(name: str) -> None:
    assert sorted(names(form(types()[name]))) == sorted([*types()[name].REQUIRED, *types()[name].OPTIONAL])


def by_name(name: str) -> dict[str, dict[str, JSON]]:
    return {str(one["name"]): one for one in form(types()[name]) if isinstance(one, dict)}


def columns(name: str, field: str) -> list[tuple[JSON, JSON]]:
    found = by_name(name)[field]["columns"]
    assert isinstance(found, list)
    return [(one["name"], one["kind"]) for one in found if isinstance(one, dict)]


def test_what_is_said_of_options_stands_beside_them() -> None:
    assert columns("single_choice", "options") == [("key", "one"), ("fixed", "several")]
    assert columns("multiple_choice", "options") == [("key", "several"), ("fixed", "several"), ("weights", "number")]
    assert columns("true_false_4", "statements") == [("key", "several")]


def test_pairs_and_words_know_whose_rows_they_name() -> None:
    found = by_name("matching")["left"]["columns"]
    assert isinstance(found, list)
    [pairs] = found
    assert isinstance(pairs, dict)
    assert (pairs["kind"], pairs["of"]) == ("mate", "right")
    assert by_name("drag_words")["gaps"]["of"] == "words"


def test_the_key_of_a_truth_is_not_chosen_beforehand_and_a_flag_is() -> None:
    assert by_name("true_false")["key"]["required"] is True
    assert by_name("matching")["reuse"]["required"] is False


def test_a_gap_is_one_of_three_kinds_and_a_region_one_of_three_shapes() -> None:
    gap, region = by_name("cloze")["gaps"]["entry"], by_name("hotspot")["regions"]["entry"]
    assert isinstance(gap, dict)
    assert isinstance(region, dict)
    assert (gap["kind"], gap["by"]) == ("variants", "kind")
    assert (region["kind"], region["by"]) == ("variants", "")
