"""Our own authoring YAML as an exchange format: the files of a bank's folder, drafts among them.

A file has one topic. Items of others are written with their topic in a tag, which is taken off again when the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from question_bank.bank import Bank
from question_bank.bilingual import Bilingual
from question_bank.content import media_names
from question_bank.formats.authoring import ITEMS_FORMAT, FoundItem, ItemsFile, read_items, write_items
from question_bank.formats.carried import PREFIX, read_carried
from question_bank.formats.exchange import (
    MAX_QUESTIONS,
    Defaults,
    Exported,
    Imported,
    Loss,
    Notice,
    NotThisFormat,
    Question,
    reasons,
)
from question_bank.formats.plain_file import line_name, refused, too_many
from question_bank.ids import TopicCode
from question_bank.items.model import Item
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Problem

_HEAD = re.compile(rf"^format:\s*[\"']?{re.escape(ITEMS_FORMAT)}".encode(), re.MULTILINE)


class YamlItems:
    """The format, both ways."""

    NAME = "yaml"
    ENDINGS: tuple[str, ...] = (".yaml", ".yml")

    def looks_like(self, data: bytes, name: str) -> bool:
        """The line `format: exam-items/1`."""
        return _HEAD.search(data[:4096]) is not None

    def read(self, data: bytes, name: str, defaults: Defaults) -> Imported | NotThisFormat:
        """Items that are whole, drafts with what is wrong with them, and those that could not be read."""
        file = read_items(data, name)
        if not file.items:
            first = next((one for one in file.problems if not one.is_warning), None)
            message = phrase("the file holds no question of this format")
            return refused("no_questions", _said(first.message) if first else message, first.line if first else 0)
        if len(file.items) > MAX_QUESTIONS:
            return too_many()
        questions = tuple(_question(found, problems, defaults) for found, problems in _with_problems(file))
        before = [one for one in file.problems if one.line < file.items[0].place.line]
        notices = tuple(Notice(one.code, line_name(one.line), _said(one.message)) for one in before)
        topics = {file.topic: file.title} if file.topic and file.title.vi else {}
        return Imported(questions, tuple(one.stimulus for one in file.stimuli if one.stimulus), {}, notices, topics)

    def write(self, bank: Bank, items: Sequence[Item], media: Mapping[str, bytes]) -> Exported:
        """One file; what it names lies beside it in a bank's folder, and is not in it."""
        topics = list(dict.fromkeys(item.common.topic for item in items))
        topic = topics[0] if topics else TopicCode("trong")
        losses = [loss for item in items for loss in _losses(item)]
        written = [item if item.common.topic == topic else _tagged(item) for item in items]
        named = dict.fromkeys(item.common.stimulus for item in items)
        stimuli = [bank.stimuli[one] for one in named if one in bank.stimuli]
        title = bank.topics.get(topic) or Bilingual(topic, topic)
        return Exported(write_items(topic, title, written, stimuli).encode(), len(items), tuple(losses))


def _with_problems(file: ItemsFile) -> Iterator[tuple[FoundItem, list[Problem]]]:
    """Each item with the problems that stand between its first line and the next item's."""
    starts = [found.place.line for found in file.items]
    for found, start, end in zip(file.items, starts, [*starts[1:], 1 << 30], strict=True):
        yield found, [one for one in file.problems if start <= one.line < end]


def _question(found: FoundItem, problems: list[Problem], defaults: Defaults) -> Question:
    where = f"{line_name(found.place.line)}: {found.id}" if found.id else line_name(found.place.line)
    errors = [one for one in problems if not one.is_warning]
    notices = tuple(Notice(one.code, where, _said(one.message)) for one in problems if one.is_warning)
    item = found.item or found.draft
    if item is None:
        return Question(where, None, tuple(Notice(one.code, where, _said(one.message)) for one in errors), notices)
    review = reasons(item.problems(), where)
    known = {fault.code for fault in item.problems()} | {
        "missing_field"
    }  # said by the item itself, or no reason at all
    review += tuple(Notice(one.code, where, _said(one.message)) for one in errors if one.code not in known)
    return Question(where, _topical(item, defaults), review, notices, (phrase("the key is given in the file"),))


def _topical(item: Item, defaults: Defaults) -> Item:
    """The item in its topic and with its source, where the file leaves them to others."""
    carried = read_carried(item.common.tags)
    topic = carried.get("topic") or item.common.topic or defaults.topic
    common = replace(item.common, topic=TopicCode(topic), source=item.common.source or defaults.source)
    return replace(item, common=replace(common, tags=carried.tags) if carried.ours else common)


def _tagged(item: Item) -> Item:
    return replace(item, common=replace(item.common, tags=(*item.common.tags, f"{PREFIX}topic={item.common.topic}")))


def _losses(item: Item) -> Iterator[Loss]:
    for name in sorted({name for _, text in item.texts() for name in media_names(text)}):
        yield Loss(item.id, "medium", phrase("the format cannot bring the file “%(file)s”", file=name))


def _said(message: str) -> Phrase:
    """A sentence that is in the reader's language already."""
    return phrase("%(sentence)s", sentence=message)


FORMAT = YamlItems()
