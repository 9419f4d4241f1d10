"""Fields of an editor become the same item again, and its preview is what candidates get."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from question_bank.items import types
from question_bank.items.model import Item
from question_bank.showing import MediumFile
from question_bank.studio.authored import blank_fields, read_fields, write_fields
from question_bank.studio.preview import preview


@pytest.mark.parametrize("name", list(types()))
def test_an_item_comes_back_from_its_fields_as_it_was(name: str, samples: Callable[[str], Item]) -> None:
    item = samples(name)
    read, faults = read_fields(write_fields(item.document()))
    assert faults == []
    assert read == item


@pytest.mark.parametrize("name", list(types()))
def test_the_preview_of_every_type_shows_the_right_response(name: str, samples: Callable[[str], Item]) -> None:
    item = samples(name)
    media = {one: MediumFile("0" * 64, "image/png", 1, 100, 100) for one in ("a",)}
    found = preview(item, None, media)
    assert found["whole"] is True
    assert (found["right"] is not None) == (not item.MARKED_BY_PEOPLE and item.SCORED)


@pytest.mark.parametrize("name", list(types()))
def test_an_item_that_was_only_begun_has_a_preview(name: str) -> None:
    item, _ = read_fields(blank_fields(name, "X-1", "t") | {"stem": "Câu dở {{gap:a}} {{picture:no.png|hình}} {{b:"})
    assert item is not None
    found = preview(item, None, {})
    assert found["key"] is not None
    assert isinstance(found["item"], dict)
    assert "Câu dở" in str(found["item"]["stem"])


def test_options_stand_as_their_author_wrote_them_until_they_are_mixed(samples: Callable[[str], Item]) -> None:
    item = samples("single_choice")
    assert not getattr(item, "fixed", ())

    def texts(mixed: int) -> list[object]:
        view = preview(item, None, {}, mixed)["item"]
        assert isinstance(view, dict)
        assert isinstance(view["view"], dict)
        options = view["view"]["options"]
        assert isinstance(options, list)
        return [one["text"] for one in options if isinstance(one, dict)]

    written = [one.text for one in getattr(item, "options", ())]
    assert texts(0) == written
    assert any(texts(mixed) != written for mixed in range(1, 6))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id", "no id!", "bad_id"),
        ("level", "khó", "unknown_level"),
        ("type", "none", "unknown_type"),
        ("plays", "x", "bad_number"),
    ],
)
def test_a_field_that_is_none_is_said_with_its_place(field: str, value: str, code: str) -> None:
    _, faults = read_fields(blank_fields("essay", "X-1", "t") | {field: value})
    assert [(fault.code, fault.path) for fault in faults] == [(code, (field,))]
