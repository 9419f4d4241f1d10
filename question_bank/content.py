"""What authors write into a text: plain words, and constructs between `{{` and `}}` (docs/items.md, §2).

Pure. `parse` gives a tree and everything wrong with it, `write` is its inverse; `plain_words` is the text without its looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Flag
from typing import TypeAlias

from question_bank.phrase import Phrase, phrase

MAX_DEPTH = 6  # constructs inside each other; the reader and the page recurse
MAX_TEX = 1000  # characters of one formula
MAX_CELLS = 400  # of one table or list

SPANS = ("b", "i", "u", "s", "sub", "sup", "code")
MEDIA = ("picture", "audio", "video")
_LISTS = ("list", "numbered")
_OPEN = re.compile(r"\{\{([a-z_]{1,20})(?::|(?=\}\}))")
_LITERAL = "{{{}}"  # two braces, outside constructs
_ESCAPED = re.compile(r"\\([\\{}|])")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_GAP = re.compile(r"[a-z0-9_-]{1,20}")


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


def parse(text: str) -> tuple[Content, tuple[Flaw, ...]]:
    """The tree of a text and all that is wrong with it; a broken construct stands in the tree as the words it is."""
    reader = _Reader(text)
    return reader.content(0), tuple(reader.flaws)


def write(content: Content) -> str:
    """The text that `parse` reads as this tree. Neighbouring words are joined."""
    return "".join(_written(node, 0) for node in joined(content))


def literal(text: str) -> str:
    """A plain text as an author must write it, so that nothing in it is a construct."""
    return text.replace("{{", _LITERAL)


def joined(nodes: Iterable[Node]) -> Content:
    """The nodes with neighbouring words as one, and no empty words."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Words):
            if not node.text:
                continue
            if found and isinstance(found[-1], Words):
                node = Words(found.pop().text + node.text)  # type: ignore[union-attr]
        found.append(node)
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


def media_names(text: str) -> frozenset[str]:
    """The files a text names."""
    return (
        frozenset(node.name for node in walk(parse(text)[0]) if isinstance(node, Medium))
        if "{{" in text
        else frozenset()
    )


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


def holds(content: Content) -> Holds:
    """What is in the text beside plain words."""
    found = Holds.NOTHING
    for node in walk(content):
        match node:
            case Span():
                found |= Holds.SPANS
            case Math():
                found |= Holds.MATH
            case Medium():
                found |= Holds.MEDIA
            case Listing() | Entries() | Grid():
                found |= Holds.BLOCKS
            case Gap():
                found |= Holds.GAPS
            case Words():
                pass
    return found


class _Reader:
    """One pass from left to right; `at` is the next character."""

    __slots__ = ("at", "flaws", "given_up", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.flaws: list[Flaw] = []
        self.given_up = False  # the rest was not read: what is open is not closed

    def flaw(self, at: int, code: str, message: Phrase) -> None:
        self.flaws.append(Flaw(at, code, message))

    def content(self, depth: int, stops: str = "") -> Content:
        """Nodes to the end, or inside a construct (`depth` > 0) to its `}}` or one of `stops`, which is not taken."""
        nodes: list[Node] = []
        while self.at < len(self.text):
            if depth and (self.text.startswith("}}", self.at) or self.text[self.at] in stops):
                break
            nodes.append(self._one(depth))
        return joined(nodes)

    def _one(self, depth: int) -> Node:
        if not depth and self.text.startswith(_LITERAL, self.at):
            self.at += len(_LITERAL)
            return Words("{{")
        if depth and (escaped := _ESCAPED.match(self.text, self.at)):
            self.at = escaped.end()
            return Words(escaped[1])
        if self.text.startswith("{{", self.at):
            return self._construct(depth)
        self.at += 1
        return Words(self.text[self.at - 1])

    def _construct(self, depth: int) -> Node:
        start = self.at
        opening = _OPEN.match(self.text, start)
        if opening is None:
            self.at += 1  # perhaps the second brace begins one
            if not self.text.startswith("{{", self.at):
                message = phrase("“{{” begins nothing that is known; write two braces as “%(braces)s”", braces=_LITERAL)
                self.flaw(start, "unknown_construct", message)
            return Words("{")
        if depth >= MAX_DEPTH:
            self.flaw(start, "too_deep", phrase("nested deeper than %(most)s levels", most=MAX_DEPTH))
            self.at = len(self.text)
            self.given_up = True
            return Words("")
        self.at = opening.end()
        node = self._inside(opening[1], start, depth + 1)
        if self.text.startswith("}}", self.at):
            self.at += 2
        elif not self.given_up:
            self.flaw(start, "not_closed", phrase("“{{%(name)s” is not closed with “}}”", name=opening[1]))
        return node

    def _inside(self, name: str, start: int, depth: int) -> Node:
        if name in SPANS:
            return Span(name, self.content(depth))
        if name in ("math", "formula"):
            return self._math(name == "formula", start)
        if name in MEDIA:
            return self._medium(name, start)
        if name == "pre":
            return Listing(self._typed().strip("\n"))
        if name in _LISTS:
            return Entries(name == "numbered", tuple(self._pieces(depth, "\n", start)))
        if name == "table":
            return self._grid(depth, start)
        if name == "gap":
            gap = self._typed()
            if not _GAP.fullmatch(gap):
                self.flaw(start, "bad_gap", phrase("a gap is named by small letters, digits and hyphens"))
            return Gap(gap)
        self.flaw(start, "unknown_construct", phrase("“{{%(name)s” is not known", name=name))
        return Words(plain_words(self.content(depth)))

    def _math(self, display: bool, start: int) -> Math:
        """LaTeX is taken as it is: to the `}}` where its own braces are balanced; `\\{` and `\\}` are not braces."""
        begin, level = self.at, 0
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "\\":
                self.at += 1
            elif here == "{":
                level += 1
            elif here == "}":
                if level == 0:
                    break
                level -= 1
            self.at += 1
        self.at = min(self.at, len(self.text))
        tex = self.text[begin : self.at].strip()
        if not tex:
            self.flaw(start, "empty_formula", phrase("the formula is empty"))
        if len(tex) > MAX_TEX:
            message = phrase("%(length)s characters; the most allowed is %(limit)s", length=len(tex), limit=MAX_TEX)
            self.flaw(start, "too_long", message)
        return Math(tex, display)

    def _medium(self, kind: str, start: int) -> Medium:
        name, _, label = self._raw().partition("|")
        name, label = name.strip(), _unescaped(label).strip()
        if not _FILE.fullmatch(name) or ".." in name:
            self.flaw(start, "bad_file_name", phrase("a file is named by letters, digits, “.”, “_” and “-”"))
        if not label:
            self.flaw(start, "no_description", phrase("say after “|” what the file shows or says"))
        return Medium(kind, name, label)

    def _pieces(self, depth: int, between: str, start: int) -> list[Content]:
        """Contents between separators; empty ones at either end are only layout."""
        found = [self.content(depth, between)]
        while self.at < len(self.text) and self.text[self.at] in between:
            self.at += 1
            found.append(self.content(depth, between))
        if len(found) > MAX_CELLS:
            self.flaw(start, "too_large", phrase("more than %(most)s entries", most=MAX_CELLS))
        trimmed = [trim(piece) for piece in found[:MAX_CELLS]]
        return [piece for piece in trimmed if piece] if between == "\n" else trimmed

    def _grid(self, depth: int, start: int) -> Grid:
        rows: list[tuple[Content, ...]] = []
        while self.at < len(self.text) and not self.text.startswith("}}", self.at):
            cells = [self.content(depth, "|\n")]
            while self.text.startswith("|", self.at):
                self.at += 1
                cells.append(self.content(depth, "|\n"))
            if self.text.startswith("\n", self.at):
                self.at += 1
            row = tuple(trim(cell) for cell in cells)
            if row != ((),):
                rows.append(row)
        if not rows or len({len(row) for row in rows}) > 1:
            self.flaw(start, "uneven_table", phrase("every row of the table needs the same number of cells"))
        if sum(map(len, rows)) > MAX_CELLS:
            self.flaw(start, "too_large", phrase("more than %(most)s entries", most=MAX_CELLS))
            rows = rows[:1]
        return Grid(tuple(rows))

    def _raw(self) -> str:
        """As typed, escapes and all, to the `}}`."""
        begin = self.at
        while self.at < len(self.text) and not self.text.startswith("}}", self.at):
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at = min(self.at, len(self.text))
        return self.text[begin : self.at]

    def _typed(self) -> str:
        return _unescaped(self._raw())


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


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _escaped(text: str) -> str:
    return re.sub(r"[\\{}|]", r"\\\g<0>", text)


def _written(node: Node, depth: int) -> str:
    match node:
        case Words(text=text):
            return _escaped(text) if depth else literal(text)
        case Span(kind=kind, inner=inner):
            return f"{{{{{kind}:{_all(inner, depth)}}}}}"
        case Math(tex=tex, display=display):
            return f"{{{{{'formula' if display else 'math'}:{tex}}}}}"
        case Medium(kind=kind, name=name, label=label):
            return f"{{{{{kind}:{name}|{_escaped(label)}}}}}"
        case Listing(text=text):
            return f"{{{{pre:\n{_escaped(text)}\n}}}}"
        case Entries(numbered=numbered, entries=entries):
            lines = "".join(f"{_all(entry, depth)}\n" for entry in entries)
            return f"{{{{{'numbered' if numbered else 'list'}:\n{lines}}}}}"
        case Grid(rows=rows):
            lines = "".join(" | ".join(_all(cell, depth) for cell in row) + "\n" for row in rows)
            return f"{{{{table:\n{lines}}}}}"
        case Gap(name=name):
            return f"{{{{gap:{name}}}}}"


def _all(content: Content, depth: int) -> str:
    return "".join(_written(node, depth + 1) for node in joined(content))
