"""What holds for every exchange format that the registry finds: a format joins by being there.

A reader has files in tests/vectors/formats/<its name>/. Damaged, they are read or refused, in time and memory. An item that a
format writes and reads comes back as it was, but for what its loss report says.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Set
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from question_bank.formats.exchange import Exported, Outcome
from question_bank.formats.registry import readers, writers
from question_bank.items import types
from question_bank.items.model import Item

REPOSITORY = Path(__file__).resolve().parents[3]
VECTORS = REPOSITORY / "tests" / "vectors" / "formats"
READERS = sorted(readers())
BOTH_WAYS = sorted(readers().keys() & writers().keys())
# Bytes of YAML never come out of a folder of files: the authoring format has its own tests (test_bad_items).
NO_FOLDER = {"yaml"}

# --- damaged files ----------------------------------------------------------------------------------------------------


def fuzzed(name: str, count: int, *more: str) -> dict[str, int]:
    """The figures of so many damaged files, in a process of their own whose time and memory are bounded."""
    command = [sys.executable, "-m", "scripts.fuzz_reader", name, "--count", str(count), *more]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-8000:]
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_reader_has_files_to_start_from() -> None:
    assert [name for name in READERS if name not in NO_FOLDER and not (VECTORS / name).is_dir()] == []


@pytest.mark.parametrize("name", [name for name in READERS if (VECTORS / name).is_dir()])
def test_damaged_files_are_read_or_refused(name: str) -> None:
    found = fuzzed(name, 60)
    assert found["read"] > 10


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in READERS if (VECTORS / name).is_dir()])
def test_ten_thousand_damaged_files_in_two_seconds_each_and_three_hundred_mebibytes(name: str) -> None:
    found = fuzzed(name, 10_000, "--odd")
    assert found["read"] > 2000
    assert found["peak_mib"] < 300


# --- round trips ------------------------------------------------------------------------------------------------------

# What a format has no type for. Whatever else is lost is said with each item.
WITHOUT: dict[str, Set[str]] = {
    "gift": {"true_false_4", "cloze", "drag_words", "hotspot", "prediction", "file_task"},
    "moodle": {"prediction", "file_task"},
}
# Formats that hold pictures; others say that they were left out.
ILLUSTRATED = set(BOTH_WAYS) - {"yaml", "table"}
TEXTS = frozenset(
    {"stem", "explanation", "options", "statements", "left", "right", "entries", "gaps", "words", "criteria", "picture"}
)
# What of an item may come back otherwise when this loss was told. The first two are lost to other programs, not to us.
MAY_DIFFER: dict[str, Set[str]] = {
    "plug_in": frozenset(),
    "circle": frozenset(),
    "files_left_out": frozenset(),
    "weights": {"weights"},
    "number": {"answers"},
    "units": {"units", "unit_required"},
    "right": {"right"},
    "formula": TEXTS,
    "medium": TEXTS,
}

both = pytest.mark.parametrize(("format_name", "type_name"), [(one, name) for one in BOTH_WAYS for name in types()])


@both
@settings(max_examples=15)
@given(st.data())
def test_an_item_comes_back_as_it_was(exchange: Any, format_name: str, type_name: str, data: st.DataObject) -> None:
    comes_back(exchange, format_name, data.draw(exchange.items(type_name)))


@pytest.mark.soak
@both
@settings(max_examples=300)
@given(st.data())
def test_many_items_come_back_as_they_were(
    exchange: Any, format_name: str, type_name: str, data: st.DataObject
) -> None:
    comes_back(exchange, format_name, data.draw(exchange.items(type_name)))


@pytest.mark.parametrize("format_name", BOTH_WAYS)
@settings(max_examples=5, phases=[Phase.generate])
@given(st.data())
def test_a_bank_comes_back_in_the_order_of_each_topic(exchange: Any, format_name: str, data: st.DataObject) -> None:
    carried = sorted(types().keys() - WITHOUT.get(format_name, frozenset()))
    names = data.draw(st.lists(st.sampled_from(carried), min_size=2, max_size=4))
    items = [exchange.called(data.draw(exchange.items(name)), f"T-{number}") for number, name in enumerate(names)]
    made: Exported = writers()[format_name].write(exchange.bank(items), items, exchange.media)
    assert made.items == len(items)
    assert {loss.item for loss in made.losses} <= {item.id for item in items}
    back = [question.item for question in exchange.back(made, readers()[format_name].read).questions]
    for topic in exchange.titles:
        assert [one.id for one in back if one.common.topic == topic] == [
            one.id for one in items if one.common.topic == topic
        ]


def comes_back(exchange: Any, format_name: str, item: Item) -> None:
    """Writes the item, reads it, and compares."""
    made: Exported = writers()[format_name].write(exchange.bank([item]), [item], exchange.media)
    lost = {loss.code for loss in made.losses}
    if item.NAME in WITHOUT.get(format_name, frozenset()):
        assert (made.items, lost) == (0, {"type"})
        return
    assert made.items == 1
    back = exchange.back(made, readers()[format_name].read)
    [question] = back.questions
    assert question.item is not None, question.review
    may_differ = frozenset[str]().union(*(MAY_DIFFER[code] for code in lost))
    assert different(item, question.item) <= may_differ
    if not may_differ:
        assert question.item == item
        assert question.outcome is Outcome.READY, question.review
        if format_name in ILLUSTRATED:
            assert set(back.media) == {name for name in exchange.media if any(name in text for _, text in item.texts())}
    if item.common.stimulus:
        assert list(back.stimuli) == [exchange.stimulus]
    assert back.topics[item.common.topic] == exchange.titles[item.common.topic]


def different(item: Item, other: Item) -> set[str]:
    """The fields in which two items differ."""
    one, two = item.document(), other.document()
    return {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)}
