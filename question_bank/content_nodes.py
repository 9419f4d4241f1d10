"""The tree of a text: plain words and what stands between braces (docs/items.md, §2). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Flag
from typing import TypeAlias

from question_bank.phrase import Phrase

SPANS = ("b", "i", "u", "s", "sub", "sup", "code")
MEDIA = ("picture", "audio", "video")


class Holds(Flag):
    """What a field may hold beside plain words."""

    NOTHING = 0
    SPANS = 1
    MATH = 2
    MEDIA = 4
    BLOCKS = 8
    GAPS = 16
    LINE = SPANS | MATH
    OPTION = LINE | MEDIA
    STEM = OPTION | BLOCKS
    ALL = STEM | GAPS


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text; a line break is a line break."""

    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Words that look different; `kind` is one of SPANS."""

    kind: str
    inner: Content


@dataclass(frozen=True, slots=True)
class Math:
    """LaTeX mathematics, in the line or (`display`) on a line of its own."""

    tex: str
    display: bool


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, sound or film by file name; `label` describes it to who cannot see or hear it."""

    kind: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines kept as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Entries:
    """A list; `numbered` or with dots."""

    numbered: bool
    entries: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first row is its heading, all rows have as many cells."""

    rows: tuple[tuple[Content, ...], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to fill in, by the name its author gave it."""

    name: str


Node: TypeAlias = Words | Span | Math | Medium | Listing | Entries | Grid | Gap
Content: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a text, and at which character (from 0)."""

    at: int
    code: str
    message: Phrase


def joined(nodes: Iterable[Node]) -> Content:
    """The nodes with neighbouring words as one, and no empty words."""
    found: list[Node] = []
    words: list[str] = []
    for node in nodes:
        if isinstance(node, Words):
            words.append(node.text)
            continue
        if text := "".join(words):
            found.append(Words(text))
        words = []
        found.append(node)
    if text := "".join(words):
        found.append(Words(text))
    return tuple(found)


def walk(content: Content) -> Iterator[Node]:
    """Every node, outer before inner, in reading order."""
    for node in content:
        yield node
        match node:
            case Span(inner=inner):
                yield from walk(inner)
            case Entries(entries=entries):
                for entry in entries:
                    yield from walk(entry)
            case Grid(rows=rows):
                for row in rows:
                    for cell in row:
                        yield from walk(cell)
            case _:
                pass


def plain_words(content: Content) -> str:
    """The text alone, for searching and comparing: formulas as typed, media by their labels, gaps as `…`."""
    found: list[str] = []
    for node in walk(content):
        match node:
            case Words(text=text) | Listing(text=text):
                found.append(text)
            case Math(tex=tex):
                found.append(tex)
            case Medium(label=label):
                found.append(f" {label} ")
            case Gap():
                found.append("…")
            case Entries() | Grid():
                found.append("\n")
            case Span():
                pass
    return "".join(found)


def trim(content: Content) -> Content:
    """Without spaces at its ends."""
    nodes = list(content)
    while nodes and isinstance(first := nodes[0], Words):
        if text := first.text.lstrip():
            nodes[0] = Words(text)
            break
        del nodes[0]
    while nodes and isinstance(last := nodes[-1], Words):
        if text := last.text.rstrip():
            nodes[-1] = Words(text)
            break
        del nodes[-1]
    return tuple(nodes)
