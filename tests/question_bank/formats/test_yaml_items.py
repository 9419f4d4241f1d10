"""The authoring format as an exchange format: whole items, drafts, and what cannot be read, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from question_bank.formats.exchange import Outcome
from question_bank.items import types


def test_an_item_of_every_type_is_read_as_it_always_was(
    import_vector: Callable[[str, str], tuple[Any, Any, Any]],
) -> None:
    found, summary, golden = import_vector("yaml", "documented.yaml")
    assert summary == golden
    assert {outcome.value: found.count(outcome) for outcome in Outcome} == {
        "imported": 14,
        "needs_review": 1,
        "rejected": 1,
    }
    assert sorted({one.item.NAME for one in found.questions if one.item}) == sorted(types())
    assert [stimulus.id for stimulus in found.stimuli] == ["BANG-1"]
    assert {code: title.vi for code, title in found.topics.items()} == {"tin-hoc": "Tin học văn phòng"}
