"""Words for finding items again, without case and marks; and queries made of what people type. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.canonical import JSON
from question_bank.comparing import Compare, canonical_text, without_accents
from question_bank.content import parse, plain_words
from question_bank.items.model import Item, Stimulus
from question_bank.items.text import folded

MOST_WORDS = 30  # of one query; a longer one is a pasted text, whose first words find it
_LINE = 160  # characters of an item in a list
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'"([^"]*)"?|(\S+)')
_AS_WRITTEN = Compare(case=False, accents=True, punctuation=False)


def unmarked(text: str) -> str:
    """A text without case and marks: `Điều 5` is `dieu 5`."""
    return without_accents(folded(text))


def visible(text: str) -> str:
    """What a reader sees of an author's text, its constructs taken apart."""
    return plain_words(parse(text)[0]) if "{{" in text else text


def first_line(item: Item) -> str:
    """The beginning of what the item asks, in one line."""
    words = " ".join(visible(item.common.stem).split())
    return words if len(words) <= _LINE else words[: _LINE - 1] + "…"


def searched(item: Item) -> str:
    """Everything an item is found by: its texts, its options and answers, tags, source and id."""
    common = item.common
    parts = [common.id, common.stem, *_strings(item.own_fields()), common.explanation, common.source, *common.tags]
    return unmarked("\n".join(visible(part) for part in parts))


def searched_stimulus(stimulus: Stimulus) -> str:
    """What a stimulus gives to the search of each item that shares it."""
    return unmarked(f"{stimulus.id}\n{stimulus.title}\n{visible(stimulus.text)}")


def query(typed: str) -> str:
    """An FTS5 query for what somebody typed: all words, the last as a beginning, `"…"` as a phrase; empty for no word."""
    terms: list[str] = []
    for quoted, plain in _QUOTED.findall(unmarked(typed)):
        words = _WORD.findall(quoted or plain)[:MOST_WORDS]
        terms += [" ".join(words)] if quoted and words else words
    ended = typed.rstrip() != typed or typed.endswith('"')
    made = [f'"{term}"' for term in terms[:MOST_WORDS]]
    return " ".join(made) + ("" if ended or not made else "*")


def has_marks(typed: str, item: Item, stimulus: Stimulus | None = None) -> bool:
    """Whether every word that was typed with marks is in the item, or in its stimulus, with the same ones."""
    marked = [word for word in _WORD.findall(_written(typed)) if without_accents(word) != word]
    if not marked:
        return True
    parts = [item.common.stem, *_strings(item.own_fields()), item.common.explanation, item.common.source]
    parts += [stimulus.title, stimulus.text] if stimulus else []
    text = "\n".join(visible(part) for part in parts)
    plain = folded(text)
    return all(word in plain for word in marked) or all(word in _written(text) for word in marked)


def _written(text: str) -> str:
    return canonical_text(text, _AS_WRITTEN)


def _strings(value: JSON) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for part in value:
                yield from _strings(part)
        case dict():
            for part in value.values():
                yield from _strings(part)
        case _:
            pass
