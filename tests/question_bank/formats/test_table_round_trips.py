"""Every item that an .xlsx can carry comes back as it was; what cannot is said, item by item."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.exchange import Exported, Outcome
from question_bank.formats.table import FORMAT
from question_bank.items import types


@pytest.mark.parametrize("type_name", list(types()))
@given(st.data())
def test_an_item_comes_back_from_a_table_as_it_was(exchange: Any, type_name: str, data: st.DataObject) -> None:
    item = data.draw(exchange.items(type_name))
    made: Exported = FORMAT.write(exchange.bank([item]), [item], exchange.media)
    lost = {loss.code for loss in made.losses}
    assert lost <= {"files_left_out"}
    assert bool(lost) is any(name in text for name in exchange.media for _, text in item.texts())
    back = exchange.back(made, FORMAT.read)
    [question] = back.questions
    assert question.item == item, question.review
    assert question.outcome is Outcome.READY, question.review
    if item.common.stimulus:
        assert list(back.stimuli) == [exchange.stimulus]
    assert back.topics[item.common.topic] == exchange.titles[item.common.topic]


def test_the_same_items_give_the_same_bytes(exchange: Any, make_item: Any) -> None:
    items = [make_item("X-1"), make_item("X-2", key="AC")]
    assert FORMAT.write(exchange.bank(items), items, {}).data == FORMAT.write(exchange.bank(items), items, {}).data
