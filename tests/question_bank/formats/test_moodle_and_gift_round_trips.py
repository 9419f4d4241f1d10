"""Every item that GIFT or Moodle XML can carry comes back as it was; what cannot is said, item by item."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.exchange import Exported, Outcome
from question_bank.formats.registry import readers, writers
from question_bank.items import types

# What a format has no type for. Whatever else is lost is said with each item.
WITHOUT = {
    "gift": {"true_false_4", "ordering", "cloze", "drag_words", "hotspot", "prediction", "file_task"},
    "moodle": {"prediction", "file_task"},
    "yaml": set[str](),
}
HARMLESS = {"plug_in", "circle"}  # lost to other programs, not to us

both = pytest.mark.parametrize(("format_name", "type_name"), [(one, name) for one in WITHOUT for name in types()])


@both
@given(st.data())
def test_an_item_comes_back_as_it_was(exchange: Any, format_name: str, type_name: str, data: st.DataObject) -> None:
    item = data.draw(exchange.items(type_name))
    made: Exported = writers()[format_name].write(exchange.bank([item]), [item], exchange.media)
    lost = {loss.code for loss in made.losses} - HARMLESS
    if type_name in WITHOUT[format_name]:
        assert (made.items, lost) == (0, {"type"})
        return
    assert made.items == 1
    back = exchange.back(made, readers()[format_name].read)
    [question] = back.questions
    assert question.item is not None, question.review
    if format_name != "yaml":
        assert set(back.media) == {name for name in exchange.media if any(name in text for _, text in item.texts())} or lost
    if not lost:
        assert question.item == item
        assert question.outcome is Outcome.READY, question.review
    if item.common.stimulus:
        assert list(back.stimuli) == [exchange.stimulus]
    assert back.topics[item.common.topic] == exchange.titles[item.common.topic]
